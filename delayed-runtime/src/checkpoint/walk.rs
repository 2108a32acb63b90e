//! A value that serde can write, taken up by a hash.
//!
//! Whatever has a name in the type is taken up by that name, and whatever may
//! have another length or variant from value to value says which it is: two
//! values have the same hash only if they are the same.
//!
//! The *form* of a value is all of that but numbers and texts. A result keeps
//! the hash of its form: where the type has been changed since, its bytes may
//! still be read, but what comes out has another form.

use std::fmt::{self, Display};

use serde::ser::{self, Serialize, Serializer};
use twox_hash::XxHash3_128 as Hash;

/// Goes through a value.
pub(super) struct Walker<'a> {
    hash: &'a mut Hash,
    takes_values: bool,
    /// The field that `skip_serializing_if` left out.
    left_out: Option<&'static str>,
}

/// The hash of a value's form.
///
/// # Errors
///
/// Why the value refuses to be written, or cannot be read again: a field that is
/// sometimes left out would be missed where fields go by their order.
pub(super) fn form<T: Serialize + ?Sized>(value: &T) -> Result<u128, String> {
    let mut hash = Hash::new();
    let mut walker = Walker {
        hash: &mut hash,
        takes_values: false,
        left_out: None,
    };
    walker.walk(value)?;
    match walker.left_out {
        Some(field) => Err(format!(
            "the field `{field}` is left out by `skip_serializing_if`, and cannot be kept"
        )),
        None => Ok(hash.finish_128()),
    }
}

impl<'a> Walker<'a> {
    /// Takes up values, too.
    pub(super) fn values(hash: &'a mut Hash) -> Self {
        Self {
            hash,
            takes_values: true,
            left_out: None,
        }
    }

    /// Takes up `value`, or says why it refuses to be written.
    pub(super) fn walk<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), String> {
        value.serialize(self).map_err(|Refused(why)| why)
    }

    fn kind(&mut self, kind: Kind) {
        self.hash.write(&[kind as u8]);
    }

    fn value(&mut self, bytes: &[u8]) {
        if self.takes_values {
            self.hash.write(bytes);
        }
    }

    fn number(&mut self, number: usize) {
        self.hash.write(&(number as u64).to_le_bytes());
    }

    fn name(&mut self, name: &str) {
        self.number(name.len());
        self.hash.write(name.as_bytes());
    }

    fn text(&mut self, kind: Kind, bytes: &[u8]) {
        self.kind(kind);
        if self.takes_values {
            self.number(bytes.len());
            self.hash.write(bytes);
        }
    }
}

/// What a value is, where its type does not say it.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    Bytes,
    None,
    Some,
    Unit,
    Struct,
    Variant,
    List,
    Entry,
    Tuple,
    Map,
    End,
}

/// Why a value refuses to be written.
#[derive(Debug)]
pub(super) struct Refused(String);

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

macro_rules! numbers {
    ($($method:ident: $ty:ty, $kind:ident;)*) => {$(
        fn $method(self, number: $ty) -> Result<(), Refused> {
            self.kind(Kind::$kind);
            self.value(&number.to_le_bytes());
            Ok(())
        }
    )*};
}

