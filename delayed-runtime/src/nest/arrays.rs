//! Which types are arrays.
//!
//! The macro sees `t[i][j]` and no types. What `t` is decides here, by method
//! resolution: an array of the standard library is run by cells, and with
//! anything else, whose `Index` may do what it likes, the nest is the loops that
//! the user wrote.

use std::cell::{RefCell, RefMut};

use super::flat::{Flat, Flats};
use super::shape::{Line, Rows, Sites};
use super::steps::Steps;
use super::view::{Grid, Row, View};
use super::{alone, bands};
use crate::executor::{LoopSite, Scope, Stop};

/// An array whose elements have `RANK` subscripts.
pub trait Array<const RANK: usize> {
    /// Where the elements are.
    type Table;
    /// What cells know of it.
    type View: Copy + Send + Sync;

    /// Looks where the elements are.
    fn table(&mut self) -> Self::Table;

    /// What cells may know of a table, as long as it stays.
    fn view(table: &Self::Table) -> Self::View;
}

macro_rules! rank_1 {
    ($([$($generics:tt)*] $array:ty;)*) => {$(
        impl<$($generics)*> Array<1> for $array {
            type Table = Row<T>;
            type View = Row<T>;
            fn table(&mut self) -> Row<T> {
                Row::of(self)
            }
            fn view(table: &Row<T>) -> Row<T> {
                *table
            }
        }
    )*};
}

rank_1! {
    [T: Send + Sync] Vec<T>;
    [T: Send + Sync] [T];
    [T: Send + Sync] Box<[T]>;
    [T: Send + Sync] &mut [T];
    [T: Send + Sync, const N: usize] [T; N];
}

macro_rules! rank_2 {
    ($([$($generics:tt)*] $array:ty;)*) => {$(
        impl<T: Send + Sync, R: Array<1, Table = Row<T>>, $($generics)*> Array<2> for $array {
            type Table = Vec<Row<T>>;
            type View = Grid<Row<T>>;
            fn table(&mut self) -> Vec<Row<T>> {
                self.iter_mut().map(R::table).collect()
            }
            fn view(table: &Vec<Row<T>>) -> Grid<Row<T>> {
                Grid::of(table)
            }
        }
    )*};
}

rank_2! {
    [] Vec<R>;
    [] [R];
    [] Box<[R]>;
    [] &mut [R];
    [const N: usize] [R; N];
}

macro_rules! rank_3 {
    ($([$($generics:tt)*] $array:ty;)*) => {$(
        impl<R: Array<2, View: View>, $($generics)*> Array<3> for $array {
            /// The views stand on the tables of what they show.
            type Table = (Vec<R::Table>, Vec<R::View>);
            type View = Grid<R::View>;
            fn table(&mut self) -> Self::Table {
                let tables: Vec<_> = self.iter_mut().map(R::table).collect();
                let views = tables.iter().map(R::view).collect();
                (tables, views)
            }
            fn view((_, views): &Self::Table) -> Grid<R::View> {
                Grid::of(views)
            }
        }
    )*};
}

rank_3! {
    [] Vec<R>;
    [] [R];
    [] Box<[R]>;
    [] &mut [R];
    [const N: usize] [R; N];
}

/// Any variable, lent to a nest: `t.__lend::<2>()` borrows it, or borrows again
/// what it borrows.
///
/// Where the loops run as they are, each cell borrows it for itself. What is
/// borrowed by a name of the cell's cannot be seen in the types of closures.
pub struct Lent<'a, X: ?Sized, const RANK: usize>(RefCell<&'a mut X>);

/// See [`Lent`].
pub trait Lend {
    /// Lends it for elements with `RANK` subscripts.
    #[inline]
    fn __lend<const RANK: usize>(&mut self) -> Lent<'_, Self, RANK> {
        Lent(RefCell::new(self))
    }
}

impl<X: ?Sized> Lend for X {}

/// What stands in a subscript and is the same in all cells. Only of indices is it
/// known what their sums are.
pub struct Fixed<'a, T>(&'a T);

/// Holds what is the same in all cells.
#[inline]
#[must_use]
pub fn fixed<T>(fixed: &T) -> Fixed<'_, T> {
    Fixed(fixed)
}

/// The variables that a nest changes, and what it does not change:
/// `(Lent, (Lent, (Fixed, ())))`.
pub trait Known {
    /// Where their elements are.
    type Tables;
    /// What cells know of them.
    type Views: Copy + Send + Sync;

    /// Looks where the elements are.
    fn tables(&mut self) -> Self::Tables;

    /// What cells may know.
    fn views(tables: &Self::Tables) -> Self::Views;

    /// Adds what does not change to `list`.
    fn numbers(&self, list: &mut Vec<usize>);
}

