//! What ranges and subscripts that name constants are: rustc finds the numbers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::pipeline::schema::sums::{Product, Range, Sum};

/// A range and an extent, as far as all constants in them are numbers.
pub(super) fn range(range: &Range, rt: &Ident, here: Span) -> (TokenStream, TokenStream) {
    let Range { start, end, step } = range;
    let extent = if start.factors.is_empty() && end.factors.is_empty() {
        let (start, end) = (total(start, rt, here), total(end, rt, here));
        quote_spanned!(here=> #rt::extent(#start, #end, #step))
    } else {
        quote_spanned!(here=> #rt::Extent::RunTime)
    };
    let known = parts(start, rt, here).chain(parts(end, rt, here));
    let (start, end) = (affine(start, rt, here), affine(end, rt, here));
    let range = quote_spanned! {here=>
        if #rt::are_known(&[#(#known),*]) {
            ::core::option::Option::Some(#rt::Range { start: #start, end: #end, step: #step })
        } else {
            ::core::option::Option::None
        }
    };
    (range, extent)
}

/// A subscript, if it is known and all constants in it are numbers.
pub(super) fn subscript(sum: Option<&Sum>, rt: &Ident, here: Span) -> TokenStream {
    let Some(sum) = sum else {
        return quote_spanned!(here=> ::core::option::Option::None);
    };
    let known = parts(sum, rt, here);
    let affine = affine(sum, rt, here);
    quote_spanned! {here=>
        if #rt::are_known(&[#(#known),*]) {
            ::core::option::Option::Some(#affine)
        } else {
            ::core::option::Option::None
        }
    }
}

/// The numbers of a sum, each of which may be none.
fn parts(sum: &Sum, rt: &Ident, here: Span) -> impl Iterator<Item = TokenStream> {
    let factors = sum.factors.iter();
    let factors = factors.map(|(_, factor)| product(factor, rt, here));
    let parts: Vec<_> = [total(sum, rt, here)].into_iter().chain(factors).collect();
    parts.into_iter()
}

/// The sum, with zero for what is no number.
fn affine(sum: &Sum, rt: &Ident, here: Span) -> TokenStream {
    let constant = total(sum, rt, here);
    let regions = sum.factors.iter().map(|(region, _)| region.0);
    let factors = sum.factors.iter();
    let factors = factors.map(|(_, factor)| product(factor, rt, here));
    quote_spanned! {here=>
        #rt::Affine {
            constant: #rt::or_zero(#constant),
            factors: #rt::list(const { &#rt::factors([#(#regions),*], [#(#factors),*]) }),
        }
    }
}

/// What does not depend on loops.
fn total(sum: &Sum, rt: &Ident, here: Span) -> TokenStream {
    let constant = sum.constant;
    let named = sum.named.iter().map(|named| product(named, rt, here));
    quote_spanned! {here=>
        #rt::total(&[::core::option::Option::Some(#constant), #(#named),*])
    }
}

fn product(product: &Product, rt: &Ident, here: Span) -> TokenStream {
    let number = product.number;
    let constants = product.constants.iter().map(|constant| {
        let constant = &constant.0;
        // Found by the type, as not each of them is an integer.
        quote_spanned!(here=> #rt::number(#constant, |it| it.kind()).get())
    });
    quote_spanned!(here=> #rt::times(#number, &[#(#constants),*]))
}
