//! Writes the constants of a task.

use std::time::Duration;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;

use super::door::{Door, ours};
use super::options::Options;
use super::shape::Output;

/// `TaskInfo::new(…)`, and a call for each option that is given.
pub(super) fn info(name: &Ident, options: &Options, output: &Output, door: &Door) -> TokenStream {
    let span = ours(name.span());
    let title = match &options.name {
        Some(title) => title.to_token_stream(),
        None => Literal::string(&name.unraw().to_string()).into_token_stream(),
    };
    let start = name.span().start();
    let line = Literal::usize_unsuffixed(start.line);
    let column = Literal::usize_unsuffixed(start.column + 1);
    let fallible = output.fallible;
    let private = door.at(span);
    let time = |time: Duration| {
        let micros = Literal::u128_unsuffixed(time.as_micros());
        quote_spanned!(span=> ::core::time::Duration::from_micros(#micros))
    };
    let number = |number| Literal::u32_unsuffixed(number).into_token_stream();
    let priority = |rank: i32| {
        let sign = (rank < 0).then(|| quote_spanned!(span=> -));
        let rank = Literal::u32_unsuffixed(rank.unsigned_abs());
        quote_spanned!(span=> #sign #rank)
    };
    let calls = [
        ("with_pure", options.pure.map(|pure| pure.to_token_stream())),
        ("with_retries", options.retries.map(number)),
        ("with_backoff", options.backoff.map(time)),
        ("with_timeout", options.timeout.map(time)),
        ("with_priority", options.priority.map(priority)),
        ("with_limit", options.limit.map(number)),
        (
            "with_checkpoint",
            options
                .checkpoint
                .as_ref()
                .map(|_| quote_spanned!(span=> true)),
        ),
    ];
    let calls = calls.into_iter().filter_map(|(method, value)| {
        let method = Ident::new(method, span);
        value.map(|value| quote_spanned!(span=> .#method(#value)))
    });
    quote_spanned! {span=>
        #private::TaskInfo::new(#title, ::core::file!(), #line, #column, #fallible) #(#calls)*
    }
}
