//! Paths into `delayed_data`, with the place of the user's code that they serve.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

/// The hidden door between derived code and the library.
pub(super) struct Door<'a> {
    krate: Option<&'a Path>,
}

impl<'a> Door<'a> {
    /// The door of the library, which may go by another name.
    pub(super) fn new(krate: Option<&'a Path>) -> Self {
        Self { krate }
    }

    /// The path of the door, for what stands at `span`.
    pub(super) fn at(&self, span: Span) -> TokenStream {
        match self.krate {
            Some(path) => quote_spanned!(span=> #path::__private),
            None => quote_spanned!(span=> ::delayed_data::__private),
        }
    }
}

/// The user's place, but code of ours: lints for hand-written code stay quiet.
pub(super) fn ours(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}
