//! Nests under hand-written cells, as the compiler would write them.

use crate::__private as rt;
use crate::__private::{Lend as _, RunsCells as _};
use crate::{Error, Runtime};

static GRAPH: rt::Graph = rt::Graph {
    name: rt::text("nest"),
    nodes: rt::list(&[]),
    edges: rt::list(&[]),
    regions: rt::list(&[]),
    chains: rt::list(&[]),
    variables: rt::list(&[]),
};
static SCHEMA: rt::Schema = rt::Schema {
    graph: &GRAPH,
    critical_path: &[],
    live_values: 0,
};
static OUTER: rt::LoopSite = rt::LoopSite::new("for i in …", rt::place("nest.rs", 1, 1));
static INNER: rt::LoopSite = rt::LoopSite::new("for j in …", rt::place("nest.rs", 2, 1));

const SIZE: usize = 40;

/// Busy work whose length varies, so that no two rows are equally fast.
fn spin(x: u64) -> u64 {
    let rounds = (x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 57) * 4;
    (0..rounds).fold(x, |x, y| std::hint::black_box(x ^ y ^ y))
}

/// A cell of what is above, `skew` columns further, and of what is before it.
fn cell(above: u64, before: u64) -> u64 {
    spin(above.wrapping_mul(31).wrapping_add(before))
}

fn by_hand(skew: usize) -> Vec<Vec<u64>> {
    let mut t = vec![vec![1_u64; SIZE]; SIZE];
    for i in 1..SIZE {
        for j in 1..SIZE - skew {
            t[i][j] = cell(t[i - 1][j + skew], t[i][j - 1]);
        }
    }
    t
}

/// The same nest; cells fail for which `fail` says so.
fn on(
    runtime: &Runtime,
    skew: usize,
    fail: impl Fn(usize, usize) -> bool + Sync,
) -> Result<Vec<Vec<u64>>, Error> {
    let pipeline = rt::Pipeline::new(&SCHEMA, |scope: &rt::Scope<'_>| {
        let mut t = vec![vec![1_u64; SIZE]; SIZE];
        (&mut &mut rt::Nest((t.__lend::<2>(), ()), Some(skew), &[])).__rows::<false, _, _, _>(
            scope,
            [&OUTER, &INNER],
            1..SIZE,
            |(t, ()), i, _: Option<&rt::Scope<'_>>| Ok((1..t[i].len() - skew, ())),
            |(mut t, ()), (), i, j, _: &rt::Scope<'_>| {
                assert!(!fail(i, j), "bad cell");
                t[i][j] = cell(t[i - 1][j + skew], t[i][j - 1]);
                Ok(())
            },
            |_, (), _, _: &rt::Scope<'_>| Ok(()),
        )?;
        Ok(t)
    });
    pipeline.compute_on(runtime)
}

#[test]
fn every_cell_sees_what_it_sees_in_the_loop() {
    for threads in [1, 2, 3, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        for skew in [0, 1, 3] {
            for _ in 0..2 {
                assert_eq!(on(&runtime, skew, |_, _| false).unwrap(), by_hand(skew));
            }
        }
    }
}

#[test]
fn the_first_failure_by_rows_is_the_one_that_is_reported() {
    for threads in [1, 2, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        for _ in 0..2 {
            let fail = |i: usize, j: usize| i + j >= 45 && (i + 3 * j).is_multiple_of(7);
            let rows = (1..SIZE).flat_map(|i| (1..SIZE).map(move |j| (i, j)));
            let (i, j) = { rows }.find(|(i, j)| fail(*i, *j)).unwrap();
            let error = on(&runtime, 0, fail).unwrap_err();
            let place: Vec<_> = error.iterations().iter().map(|each| each.index).collect();
            assert_eq!(place, [j as u64 - 1, i as u64 - 1], "{error}");
            let items: Vec<_> = error
                .iterations()
                .iter()
                .map(|each| each.item.clone())
                .collect();
            assert_eq!(items, [Some(j.to_string()), Some(i.to_string())]);
        }
    }
}

/// Only what runs cells is in scope here, so this compiles for what is an array.
#[cfg(feature = "ndarray")]
#[test]
fn cells_share_the_elements_of_an_ndarray() {
    use ndarray::{Array2, Axis};

    for threads in [1, 2, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        for is_turned in [false, true] {
            let pipeline = rt::Pipeline::new(&SCHEMA, |scope: &rt::Scope<'_>| {
                let mut whole = Array2::from_elem((SIZE, SIZE), 1_u64);
                let mut t = whole.view_mut();
                if is_turned {
                    t.swap_axes(0, 1);
                    t.invert_axis(Axis(1));
                }
                (&mut &mut rt::Nest((t.__lend::<2>(), ()), Some(1), &[]))
                    .__rows::<false, _, _, _>(
                        scope,
                        [&OUTER, &INNER],
                        1..SIZE,
                        |_, _, _: Option<&rt::Scope<'_>>| Ok((1..SIZE - 1, ())),
                        |(mut t, ()), (), i, j, _: &rt::Scope<'_>| {
                            t[[i, j]] = cell(t[[i - 1, j + 1]], t[[i, j - 1]]);
                            Ok(())
                        },
                        |_, (), _, _: &rt::Scope<'_>| Ok(()),
                    )?;
                Ok(t.outer_iter().map(|row| row.to_vec()).collect::<Vec<_>>())
            });
            assert_eq!(pipeline.compute_on(&runtime).unwrap(), by_hand(1));
        }
    }
}
