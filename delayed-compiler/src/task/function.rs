//! The function under the attribute: everything but its body is parsed.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Signature, Visibility, token};

use crate::diagnostics::{Diagnostics, rules};

/// A function item. The body stays as it was written, so that what is wrong in
/// it is rustc's to say and editors can complete inside of it.
pub(super) struct Function {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    pub(super) body: Group,
}

impl Function {
    /// The function, unless `item` is something else.
    pub(super) fn parse(item: TokenStream, refusals: &mut Diagnostics) -> Option<Self> {
        let function = Self::parse_item.parse2(item.clone());
        function
            .map_err(|_| refusals.report(rules::TASK_NOT_A_FUNCTION, item, ""))
            .ok()
    }

    fn parse_item(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature = Signature::parse(input)?;
        if !input.peek(token::Brace) {
            return Err(input.error("expected a body"));
        }
        match input.parse()? {
            TokenTree::Group(body) => Ok(Self {
                attributes,
                visibility,
                signature,
                body,
            }),
            other => Err(syn::Error::new(other.span(), "expected a body")),
        }
    }
}
