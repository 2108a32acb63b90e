//! Rows as tuples of values: what `columns::<(Timestamp, f64)>` asks for.

use delayed_runtime::NBytes;

use crate::Value;

/// The types of the columns that are read: a tuple of up to twenty [`Value`]s,
/// such as `(Timestamp, f64)` or `(Option<i64>,)`.
pub trait Row: sealed::Sealed + Send + Sync + 'static {
    /// The names of the columns: as many as the tuple has types.
    type Names<'a>: AsRef<[&'a str]>;
    /// What one row of a chunk gives: the tuple itself, but `&str` for `String`.
    type Item<'a>: Copy;
    /// What the columns of a chunk give: a tuple of slices.
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
    fn item(columns: &Self::Columns, row: usize) -> Self::Item<'_>;
    #[doc(hidden)]
    fn slices(columns: &Self::Columns) -> Self::Slices<'_>;
    /// Adds a row of other columns.
    #[doc(hidden)]
    fn copy(columns: &mut Self::Columns, from: &Self::Columns, row: usize);

    /// Adds the cells of one column; the number of the first that does not fit
    /// otherwise.
    #[cfg(feature = "parquet")]
    #[doc(hidden)]
    fn extend<'a>(
        columns: &mut Self::Columns,
        slot: usize,
        cells: &mut dyn Iterator<Item = crate::value::Cell<'a>>,
    ) -> Result<(), usize>;
}

/// What a column should hold, for errors.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    pub what: &'static str,
    pub optional: bool,
}

macro_rules! row {
    ($count:literal: $($slot:tt $type:ident)+) => {
        impl<$($type: Value),+> sealed::Sealed for ($($type,)+) {}

        impl<$($type: Value),+> Row for ($($type,)+) {
            type Names<'a> = [&'a str; $count];
            type Item<'a> = ($($type::Item<'a>,)+);
            type Slices<'a> = ($($type::Slice<'a>,)+);
            type Columns = ($($type::Column,)+);
            const EXPECTED: &'static [Expected] =
                &[$(Expected { what: $type::EXPECTED, optional: $type::OPTIONAL }),+];

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
            fn item(columns: &Self::Columns, row: usize) -> Self::Item<'_> {
                ($($type::item(&columns.$slot, row),)+)
            }

            fn slices(columns: &Self::Columns) -> Self::Slices<'_> {
                ($($type::slice(&columns.$slot),)+)
            }

            fn copy(columns: &mut Self::Columns, from: &Self::Columns, row: usize) {
                $($type::copy(&mut columns.$slot, &from.$slot, row);)+
            }

            #[cfg(feature = "parquet")]
            fn extend<'a>(
                columns: &mut Self::Columns,
                slot: usize,
                cells: &mut dyn Iterator<Item = crate::value::Cell<'a>>,
            ) -> Result<(), usize> {
                match slot {
                    $($slot => {
                        for (row, cell) in cells.enumerate() {
                            if !$type::push_cell(&mut columns.$slot, cell) {
                                return Err(row);
                            }
                        }
                    })+
                    _ => {}
                }
                Ok(())
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

mod sealed {
    /// Rows are tuples of values, and nothing else.
    pub trait Sealed {}
}
