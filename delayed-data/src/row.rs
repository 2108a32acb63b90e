//! Rows as tuples of values: what `columns::<(Timestamp, f64)>` asks for.

use std::ops::Range;

use delayed_runtime::NBytes;

use crate::Value;

/// The types of the columns that are read: a tuple of up to twenty [`Value`]s,
/// such as `(Timestamp, f64)` or `(Option<i64>,)`, or a struct that derives
/// [`Record`](crate::Record).
#[diagnostic::on_unimplemented(
    message = "a file cannot be read as rows of `{Self}`",
    label = "not a row",
    note = "rows are tuples, such as `(Timestamp, f64)` or `(i64,)`, and structs that derive `Record`"
)]
pub trait Row: Sized + Send + Sync + 'static {
    /// The names of the columns: as many as the row has types.
    type Names<'a>: AsRef<[&'a str]>;
    /// What one row of a chunk gives: the tuple itself, but `&str` for `String`;
    /// or the struct.
    type Item<'a>;
    /// What the columns of a chunk give: a slice for each, or a [`Text`], in a
    /// tuple or struct.
    ///
    /// [`Text`]: crate::Text
    type Slices<'a>: Copy;

    #[doc(hidden)]
    type Columns: Clone + NBytes + Send + Sync;
    /// What each column expects, and whether values may be missing.
    #[doc(hidden)]
    const EXPECTED: &'static [Expected];
    /// Columns without a row.
    #[doc(hidden)]
    fn empty() -> Self::Columns;
    /// Adds a row; the number of the first field that does not fit otherwise.
    #[doc(hidden)]
    fn push<'a>(
        columns: &mut Self::Columns,
        field: impl Fn(usize) -> &'a [u8],
    ) -> Result<(), usize>;
    #[doc(hidden)]
    fn push_item(columns: &mut Self::Columns, item: Self::Item<'_>);
    #[doc(hidden)]
    fn item(columns: &Self::Columns, row: usize) -> Self::Item<'_>;
    #[doc(hidden)]
    fn slices(columns: &Self::Columns) -> Self::Slices<'_>;
    /// Some of the rows.
    #[doc(hidden)]
    fn part(columns: &Self::Columns, rows: Range<usize>) -> Self::Columns;
    /// Shows each column in order.
    #[doc(hidden)]
    fn visit(columns: &Self::Columns, visitor: &mut impl Visit);
    /// Lends each column in order.
    #[doc(hidden)]
    fn visit_mut(columns: &mut Self::Columns, visitor: &mut impl VisitMut);
}

/// Looks at the columns of a chunk, one after the other.
#[doc(hidden)]
pub trait Visit {
    fn column<T: Value>(&mut self, column: &T::Column);
}

/// Fills the columns of a chunk, one after the other.
#[doc(hidden)]
pub trait VisitMut {
    fn column<T: Value>(&mut self, column: &mut T::Column);
    /// A column that reads fields of text in a way of its own.
    fn custom<T: Value>(&mut self, column: &mut T::Column, push: fn(&mut T::Column, &[u8]) -> bool);
}

/// What a column should hold.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    pub what: &'static str,
    /// Whether a value may be missing.
    pub optional: bool,
    /// Whether the file has to have the column.
    pub required: bool,
}

impl Expected {
    /// What a column of a type should hold.
    pub const fn of<T: Value>() -> Expected {
        Expected {
            what: T::EXPECTED,
            optional: T::OPTIONAL,
            required: true,
        }
    }
}

macro_rules! row {
    ($count:literal: $($slot:tt $type:ident)+) => {
        impl<$($type: Value),+> Row for ($($type,)+) {
            type Names<'a> = [&'a str; $count];
            type Item<'a> = ($($type::Item<'a>,)+);
            type Slices<'a> = ($($type::Slice<'a>,)+);
            type Columns = ($($type::Column,)+);
            const EXPECTED: &'static [Expected] = &[$(Expected::of::<$type>()),+];

            fn empty() -> Self::Columns {
                ($($type::Column::default(),)+)
            }

            #[inline]
            fn push<'a>(
                columns: &mut Self::Columns,
                field: impl Fn(usize) -> &'a [u8],
            ) -> Result<(), usize> {
                $(
                    if !$type::push(&mut columns.$slot, field($slot)) {
                        return Err($slot);
                    }
                )+
                Ok(())
            }

            #[inline]
            fn push_item(columns: &mut Self::Columns, item: Self::Item<'_>) {
                $($type::push_item(&mut columns.$slot, item.$slot);)+
            }

            #[inline]
            fn item(columns: &Self::Columns, row: usize) -> Self::Item<'_> {
                ($($type::item(&columns.$slot, row),)+)
            }

            fn slices(columns: &Self::Columns) -> Self::Slices<'_> {
                ($($type::slice(&columns.$slot),)+)
            }

            fn part(columns: &Self::Columns, rows: Range<usize>) -> Self::Columns {
                ($($type::part(&columns.$slot, rows.clone()),)+)
            }

            fn visit(columns: &Self::Columns, visitor: &mut impl Visit) {
                $(visitor.column::<$type>(&columns.$slot);)+
            }

            fn visit_mut(columns: &mut Self::Columns, visitor: &mut impl VisitMut) {
                $(visitor.column::<$type>(&mut columns.$slot);)+
            }
        }
    };
}

row!(1: 0 A);
row!(2: 0 A 1 B);
row!(3: 0 A 1 B 2 C);
row!(4: 0 A 1 B 2 C 3 D);
row!(5: 0 A 1 B 2 C 3 D 4 E);
row!(6: 0 A 1 B 2 C 3 D 4 E 5 F);
row!(7: 0 A 1 B 2 C 3 D 4 E 5 F 6 G);
row!(8: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
row!(9: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I);
row!(10: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J);
row!(11: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K);
row!(12: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L);
row!(13: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M);
row!(14: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N);
row!(15: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O);
row!(16: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P);
row!(17: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P 16 Q);
row!(18: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P 16 Q 17 R);
row!(19: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P 16 Q 17 R 18 S);
row!(20: 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P 16 Q 17 R 18 S 19 T);