impl<'w, 'a> Serializer for &'w mut Walker<'a> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Parts<'w, 'a>;
    type SerializeTuple = Parts<'w, 'a>;
    type SerializeTupleStruct = Parts<'w, 'a>;
    type SerializeTupleVariant = Parts<'w, 'a>;
    type SerializeMap = Entries<'w, 'a>;
    type SerializeStruct = Parts<'w, 'a>;
    type SerializeStructVariant = Parts<'w, 'a>;

    numbers! {
        serialize_i8: i8, I8;
        serialize_i16: i16, I16;
        serialize_i32: i32, I32;
        serialize_i64: i64, I64;
        serialize_i128: i128, I128;
        serialize_u8: u8, U8;
        serialize_u16: u16, U16;
        serialize_u32: u32, U32;
        serialize_u64: u64, U64;
        serialize_u128: u128, U128;
        serialize_f32: f32, F32;
        serialize_f64: f64, F64;
    }

    fn serialize_bool(self, flag: bool) -> Result<(), Refused> {
        self.kind(Kind::Bool);
        self.value(&[u8::from(flag)]);
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Result<(), Refused> {
        self.kind(Kind::Char);
        self.value(&u32::from(letter).to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Refused> {
        self.text(Kind::Str, text.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Refused> {
        self.text(Kind::Bytes, bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.kind(Kind::None);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.kind(Kind::Some);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.kind(Kind::Unit);
        Ok(())
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Refused> {
        self.kind(Kind::Struct);
        self.name(name);
        self.kind(Kind::End);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Refused> {
        self.kind(Kind::Variant);
        self.name(name);
        self.name(variant);
        self.kind(Kind::End);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.kind(Kind::Struct);
        self.name(name);
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.kind(Kind::Variant);
        self.name(name);
        self.name(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w, 'a>, Refused> {
        self.kind(Kind::List);
        Ok(Parts(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w, 'a>, Refused> {
        self.kind(Kind::Tuple);
        Ok(Parts(self))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 'a>, Refused> {
        self.serialize_struct(name, 0)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 'a>, Refused> {
        self.serialize_struct_variant(name, index, variant, 0)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'w, 'a>, Refused> {
        self.kind(Kind::Map);
        Ok(Entries {
            walker: self,
            entry: Hash::new(),
            sum: 0,
            number: 0,
        })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w, 'a>, Refused> {
        self.kind(Kind::Struct);
        self.name(name);
        Ok(Parts(self))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 'a>, Refused> {
        self.kind(Kind::Variant);
        self.name(name);
        self.name(variant);
        Ok(Parts(self))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The parts of a value, one after the other.
pub(super) struct Parts<'w, 'a>(&'w mut Walker<'a>);

impl Parts<'_, '_> {
    fn part<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Refused> {
        self.0.kind(Kind::Entry);
        part.serialize(&mut *self.0)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Refused> {
        self.0.kind(Kind::Entry);
        self.0.name(name);
        value.serialize(&mut *self.0)
    }

    fn skip(&mut self, name: &'static str) {
        self.0.left_out.get_or_insert(name);
    }

    fn finish(self) {
        self.0.kind(Kind::End);
    }
}

macro_rules! unnamed {
    ($($of:ident::$method:ident),*) => {$(
        impl ser::$of for Parts<'_, '_> {
            type Ok = ();
            type Error = Refused;
            fn $method<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Refused> {
                self.part(part)
            }
            fn end(self) -> Result<(), Refused> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

unnamed!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! named {
    ($($of:ident),*) => {$(
        impl ser::$of for Parts<'_, '_> {
            type Ok = ();
            type Error = Refused;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.field(name, value)
            }
            fn skip_field(&mut self, name: &'static str) -> Result<(), Refused> {
                self.skip(name);
                Ok(())
            }
            fn end(self) -> Result<(), Refused> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

named!(SerializeStruct, SerializeStructVariant);

/// The entries of a map, in any order: their hashes are added up.
pub(super) struct Entries<'w, 'a> {
    walker: &'w mut Walker<'a>,
    entry: Hash,
    sum: u128,
    number: usize,
}

impl Entries<'_, '_> {
    fn half<T: Serialize + ?Sized>(&mut self, half: &T) -> Result<(), Refused> {
        let mut walker = Walker {
            hash: &mut self.entry,
            takes_values: self.walker.takes_values,
            left_out: self.walker.left_out,
        };
        half.serialize(&mut walker)?;
        self.walker.left_out = walker.left_out;
        Ok(())
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.entry = Hash::new();
        self.half(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.half(value)?;
        self.sum = self.sum.wrapping_add(self.entry.finish_128());
        self.number += 1;
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        self.walker.number(self.number);
        self.walker.hash.write(&self.sum.to_le_bytes());
        Ok(())
    }
}
