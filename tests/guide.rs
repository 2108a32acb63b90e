//! What the guide shows but cannot assert by itself: its pictures and tables.

use std::collections::BTreeSet;

/// Drawing SVG is a feature of the crate.
#[cfg(feature = "svg")]
mod pictures {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use delayed::Graph;
    use delayed::prelude::*;
    use delayed_data::{Chunk, Chunks, read};

    #[delayed]
    fn square(x: u64) -> u64 {
        x * x
    }

    #[delayed]
    fn half(x: i64) -> i64 {
        x / 2
    }

    #[delayed]
    fn triple_and_one(x: i64) -> i64 {
        3 * x + 1
    }

    #[delayed]
    fn trips_of(path: &Path) -> delayed_data::Result<Chunks<(f64, f64)>> {
        read(path).chunk_rows(2).columns(["distance", "tip"])
    }

    #[delayed]
    fn tips(trips: &Chunk<(f64, f64)>) -> f64 {
        trips.iter().map(|(_, tip)| tip).sum()
    }

    /// `GUIDE_PICTURES=1` draws them anew.
    #[test]
    fn the_pictures_are_those_of_the_graphs() {
        let first_loop = pipeline!({
            let mut sum = 0;
            for x in 0..5 {
                sum += square(x);
            }
            sum
        });
        is_drawn("first_loop.svg", first_loop.graph());

        let files = [Path::new("january.csv"), Path::new("july.csv")];
        let trips = pipeline!({
            let mut sum = 0.0;
            for path in files {
                for trips in trips_of(path)? {
                    sum += tips(&trips?);
                }
            }
            sum
        });
        is_drawn("trips.svg", trips.graph());

        let branches = pipeline!({
            let mut ones = 0;
            let next = for x in 1..6 {
                let y = if x % 2 == 0 {
                    half(x)
                } else {
                    triple_and_one(x)
                };
                if y == 1 {
                    ones += 1;
                }
                y
            };
            (next, ones)
        });
        is_drawn("branches.svg", branches.graph());
    }

    #[delayed]
    fn length(word: &str) -> usize {
        word.len()
    }

    #[delayed]
    fn shout(word: &str) -> String {
        word.to_uppercase()
    }

    #[delayed]
    fn step(state: u64, x: u64) -> u64 {
        (state * 31 + x) % 1009
    }

    #[delayed]
    fn numbers_of(text: &str) -> Result<Vec<u64>, std::num::ParseIntError> {
        text.split(' ').map(str::parse).collect()
    }

    #[delayed]
    fn largest(numbers: &[u64]) -> Option<u64> {
        numbers.iter().copied().max()
    }

    #[test]
    fn the_pictures_of_what_goes_in_order_are_those_of_the_graphs() {
        let words = ["to", "be", "or", "not", "to", "be"];
        let index = pipeline!({
            let mut lengths = Vec::new();
            let mut counts = BTreeMap::new();
            for word in words {
                lengths.push(length(word));
                *counts.entry(shout(word)).or_insert(0) += 1;
            }
            (lengths, counts)
        });
        is_drawn("results.svg", index.graph());

        let hash = pipeline!({
            let mut state = 7;
            for x in 0..100 {
                let value = square(x);
                state = step(state, value);
            }
            state
        });
        is_drawn("state.svg", hash.graph());

        let (left, right) = ("3 1 4", "1 5 9");
        let either = pipeline!({
            let numbers = numbers_of(left)?;
            let first = largest(&numbers);
            let others = numbers_of(right)?;
            let second = largest(&others);
            first.max(second)
        });
        is_drawn("chains.svg", either.graph());
    }

    #[delayed]
    fn longer(both: u32, above: u32, left: u32, same: bool) -> u32 {
        if same { both + 1 } else { above.max(left) }
    }

