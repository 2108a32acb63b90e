//! How each value crosses: what the node takes for each argument, and what its
//! own value is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, Lifetime, ParenthesizedGenericArguments, Pat, PatType, PathArguments,
    ReturnType, Signature, TraitBound, Type, TypeFnPtr, TypeReference, parse_quote,
    parse_quote_spanned,
};

use super::door::{Door, ours};

/// An argument of the task as its node sees it.
pub(super) struct Argument {
    /// The user's name for it, or one of ours for a pattern.
    pub(super) name: Ident,
    /// How the task takes it.
    pub(super) mode: Mode,
    /// The type that crosses: `T` for all of `T`, `&T` and `&mut T`. Nodes own
    /// their values, so every lifetime in it is `'static`.
    pub(super) target: Type,
}

/// How a task takes an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Value,
    Reference,
    InPlace,
}

/// The arguments of a function without `self`.
pub(super) fn arguments(signature: &Signature) -> Vec<Argument> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    typed
        .enumerate()
        .map(|(index, typed)| argument(index, typed))
        .collect()
}

fn argument(index: usize, PatType { pat, ty, .. }: &PatType) -> Argument {
    let name = match &**pat {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => name.ident.clone(),
        pattern => format_ident!("argument_{index}", span = pattern.span()),
    };
    let (mode, target) = match bare(ty) {
        // What must live forever cannot be lent by a node.
        Type::Reference(TypeReference {
            lifetime: Some(lifetime),
            ..
        }) if lifetime.ident == "static" => (Mode::Value, &**ty),
        Type::Reference(reference) if reference.mutability.is_some() => {
            (Mode::InPlace, bare(&reference.elem))
        }
        Type::Reference(reference) => (Mode::Reference, bare(&reference.elem)),
        ty => (Mode::Value, ty),
    };
    let mut target = target.clone();
    Owned.visit_type_mut(&mut target);
    Argument { name, mode, target }
}

/// What the node of a task stands for.
pub(super) struct Output {
    /// The type of the node's value.
    pub(super) value: Type,
    /// The type that the function returns.
    pub(super) whole: Type,
    /// Whether the value comes out of a returned `Result`.
    pub(super) fallible: bool,
}

/// Whether the returned `Result` is a failure: decides by the option, or else by
/// the name of the type.
pub(super) fn is_fallible(signature: &Signature, claim: Option<bool>) -> bool {
    claim.unwrap_or_else(|| match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, output) => result(output).is_some(),
    })
}

/// What the node of a function stands for.
pub(super) fn output(signature: &Signature, claim: Option<bool>, door: &Door) -> Output {
    let whole = match &signature.output {
        ReturnType::Default => parse_quote!(()),
        // A list of bounds, `A +`, is one type only within parentheses.
        ReturnType::Type(_, output) if matches!(**output, Type::TraitObject(_)) => {
            parse_quote!((#output))
        }
        ReturnType::Type(_, output) => (**output).clone(),
    };
    let fallible = is_fallible(signature, claim);
    let value = match result(&whole).and_then(|segment| first_type(&segment.arguments)) {
        _ if !fallible => whole.clone(),
        Some(value) => value.clone(),
        None => {
            let span = ours(whole.span());
            let private = door.at(span);
            parse_quote_spanned!(span=> <#whole as #private::TaskResult>::Value)
        }
    };
    Output {
        value,
        whole,
        fallible,
    }
}

/// The last segment of a path that ends in `Result`.
fn result(ty: &Type) -> Option<&syn::PathSegment> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
    .filter(|segment| segment.ident == "Result")
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The type inside of parentheses, written or invisible.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

/// Makes every lifetime of a type `'static`, except those that a function type
/// or `for<'a>` introduces itself.
pub(super) struct Owned;

impl VisitMut for Owned {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = forever(lifetime.span());
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        let span = reference.and_token.span;
        reference.lifetime.get_or_insert_with(|| forever(span));
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        if bound.lifetimes.is_none() {
            visit_mut::visit_trait_bound_mut(self, bound);
        }
    }
}

fn forever(span: Span) -> Lifetime {
    Lifetime::new("'static", span)
}

/// Whether `ty` mentions one of `names`.
pub(super) fn mentions(ty: &Type, names: &[Ident]) -> bool {
    fn any(tokens: TokenStream, names: &[Ident]) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => names.contains(&ident),
            proc_macro2::TokenTree::Group(group) => any(group.stream(), names),
            _ => false,
        })
    }
    any(quote!(#ty), names)
}