impl Known for () {
    type Tables = ();
    type Views = ();
    fn tables(&mut self) {}
    fn views((): &()) {}
    fn numbers(&self, _: &mut Vec<usize>) {}
}

impl<X: Array<RANK> + ?Sized, const RANK: usize, Rest: Known> Known for (Lent<'_, X, RANK>, Rest) {
    type Tables = (X::Table, Rest::Tables);
    type Views = (X::View, Rest::Views);
    fn tables(&mut self) -> Self::Tables {
        (self.0.0.get_mut().table(), self.1.tables())
    }
    fn views(tables: &Self::Tables) -> Self::Views {
        (X::view(&tables.0), Rest::views(&tables.1))
    }
    fn numbers(&self, list: &mut Vec<usize>) {
        self.1.numbers(list);
    }
}

macro_rules! indices {
    ($($index:ty: $number:expr;)*) => {$(
        impl<Rest: Known> Known for (Fixed<'_, $index>, Rest) {
            type Tables = Rest::Tables;
            type Views = Rest::Views;
            fn tables(&mut self) -> Rest::Tables {
                self.1.tables()
            }
            fn views(tables: &Rest::Tables) -> Rest::Views {
                Rest::views(tables)
            }
            fn numbers(&self, list: &mut Vec<usize>) {
                let number: fn(&$index) -> usize = $number;
                list.push(number(self.0.0));
                self.1.numbers(list);
            }
        }
    )*};
}

indices! {
    usize: |number| *number;
    &usize: |number| **number;
}

/// The same of any types.
pub trait Borrowed {
    /// The variables, borrowed for a cell.
    type Again<'b>
    where
        Self: 'b;

    /// Borrows them once more.
    fn again(&self) -> Self::Again<'_>;
}

impl Borrowed for () {
    type Again<'b> = ();
    fn again(&self) {}
}

impl<'a, X: ?Sized, const RANK: usize, Rest: Borrowed> Borrowed for (Lent<'a, X, RANK>, Rest) {
    type Again<'b>
        = (RefMut<'b, &'a mut X>, Rest::Again<'b>)
    where
        Self: 'b;
    fn again(&self) -> Self::Again<'_> {
        (self.0.0.borrow_mut(), self.1.again())
    }
}

impl<T, Rest: Borrowed> Borrowed for (Fixed<'_, T>, Rest) {
    type Again<'b>
        = Rest::Again<'b>
    where
        Self: 'b;
    fn again(&self) -> Self::Again<'_> {
        self.1.again()
    }
}