    #[test]
    fn the_picture_of_an_array_loop_is_that_of_the_graph() {
        let (a, b) = (b"GATTACA", b"TAGACCA");
        let table = pipeline!({
            let mut t = vec![[0; 8]; 8];
            for i in 1..=a.len() {
                for j in 1..=b.len() {
                    let same = a[i - 1] == b[j - 1];
                    t[i][j] = longer(t[i - 1][j - 1], t[i - 1][j], t[i][j - 1], same);
                }
            }
            t[7][7]
        });
        is_drawn("wavefront.svg", table.graph());
    }

    #[delayed]
    fn add(left: u64, right: u64) -> u64 {
        left + right
    }

    #[test]
    fn the_pictures_of_all_iterations_are_those_of_the_graphs() {
        let sum = pipeline!({
            let mut sum = 0;
            for x in 1..=3 {
                sum += square(x);
            }
            sum
        });
        is_drawn("iterations.svg", &sum.graph().expanded(100));

        let ways = pipeline!({
            let mut ways = vec![vec![1; 5]; 5];
            for y in 1..=4 {
                for x in 1..=4 {
                    ways[y][x] = add(ways[y - 1][x], ways[y][x - 1]);
                }
            }
            ways[4][4]
        });
        is_drawn("cells.svg", &ways.graph().expanded(100));
    }

    #[delayed]
    fn factor(a: &f64) -> Result<f64, &'static str> {
        let root = Some(a.sqrt()).filter(|root| *root > 0.0);
        root.ok_or("the matrix is not positive definite")
    }

    #[delayed]
    fn solve(l: &f64, a: &f64) -> f64 {
        a / l
    }

    #[delayed]
    fn update(c: &f64, a: &f64, b: &f64) -> f64 {
        c - a * b
    }

    #[test]
    fn the_picture_of_a_factorisation_is_that_of_the_graph() {
        let mut t = vec![vec![4.0, 0.0], vec![2.0, 5.0]];
        let factored = pipeline!({
            for k in 0..t.len() {
                t[k][k] = factor(&t[k][k])?;
                for i in k + 1..t.len() {
                    t[i][k] = solve(&t[k][k], &t[i][k]);
                }
                for j in k + 1..t.len() {
                    for i in j..t.len() {
                        t[i][j] = update(&t[i][j], &t[i][k], &t[j][k]);
                    }
                }
            }
        });
        is_drawn("factorisation.svg", factored.graph());
    }

    fn is_drawn(name: &str, graph: &Graph) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs")
            .join(name);
        if std::env::var_os("GUIDE_PICTURES").is_some() {
            graph.save(&path).unwrap();
        }
        let drawn = graph.to_svg().unwrap();
        let committed = fs::read_to_string(&path).unwrap();
        assert!(
            committed == drawn,
            "{} shows another graph: run this test with GUIDE_PICTURES=1",
            path.display()
        );
        // A blank line would end the picture's block in Markdown.
        assert!(!drawn.contains("\n\n"));
    }
}

#[test]
fn the_table_of_refusals_has_each_code_once() {
    let code = |text: &str| -> Option<u32> { text.strip_prefix('D')?.parse().ok() };
    let rules = include_str!("../delayed-compiler/src/diagnostics.rs");
    let known: Vec<_> = rules
        .lines()
        .filter(|line| line.contains(" = \"D"))
        .filter_map(|line| code(line.split('"').nth(1)?))
        .collect();
    let guide = include_str!("../src/guide/10_refused.md");
    let listed: Vec<_> = guide
        .lines()
        .filter_map(|line| code(line.strip_prefix("| ")?.split(' ').next()?))
        .collect();
    assert!(!known.is_empty());
    assert_eq!(listed, known);
}

#[test]
fn the_table_of_serial_loops_has_each_reason() {
    let reasons = include_str!("../delayed-compiler/src/pipeline/analyse/reasons.rs");
    let known: BTreeSet<_> = reasons
        .lines()
        .filter(|line| line.contains(" = \""))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    let guide = include_str!("../src/guide/06_state.md");
    let listed: BTreeSet<_> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert!(!known.is_empty());
    assert_eq!(listed, known);
}
