//! Texts, lists, maps and sets.

#![expect(clippy::disallowed_types, reason = "users' maps are counted, too")]

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{NBytes, sum};

impl NBytes for str {
    fn nbytes(&self) -> usize {
        self.len()
    }
}

impl NBytes for OsStr {
    fn nbytes(&self) -> usize {
        self.len()
    }
}

impl NBytes for Path {
    fn nbytes(&self) -> usize {
        self.as_os_str().len()
    }
}

macro_rules! texts {
    ($($ty:ty)*) => { $(
        impl NBytes for $ty {
            fn nbytes(&self) -> usize {
                size_of::<Self>() + self.capacity()
            }
        }
    )* };
}

texts!(String OsString PathBuf);

impl<T: NBytes> NBytes for [T] {
    fn nbytes(&self) -> usize {
        if T::IS_FLAT {
            size_of_val(self)
        } else {
            sum(self)
        }
    }
}

impl<T: NBytes, const N: usize> NBytes for [T; N] {
    const IS_FLAT: bool = T::IS_FLAT;
    fn nbytes(&self) -> usize {
        self.as_slice().nbytes()
    }
}

impl<T: NBytes> NBytes for Vec<T> {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + spare::<T>(self.capacity(), self.len()) + self.as_slice().nbytes()
    }
}

impl<T: NBytes> NBytes for VecDeque<T> {
    fn nbytes(&self) -> usize {
        let (front, back) = self.as_slices();
        let spare = spare::<T>(self.capacity(), self.len());
        size_of::<Self>() + spare + front.nbytes() + back.nbytes()
    }
}

impl<T: NBytes> NBytes for BinaryHeap<T> {
    fn nbytes(&self) -> usize {
        let spare = spare::<T>(self.capacity(), self.len());
        size_of::<Self>() + spare + self.as_slice().nbytes()
    }
}

impl<T: NBytes> NBytes for LinkedList<T> {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + sum(self)
    }
}

impl<T: NBytes> NBytes for BTreeSet<T> {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + sum(self)
    }
}

impl<T: NBytes, S> NBytes for HashSet<T, S> {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + spare::<T>(self.capacity(), self.len()) + sum(self)
    }
}

impl<K: NBytes, V: NBytes> NBytes for BTreeMap<K, V> {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + sum(self.keys()) + sum(self.values())
    }
}

impl<K: NBytes, V: NBytes, S> NBytes for HashMap<K, V, S> {
    fn nbytes(&self) -> usize {
        let spare = spare::<(K, V)>(self.capacity(), self.len());
        size_of::<Self>() + spare + sum(self.keys()) + sum(self.values())
    }
}

/// The room that is kept for more values. A list of values without a size has
/// room for any number of them.
fn spare<T>(capacity: usize, len: usize) -> usize {
    (capacity - len).saturating_mul(size_of::<T>())
}
