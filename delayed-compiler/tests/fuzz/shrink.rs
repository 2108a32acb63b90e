//! Makes a failing input as small as it gets.

use proc_macro2::{Group, TokenStream, TokenTree};

/// Takes away what `fails` does without, tree by tree.
pub(crate) fn shrink(tokens: TokenStream, fails: &dyn Fn(TokenStream) -> bool) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut size = trees.len();
    while size > 0 {
        let mut start = 0;
        while start < trees.len() {
            let mut fewer = trees.clone();
            fewer.drain(start..(start + size).min(trees.len()));
            if fails(fewer.iter().cloned().collect()) {
                trees = fewer;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    for at in 0..trees.len() {
        let TokenTree::Group(group) = trees[at].clone() else {
            continue;
        };
        let with = |inner: TokenStream| {
            let mut trees = trees.clone();
            trees[at] = Group::new(group.delimiter(), inner).into();
            trees.into_iter().collect::<TokenStream>()
        };
        let inner = shrink(group.stream(), &|inner| fails(with(inner)));
        trees[at] = Group::new(group.delimiter(), inner).into();
    }
    trees.into_iter().collect()
}
