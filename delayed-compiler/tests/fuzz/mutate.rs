//! Random token streams: valid programs with a few random edits, and noise.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use random_programs::Rng;

use crate::corpus::Corpus;

/// No input has more tokens than this, so that no case takes long.
const MOST_TOKENS: usize = 600;

/// An input made of one of `seeds` by at most `edits` edits, or of nothing but
/// pieces.
pub(crate) fn input(
    seeds: &[TokenStream],
    edits: usize,
    corpus: &Corpus,
    rng: &mut Rng,
) -> TokenStream {
    if rng.chance(10) {
        return noise(corpus, rng, 4);
    }
    let mut tokens = one_of(seeds, rng);
    for _ in 0..rng.below(edits + 1) {
        let edited = edit(tokens.clone(), seeds, corpus, rng);
        if count(&edited) <= MOST_TOKENS {
            tokens = edited;
        }
    }
    tokens
}

fn one_of(streams: &[TokenStream], rng: &mut Rng) -> TokenStream {
    streams[rng.below(streams.len())].clone()
}

/// Pieces of Rust in any order, nested up to `depth`.
fn noise(corpus: &Corpus, rng: &mut Rng, depth: usize) -> TokenStream {
    let mut tokens = TokenStream::new();
    for _ in 0..rng.below(12) {
        if depth > 0 && rng.chance(25) {
            let inner = noise(corpus, rng, depth - 1);
            tokens.extend([TokenTree::Group(Group::new(delimiter(rng), inner))]);
        } else {
            tokens.extend(piece(corpus, rng));
        }
    }
    tokens
}

fn piece(corpus: &Corpus, rng: &mut Rng) -> TokenStream {
    if rng.chance(2) {
        // Only another macro can write these as one token.
        return TokenTree::from(Literal::i64_suffixed(-1)).into();
    }
    one_of(&corpus.pieces, rng)
}

/// One edit, at a random depth.
fn edit(tokens: TokenStream, seeds: &[TokenStream], corpus: &Corpus, rng: &mut Rng) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let groups = trees
        .iter()
        .enumerate()
        .filter(|(_, tree)| matches!(tree, TokenTree::Group(_)));
    let groups: Vec<usize> = groups.map(|(at, _)| at).collect();
    if !groups.is_empty() && rng.chance(70) {
        let at = rng.pick(&groups);
        if let TokenTree::Group(group) = &trees[at] {
            let inner = edit(group.stream(), seeds, corpus, rng);
            trees[at] = TokenTree::Group(with_span_of(group, group.delimiter(), inner));
        }
        return trees.into_iter().collect();
    }
    edit_here(&mut trees, seeds, corpus, rng);
    trees.into_iter().collect()
}

fn edit_here(trees: &mut Vec<TokenTree>, seeds: &[TokenStream], corpus: &Corpus, rng: &mut Rng) {
    let start = rng.below(trees.len() + 1);
    let end = (start + rng.below(4)).min(trees.len());
    match rng.below(9) {
        0 => drop(trees.drain(start..end)),
        1 => {
            let copy: Vec<_> = trees[start..end].to_vec();
            let at = rng.below(trees.len() + 1);
            trees.splice(at..at, copy);
        }
        2 if !trees.is_empty() => {
            let (left, right) = (rng.below(trees.len()), rng.below(trees.len()));
            trees.swap(left, right);
        }
        3 => {
            let inner: TokenStream = trees.drain(start..end).collect();
            trees.insert(start, TokenTree::Group(Group::new(delimiter(rng), inner)));
        }
        4 => {
            let unwrap = |tree: TokenTree| match tree {
                TokenTree::Group(group) => group.stream(),
                tree => tree.into(),
            };
            let inner: TokenStream = trees.drain(start..end).map(unwrap).collect();
            trees.splice(start..start, inner);
        }
        5 => {
            for tree in &mut trees[start..end] {
                if let TokenTree::Group(group) = tree {
                    *tree = TokenTree::Group(with_span_of(group, delimiter(rng), group.stream()));
                }
            }
        }
        6 => drop(trees.splice(start..start, part(one_of(seeds, rng), rng))),
        7 => drop(trees.splice(start..end, piece(corpus, rng))),
        _ => drop(trees.splice(start..start, piece(corpus, rng))),
    }
}

/// A few trees that follow each other somewhere in `tokens`.
fn part(tokens: TokenStream, rng: &mut Rng) -> Vec<TokenTree> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let start = rng.below(trees.len() + 1);
    let end = (start + rng.below(12)).min(trees.len());
    match &trees[start..end] {
        [TokenTree::Group(group), ..] if rng.chance(80) => part(group.stream(), rng),
        trees => trees.to_vec(),
    }
}

fn delimiter(rng: &mut Rng) -> Delimiter {
    // The last one surrounds what another macro has been handed as `$x:expr`.
    rng.pick(&[
        Delimiter::Parenthesis,
        Delimiter::Brace,
        Delimiter::Bracket,
        Delimiter::None,
    ])
}

fn with_span_of(group: &Group, delimiter: Delimiter, inner: TokenStream) -> Group {
    let mut new = Group::new(delimiter, inner);
    new.set_span(group.span());
    new
}

fn count(tokens: &TokenStream) -> usize {
    let sizes = tokens.clone().into_iter().map(|tree| match tree {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    });
    sizes.sum()
}
