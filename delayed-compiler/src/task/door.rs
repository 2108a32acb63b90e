//! Paths into the runtime, with the place of the user's code that they serve.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The hidden door between generated code and the runtime.
pub(super) struct Door {
    krate: Option<TokenStream>,
}

impl Door {
    /// The door of the facade crate, which may go by another name.
    pub(super) fn new(krate: Option<&Path>) -> Self {
        Self {
            krate: krate.map(Path::to_token_stream),
        }
    }

    /// The path of the door, all of it at `span`: what rustc says about the use
    /// of an item behind it then underlines that place.
    pub(super) fn at(&self, span: Span) -> TokenStream {
        match &self.krate {
            Some(path) => {
                let path = moved(path.clone(), span);
                quote_spanned!(span=> #path::__private)
            }
            None => quote_spanned!(span=> ::delayed::__private),
        }
    }
}

/// The user's place, but code of ours: lints for hand-written code stay quiet.
pub(super) fn ours(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// `tokens` as if they stood at `span`, naming what they named.
fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let token = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), moved(group.stream(), span)).into();
        }
        token.set_span(span.resolved_at(token.span()));
        token
    };
    tokens.into_iter().map(token).collect()
}
