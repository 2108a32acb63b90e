//! Writes the two faces of a task. Nothing is decided here.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, GenericParam, Generics, Type, TypeImplTrait, WhereClause, WherePredicate,
    parse_quote, parse_quote_spanned,
};

use super::called;
use super::door::{Door, ours};
use super::function::Function;
use super::info::info;
use super::options::Options;
use super::shape::{self, Argument, Mode, Output, Owned};

/// The task: the type with the body, and the function that makes a node.
pub(super) fn task(function: &Function, options: &Options) -> TokenStream {
    let door = Door::new(options.krate.as_ref());
    let output = shape::output(&function.signature, options.fallible, &door);
    let eager = eager(function, options, &output, &door);
    let node = node(function, &output, &door);
    quote!(#eager #node)
}

/// The type that carries the body and what is known of the task.
pub(super) fn eager(
    function: &Function,
    options: &Options,
    output: &Output,
    door: &Door,
) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let name = &signature.ident;
    let span = ours(name.span());
    let cfg: Vec<_> = attributes
        .iter()
        .filter(|it| is(it, &["cfg", "cfg_attr"]))
        .collect();
    let own = attributes
        .iter()
        .filter(|it| !is(it, &["doc", "cfg", "cfg_attr"]));
    let is_inline = attributes.iter().any(|it| is(it, &["inline"]));
    let inline = (!is_inline).then(|| quote_spanned!(span=> #[inline]));
    let private = door.at(span);
    let info = info(name, options, output, door);
    let called = called::called(function, options, output, door);
    let mut signature = signature.clone();
    signature.ident = Ident::new("eager", span);
    quote_spanned! {span=>
        #(#cfg)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #name {}

        #(#cfg)*
        #[doc(hidden)]
        impl #name {
            #[allow(dead_code)]
            #visibility const INFO: #private::TaskInfo = #info;

            #(#own)* #inline
            #[allow(clippy::missing_const_for_fn)]
            #visibility #signature #body

            #called
        }

        #(#cfg)*
        impl #private::Task for #name {
            const INFO: #private::TaskInfo = #name::INFO;
        }
    }
}

/// The function that makes a node.
fn node(function: &Function, output: &Output, door: &Door) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        ..
    } = function;
    let name = &signature.ident;
    let span = ours(name.span());
    const KEPT: [&str; 8] = [
        "doc",
        "cfg",
        "cfg_attr",
        "allow",
        "warn",
        "deny",
        "forbid",
        "deprecated",
    ];
    let attributes = attributes.iter().filter(|it| is(it, &KEPT));
    let mut arguments = shape::arguments(signature);
    let explicit = explicit_generics(&signature.generics);
    let mut generics = owned_generics(&signature.generics);
    name_opaque_types(&mut arguments, &mut generics);
    let value = &output.value;
    add_bounds(&mut generics, value);
    let (parameters, _, bounds) = generics.split_for_impl();
    let inputs = arguments.iter().map(|argument| parameter(argument, door));
    let body = match arguments.iter().find(|it| it.mode == Mode::InPlace) {
        Some(in_place) => refusal(in_place, door),
        None => construction(name, &arguments, output, &explicit, door),
    };
    let at_value = ours(value.span());
    let private = door.at(at_value);
    let node = quote_spanned!(at_value=> #private::Delayed<#value>);
    quote_spanned! {span=>
        #(#attributes)*
        #[allow(
            dead_code,
            deprecated,
            unused_variables,
            clippy::multiple_bound_locations,
            clippy::too_many_arguments,
            clippy::trait_duplication_in_bounds,
            clippy::type_repetition_in_bounds,
            clippy::used_underscore_binding
        )]
        #[track_caller]
        #visibility fn #name #parameters (#(#inputs),*) -> #node #bounds {
            #body
        }
    }
}

