//! Finds what two stretches of DNA have in common, and prints it letter by letter.
//!
//! ```text
//! cargo run --release --example alignment [PICTURE.svg]
//! ```
//!
//! The best local alignment (Smith and Waterman, 1981) with gaps that cost less
//! the longer they are (Gotoh, 1982): each cell of a table is computed from three
//! cells before it, by two textbook loops, which run side by side as far as that
//! allows. The sequences are made from a seed: a gene is copied with errors into
//! two otherwise random sequences, and is what has to be found.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use delayed::prelude::*;
use fastrand::Rng;

const MATCH: i32 = 2;
const MISMATCH: i32 = -3;
/// What a gap costs, and each further letter of it.
const OPEN: i32 = 7;
const EXTEND: i32 = 2;

/// The best scores of alignments that end here: in any way, with a gap in the
/// second sequence, and with one in the first.
#[derive(Clone, Copy, Default)]
struct Scores {
    best: i32,
    down: i32,
    right: i32,
}

#[delayed]
fn score(diagonal: &Scores, above: &Scores, left: &Scores, same: bool) -> Scores {
    let down = i32::max(above.best - OPEN, above.down - EXTEND);
    let right = i32::max(left.best - OPEN, left.right - EXTEND);
    let both = diagonal.best + if same { MATCH } else { MISMATCH };
    let best = both.max(down).max(right).max(0);
    Scores { best, down, right }
}

/// The way back from the best cell: the letters of both that stand above each
/// other, and where they begin and end in both.
fn trace(table: &[Vec<Scores>], a: &[u8], b: &[u8]) -> Alignment {
    let cells = || table.iter().flatten().map(|scores| scores.best);
    let best = cells().max().unwrap_or(0);
    let at = cells().position(|score| score == best).unwrap_or(0);
    let end = (at / table[0].len(), at % table[0].len());
    let (mut i, mut j) = end;
    let mut pairs = Vec::new();
    while table[i][j].best > 0 {
        let here = table[i][j];
        if here.best == here.down {
            while table[i][j].down != table[i - 1][j].best - OPEN {
                pairs.push((a[i - 1], b'-'));
                i -= 1;
            }
            pairs.push((a[i - 1], b'-'));
            i -= 1;
        } else if here.best == here.right {
            while table[i][j].right != table[i][j - 1].best - OPEN {
                pairs.push((b'-', b[j - 1]));
                j -= 1;
            }
            pairs.push((b'-', b[j - 1]));
            j -= 1;
        } else {
            pairs.push((a[i - 1], b[j - 1]));
            (i, j) = (i - 1, j - 1);
        }
    }
    pairs.reverse();
    Alignment {
        score: best,
        begin: (i, j),
        end,
        pairs,
    }
}

struct Alignment {
    score: i32,
    begin: (usize, usize),
    end: (usize, usize),
    pairs: Vec<(u8, u8)>,
}

fn letters(rng: &mut Rng, count: usize) -> Vec<u8> {
    (0..count).map(|_| b"ACGT"[rng.usize(..4)]).collect()
}

/// A copy with errors: one letter in twelve is another one, is left out, or has
/// some more behind it.
fn copy(rng: &mut Rng, gene: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(gene.len());
    for letter in gene {
        match rng.u8(..48) {
            0 | 1 => copy.extend(letters(rng, 1)),
            2 => {}
            3 => {
                copy.push(*letter);
                let more = rng.usize(1..8);
                copy.extend(letters(rng, more));
            }
            _ => copy.push(*letter),
        }
    }
    copy
}

/// Random letters with a copy of `gene` among them.
fn sequence(rng: &mut Rng, gene: &[u8]) -> Vec<u8> {
    [letters(rng, 700), copy(rng, gene), letters(rng, 900)].concat()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = Rng::with_seed(1981);
    let gene = letters(&mut rng, 1000);
    let (a, b) = (sequence(&mut rng, &gene), sequence(&mut rng, &gene));

    let mut table = vec![vec![Scores::default(); b.len() + 1]; a.len() + 1];
    let fill = pipeline!({
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let same = a[i - 1] == b[j - 1];
                table[i][j] = score(
                    &table[i - 1][j - 1],
                    &table[i - 1][j],
                    &table[i][j - 1],
                    same,
                );
            }
        }
    });
    let mut out = stdout().lock();
    writeln!(out, "{}", fill.graph())?;
    if let Some(picture) = std::env::args_os().nth(1) {
        fill.visualize(picture)?;
    }
    let begun = Instant::now();
    fill.compute()?;
    let took = begun.elapsed();

    let found = trace(&table, &a, &b);
    for line in found.pairs.chunks(72).take(3) {
        let row = |of: fn(&(u8, u8)) -> u8| -> String {
            line.iter().map(|pair| char::from(of(pair))).collect()
        };
        let bars = row(|(x, y)| if x == y { b'|' } else { b' ' });
        writeln!(
            out,
            "{}\n{bars}\n{}\n",
            row(|pair| pair.0),
            row(|pair| pair.1)
        )?;
    }
    let same = found.pairs.iter().filter(|(x, y)| x == y).count();
    writeln!(
        out,
        "score {}: {same} of {} letters are the same, {}..{} of the first and {}..{} of the second",
        found.score,
        found.pairs.len(),
        found.begin.0,
        found.end.0,
        found.begin.1,
        found.end.1
    )?;
    let cells = a.len() * b.len();
    writeln!(out, "{cells} cells in {:.3} s", took.as_secs_f64())?;
    Ok(())
}