/// What a nest changes, and how its cells need each other:
/// `(&mut &mut Nest(…)).__rows(…)` runs cells side by side where all of `A` are
/// arrays, and else the loops as they are.
///
/// The skew is `None` where no row needs another. Else what a cell needs is, of
/// each row `r` rows before, to the left of what is `skew * r` columns further.
/// Last comes what has to hold for that.
pub struct Nest<A>(pub A, pub Option<usize>, pub &'static [Flat]);

impl<A: Known> Nest<A> {
    fn flats(&self) -> Flats {
        let mut numbers = Vec::new();
        self.0.numbers(&mut numbers);
        Flats::new(self.2, &numbers)
    }
}

/// See [`Nest`].
pub trait RunsCells {
    /// What cells know.
    type Views;

    /// Runs one loop.
    ///
    /// # Errors
    ///
    /// The failure that the loop would have met first.
    fn __line<O: Steps>(
        &mut self,
        scope: &Scope<'_>,
        site: &'static LoopSite,
        source: O,
        cell: impl Fn(Self::Views, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
    ) -> Result<(), Stop>;

    /// Runs a loop in a loop, with `EDGES` if statements stand beside that: `inner`
    /// runs those in front if it has a scope, and gives what a row runs over and what
    /// is known of it; `end` runs those behind.
    ///
    /// # Errors
    ///
    /// The failure that the loops would have met first.
    fn __rows<const EDGES: bool, O: Steps, I: Steps, L: Copy>(
        &mut self,
        scope: &Scope<'_>,
        sites: [&'static LoopSite; 2],
        source: O,
        inner: impl Fn(Self::Views, usize, Option<&Scope<'_>>) -> Result<(I, L), Stop> + Sync,
        cell: impl Fn(Self::Views, L, usize, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
        end: impl Fn(Self::Views, L, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
    ) -> Result<(), Stop>;
}

impl<A: Known> RunsCells for &mut Nest<A> {
    type Views = A::Views;

    fn __line<O: Steps>(
        &mut self,
        scope: &Scope<'_>,
        site: &'static LoopSite,
        source: O,
        cell: impl Fn(A::Views, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
    ) -> Result<(), Stop> {
        let flats = self.flats();
        let tables = self.0.tables();
        let views = A::views(&tables);
        let line = Line::new(site, source.span(), views, cell).with(flats);
        bands::run(scope, &line, self.1)
    }

    fn __rows<const EDGES: bool, O: Steps, I: Steps, L: Copy>(
        &mut self,
        scope: &Scope<'_>,
        sites: [&'static LoopSite; 2],
        source: O,
        inner: impl Fn(A::Views, usize, Option<&Scope<'_>>) -> Result<(I, L), Stop> + Sync,
        cell: impl Fn(A::Views, L, usize, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
        end: impl Fn(A::Views, L, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
    ) -> Result<(), Stop> {
        let flats = self.flats();
        let tables = self.0.tables();
        let views = A::views(&tables);
        let inner = |row: usize, scope: Option<&Scope<'_>>| {
            let (cells, local) = inner(views, row, scope)?;
            // Each row has views of its own, which the elements that cells write
            // cannot be: so they may live in registers.
            Ok((cells.span(), (views, local)))
        };
        let cell = |(views, local): (A::Views, L), row: usize, at: usize, scope: &Scope<'_>| {
            cell(views, local, row, at, scope)
        };
        let end = |(views, local): (A::Views, L), row: usize, scope: &Scope<'_>| {
            end(views, local, row, scope)
        };
        let (sites, steps) = (Sites::new(sites), (inner, cell, end));
        let rows = Rows::<EDGES, _, _, _>::new(sites, source.span(), steps).with(flats);
        bands::run(scope, &rows, self.1)
    }
}

/// See [`Nest`].
pub trait RunsLoops {
    /// What cells know.
    type Again<'b>
    where
        Self: 'b;

    /// Runs one loop.
    ///
    /// # Errors
    ///
    /// The first failure.
    fn __line<'b, O: IntoIterator<Item: Copy>>(
        &'b mut self,
        scope: &Scope<'_>,
        site: &'static LoopSite,
        source: O,
        cell: impl FnMut(Self::Again<'b>, O::Item, &Scope<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop>;

    /// Runs a loop in a loop, see [`RunsCells::__rows`].
    ///
    /// # Errors
    ///
    /// The first failure.
    fn __rows<
        'b,
        const EDGES: bool,
        O: IntoIterator<Item: Copy>,
        I: IntoIterator<Item: Copy>,
        L: Copy,
    >(
        &'b mut self,
        scope: &Scope<'_>,
        sites: [&'static LoopSite; 2],
        source: O,
        inner: impl FnMut(Self::Again<'b>, O::Item, Option<&Scope<'_>>) -> Result<(I, L), Stop>,
        cell: impl FnMut(Self::Again<'b>, L, O::Item, I::Item, &Scope<'_>) -> Result<(), Stop>,
        end: impl FnMut(Self::Again<'b>, L, O::Item, &Scope<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop>;
}

impl<A: Borrowed> RunsLoops for Nest<A> {
    type Again<'b>
        = A::Again<'b>
    where
        Self: 'b;

    fn __line<'b, O: IntoIterator<Item: Copy>>(
        &'b mut self,
        scope: &Scope<'_>,
        site: &'static LoopSite,
        source: O,
        mut cell: impl FnMut(A::Again<'b>, O::Item, &Scope<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        alone::written(Sites::new([site]), |now| {
            for (at, item) in (0..).zip(source) {
                now.set([at]);
                cell(self.0.again(), item, &scope.iteration(at, None))?;
            }
            Ok(())
        })
    }

    fn __rows<
        'b,
        const EDGES: bool,
        O: IntoIterator<Item: Copy>,
        I: IntoIterator<Item: Copy>,
        L: Copy,
    >(
        &'b mut self,
        scope: &Scope<'_>,
        sites: [&'static LoopSite; 2],
        source: O,
        mut inner: impl FnMut(A::Again<'b>, O::Item, Option<&Scope<'_>>) -> Result<(I, L), Stop>,
        mut cell: impl FnMut(A::Again<'b>, L, O::Item, I::Item, &Scope<'_>) -> Result<(), Stop>,
        mut end: impl FnMut(A::Again<'b>, L, O::Item, &Scope<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        alone::written(Sites::new(sites), |now| {
            for (row, outer) in (0..).zip(source) {
                now.set([row, u64::MAX]);
                let scope = scope.iteration(row, None);
                let (items, local) = inner(self.0.again(), outer, Some(&scope))?;
                for (at, item) in (0..).zip(items) {
                    now.set([row, at]);
                    cell(
                        self.0.again(),
                        local,
                        outer,
                        item,
                        &scope.iteration(at, None),
                    )?;
                }
                now.set([row, u64::MAX]);
                end(self.0.again(), local, outer, &scope)?;
            }
            Ok(())
        })
    }
}