fn parameter(Argument { name, mode, target }: &Argument, door: &Door) -> TokenStream {
    let span = ours(target.span());
    let private = door.at(span);
    let conversion = match mode {
        Mode::Value => quote_spanned!(span=> #private::IntoInput),
        Mode::Reference => quote_spanned!(span=> #private::IntoRef),
        Mode::InPlace => quote_spanned!(span=> #private::IntoMut),
    };
    quote_spanned!(span=> #name: impl #conversion<#target>)
}

/// A task that changes an argument has no node: nothing converts to that
/// argument, so a call is an error there and this is never run.
fn refusal(Argument { name, .. }: &Argument, door: &Door) -> TokenStream {
    let span = ours(name.span());
    let private = door.at(span);
    quote_spanned!(span=> match #private::IntoMut::never(#name) {})
}

/// Hands the arguments to a node and the body to go with them. Inputs are
/// nested pairs, so there may be any number.
fn construction(
    function: &Ident,
    arguments: &[Argument],
    output: &Output,
    explicit: &TokenStream,
    door: &Door,
) -> TokenStream {
    let span = ours(function.span());
    let private = door.at(span);
    let mut inputs = quote_spanned!(span=> ());
    let mut names = quote_spanned!(span=> ());
    for Argument { name, mode, .. } in arguments.iter().rev() {
        let input = match mode {
            Mode::Reference => quote_spanned!(span=> #private::IntoRef::into_ref(#name)),
            _ => quote_spanned!(span=> #private::IntoInput::into_input(#name)),
        };
        inputs = quote_spanned!(span=> (#input, #inputs));
        names = quote_spanned!(span=> (#name, #names));
    }
    let passed = arguments
        .iter()
        .map(|Argument { name, mode, .. }| match mode {
            Mode::Reference => quote_spanned!(span=> &*#name),
            _ => quote_spanned!(span=> #name),
        });
    // What is wrong with the type of the value is said at that type, and all at
    // one place so that rustc says it once.
    let span = ours(output.whole.span());
    let private = door.at(span);
    let convert = if output.fallible {
        quote_spanned!(span=> #private::TaskResult::into_value)
    } else {
        quote_spanned!(span=> ::core::result::Result::Ok)
    };
    let mut task = function.clone();
    task.set_span(span.resolved_at(function.span()));
    quote_spanned! {span=>
        #private::Delayed::task(&#task::INFO, #inputs, move |#names| {
            #task::called #explicit (#(#passed),*).node(|__value| #convert(__value))
        })
    }
}

/// `::<T, N>` for the call of the body, as not every generic shows in an
/// argument.
pub(super) fn explicit_generics(generics: &Generics) -> TokenStream {
    let names: Vec<_> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    if names.is_empty() {
        TokenStream::new()
    } else {
        quote!(::<#(#names),*>)
    }
}

/// The generics without lifetimes.
fn owned_generics(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params = generics
        .params
        .into_iter()
        .filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
        .collect();
    if let Some(clause) = &mut generics.where_clause {
        clause.predicates = clause
            .predicates
            .iter()
            .filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_)))
            .cloned()
            .collect();
    }
    Owned.visit_generics_mut(&mut generics);
    generics
}

/// `impl Trait` cannot stand inside of the bounds of another `impl Trait`.
fn name_opaque_types(arguments: &mut [Argument], generics: &mut Generics) {
    struct Name<'a>(&'a mut Generics);

    impl VisitMut for Name<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            syn::visit_mut::visit_type_mut(self, ty);
            if let Type::ImplTrait(TypeImplTrait { bounds, .. }) = ty {
                let span = ours(bounds.span());
                let name = format_ident!("Opaque{}", self.0.params.len(), span = span);
                self.0
                    .params
                    .push(parse_quote_spanned!(span=> #name: #bounds));
                *ty = parse_quote_spanned!(span=> #name);
            }
        }
    }

    for argument in arguments {
        Name(generics).visit_type_mut(&mut argument.target);
    }
}

/// What a node asks of the types that it owns.
fn add_bounds(generics: &mut Generics, value: &Type) {
    let types: Vec<Ident> = generics.type_params().map(|it| it.ident.clone()).collect();
    if types.is_empty() {
        return;
    }
    let clause: &mut WhereClause = generics.make_where_clause();
    for ty in &types {
        clause
            .predicates
            .push(parse_quote!(#ty: ::core::marker::Send + 'static));
    }
    if shape::mentions(value, &types) {
        clause
            .predicates
            .push(parse_quote!(#value: ::core::marker::Send + 'static));
    }
}

/// Whether the attribute's path is one of `names`.
pub(super) fn is(attribute: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| attribute.path().is_ident(name))
}
