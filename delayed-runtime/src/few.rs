//! Maps of few keys, such as the loops or tasks of a program.

/// A map in the order of its keys, in one piece.
///
/// Keys that come in order are put at the end; any other one moves those behind it.
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K: Copy + Ord, V> Few<K, V> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        let place = self.find(key).ok()?;
        Some(&self.0[place].1)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let place = self.find(key).ok()?;
        Some(&mut self.0[place].1)
    }

    /// The value of `key`, which is made now if there is none.
    pub(crate) fn get_or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = self.find(key).unwrap_or_else(|place| {
            self.0.insert(place, (key, make()));
            place
        });
        &mut self.0[place].1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// Where `key` is, or would be.
    fn find(&self, key: K) -> Result<usize, usize> {
        if self.0.last().is_none_or(|(last, _)| *last < key) {
            return Err(self.0.len());
        }
        self.0.binary_search_by_key(&key, |(key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn keys_are_found_in_order() {
        let mut few = Few::new();
        for key in [5, 9, 1, 7, 9, 5] {
            *few.get_or_insert(key, || 0) += 1;
        }
        let all: Vec<(i32, i32)> = few.iter().map(|(key, count)| (key, *count)).collect();
        assert_eq!(all, [(1, 1), (5, 2), (7, 1), (9, 2)]);
        assert_eq!(
            (few.get(7), few.get(8), few.get(10)),
            (Some(&1), None, None)
        );
        *few.get_mut(1).unwrap() = 3;
        assert_eq!(few.get(1), Some(&3));
        assert!(!few.is_empty() && Few::<u8, u8>::new().is_empty());
    }
}
