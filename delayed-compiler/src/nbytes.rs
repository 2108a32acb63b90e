//! The expansion of `#[derive(NBytes)]`: a value counts its own place, and what
//! each of its fields holds elsewhere.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Ident, Member, Path, Token, Type, parse_quote,
};

use crate::diagnostics::{Diagnostics, rules};
use crate::entry::Entry;

/// Expands `#[derive(NBytes)]` on `item`.
///
/// Where something is wrong nothing is implemented, and the faults say why.
///
/// ```
/// let item = "struct Table<T> { rows: Vec<T> }".parse().unwrap();
/// let code = delayed_compiler::nbytes::expand(item);
/// assert!(code.to_string().contains("T : :: delayed :: __private :: NBytes"));
/// ```
#[must_use]
pub fn expand(item: TokenStream) -> TokenStream {
    let mut faults = Diagnostics::default();
    let code = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => implementation(input, &mut faults),
        Err(error) => {
            faults.syntax(&error);
            TokenStream::new()
        }
    };
    match faults.is_empty() {
        true => code,
        false => faults.to_tokens(),
    }
}

fn implementation(mut input: DeriveInput, faults: &mut Diagnostics) -> TokenStream {
    let name = input.ident.clone();
    let krate = krate(&input.attrs, faults);
    let door = |span: Span| match &krate {
        Some(path) => quote_spanned!(span=> #path::__private),
        None => quote_spanned!(span=> ::delayed::__private),
    };
    let variants = match &input.data {
        Data::Struct(data) => vec![(quote!(Self), counted(&data.fields, faults))],
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                // A whole variant is not skipped.
                refuse_options(&variant.attrs, faults);
                let name = &variant.ident;
                (quote!(Self::#name), counted(&variant.fields, faults))
            });
            variants.collect()
        }
        Data::Union(_) => {
            faults.report(rules::NBYTES_UNION, &name, "");
            return TokenStream::new();
        }
    };
    let types: Vec<_> = variants
        .iter()
        .flat_map(|it| &it.1)
        .map(|it| &it.1)
        .collect();
    for parameter in input.generics.type_params_mut() {
        if types.iter().any(|ty| holds(ty, &parameter.ident)) {
            let door = door(parameter.ident.span());
            parameter.bounds.push(parse_quote!(#door::NBytes));
        }
    }
    let is_flat = types.iter().map(|ty| {
        let door = door(ours(ty.span()));
        quote_spanned!(ours(ty.span())=> && <#ty as #door::NBytes>::IS_FLAT)
    });
    let arms = variants.iter().map(|(variant, fields)| {
        let members = fields.iter().map(|(member, _)| member);
        let names: Vec<_> = (0..fields.len())
            .map(|at| format_ident!("field_{at}"))
            .collect();
        let bytes = fields.iter().zip(&names).map(|((_, ty), name)| {
            let door = door(ours(ty.span()));
            quote_spanned!(ours(ty.span())=> + #door::elsewhere::<#ty>(#name))
        });
        quote!(#variant { #(#members: ref #names,)* .. } => 0 #(#bytes)*,)
    });
    let door = door(ours(name.span()));
    let place = match variants.is_empty() {
        true => TokenStream::new(),
        false => quote!(::core::mem::size_of::<Self>() +),
    };
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #door::NBytes for #name #arguments #bounds {
            const IS_FLAT: bool = true #(#is_flat)*;
            fn nbytes(&self) -> usize {
                #place match *self { #(#arms)* }
            }
        }
    }
}

/// The user's place, but code of ours: lints for hand-written code stay quiet.
fn ours(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// The fields that count, with their types.
fn counted(fields: &Fields, faults: &mut Diagnostics) -> Vec<(Member, Type)> {
    let mut counted = Vec::new();
    for (member, field) in fields.members().zip(fields) {
        let mut is_skipped = false;
        for Entry { key, value } in entries(&field.attrs, faults) {
            match (key == "skip", value) {
                (true, None) => is_skipped = true,
                (true, Some(value)) => faults.report(rules::OPTION_VALUE, value, "skip"),
                (false, _) => unknown(&key, faults),
            }
        }
        if !is_skipped {
            counted.push((member, field.ty.clone()));
        }
    }
    counted
}

/// Where `delayed` is, if it was renamed.
fn krate(attributes: &[Attribute], faults: &mut Diagnostics) -> Option<Path> {
    let mut krate = None;
    for Entry { key, value } in entries(attributes, faults) {
        match (key == "crate", value) {
            (true, Some(Expr::Path(path))) if path.qself.is_none() => krate = Some(path.path),
            (true, value) => {
                let at = value.map_or_else(|| key.to_token_stream(), |it| it.to_token_stream());
                faults.report(rules::OPTION_VALUE, at, "crate = my_name_for::delayed");
            }
            (false, _) => unknown(&key, faults),
        }
    }
    krate
}

fn refuse_options(attributes: &[Attribute], faults: &mut Diagnostics) {
    for Entry { key, .. } in entries(attributes, faults) {
        unknown(&key, faults);
    }
}

fn unknown(key: &Ident, faults: &mut Diagnostics) {
    faults.report(rules::NBYTES_OPTION, key, key.to_string());
}

/// The options in all `#[nbytes(…)]`s.
fn entries(attributes: &[Attribute], faults: &mut Diagnostics) -> Vec<Entry> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("nbytes")) {
        let entries = Punctuated::<Entry, Token![,]>::parse_terminated;
        match attribute.parse_args_with(entries) {
            Ok(entries) => found.extend(entries),
            Err(error) => {
                let at = Ident::new("nbytes", error.span());
                faults.report(rules::NBYTES_SYNTAX, at, error.to_string());
            }
        }
    }
    found
}

/// Whether values of `ty` may hold values of the parameter's type. What
/// `PhantomData` names is not held.
fn holds(ty: &Type, parameter: &Ident) -> bool {
    let is_marker = matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|it| it.ident == "PhantomData"));
    !is_marker && mentions(ty.to_token_stream(), parameter)
}

fn mentions(tokens: TokenStream, parameter: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *parameter,
        TokenTree::Group(group) => mentions(group.stream(), parameter),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    fn code(item: &str) -> String {
        let tokens = super::expand(item.parse().unwrap());
        prettyplease::unparse(&syn::parse2(tokens).unwrap())
    }

    #[test]
    fn a_generic_enum_with_all_there_is() {
        insta::assert_snapshot!(code(
            "#[nbytes(crate = my::tasks)]
             enum Column<T, K> where K: Kind {
                 Empty,
                 Dense(Vec<T>, PhantomData<K>),
                 Shared { name: String, #[nbytes(skip)] values: Arc<[T]> },
             }"
        ));
    }
}
