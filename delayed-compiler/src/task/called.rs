//! Writes how graphs call a task: its body under what the options ask for.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Pat, PatIdent};

use super::checkpoint;
use super::door::{Door, ours};
use super::emit::{explicit_generics, is};
use super::function::Function;
use super::options::Options;
use super::shape::{self, Argument, Mode, Output};

/// `called`: takes what the body takes. A task without options is just called.
pub(super) fn called(
    function: &Function,
    options: &Options,
    output: &Output,
    door: &Door,
) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        ..
    } = function;
    let span = ours(signature.ident.span());
    let arguments = shape::arguments(signature);
    let is_plain =
        !is_retried(options, output) && options.timeout.is_none() && options.limit.is_none();
    let body = if is_plain {
        let body = body(&function.signature, &arguments, |name| {
            name.to_token_stream()
        });
        let private = door.at(span);
        quote_spanned!(span=> #private::Called::Returned(#body))
    } else {
        controlled(function, options, output, &arguments, door)
    };
    let body = checkpoint::kept(function, options, output, &arguments, door, &body);
    let mut signature = signature.clone();
    signature.ident = Ident::new("called", span);
    name_patterns(&mut signature, &arguments);
    let whole = &output.whole;
    let at_whole = ours(whole.span());
    let private = door.at(at_whole);
    let body = quote_spanned! {at_whole=>
        #[allow(unused_imports)]
        use #private::{SaysBytes as _, SaysNothing as _};
        let __called: #private::Called<#whole> = { #body };
        __called.held((&#private::Weighing::<#whole>::new()).__weigh())
    };
    signature.output = syn::parse_quote_spanned!(at_whole=> -> #private::Called<#whole>);
    const KEPT: [&str; 6] = [
        "allow",
        "warn",
        "deny",
        "forbid",
        "deprecated",
        "track_caller",
    ];
    let attributes = attributes.iter().filter(|it| is(it, &KEPT));
    quote_spanned! {span=>
        #(#attributes)*
        #[allow(dead_code, deprecated, clippy::missing_const_for_fn)]
        #[inline]
        #visibility #signature { #body }
    }
}

/// Gives each argument a name, also where the function takes it apart.
pub(super) fn name_patterns(signature: &mut syn::Signature, arguments: &[Argument]) {
    for (input, argument) in signature.inputs.iter_mut().zip(arguments) {
        if let FnArg::Typed(typed) = input {
            *typed.pat = plain(argument.name.clone());
        }
    }
}

/// The call of the body, each argument passed by `pass`.
fn body(
    signature: &syn::Signature,
    arguments: &[Argument],
    pass: impl Fn(&Ident) -> TokenStream,
) -> TokenStream {
    let task = &signature.ident;
    let span = ours(task.span());
    let explicit = explicit_generics(&signature.generics);
    let passed = arguments.iter().map(|argument| match argument.mode {
        Mode::Value => pass(&argument.name),
        Mode::Reference | Mode::InPlace => argument.name.to_token_stream(),
    });
    quote_spanned!(span=> #task::eager #explicit (#(#passed),*))
}

/// Retries of what cannot fail are refused, and not said of once more by rustc.
fn is_retried(options: &Options, output: &Output) -> bool {
    options.retries.is_some() && output.fallible
}

/// The call of the body under control.
fn controlled(
    Function { signature, .. }: &Function,
    options: &Options,
    output: &Output,
    arguments: &[Argument],
    door: &Door,
) -> TokenStream {
    let task = &signature.ident;
    let span = ours(task.span());
    let private = door.at(span);
    let permits = options.limit.map(|most| {
        let most = Literal::u32_unsuffixed(most);
        quote_spanned!(span=> static LIMIT: #private::Limit = #private::Limit::new(#most);)
    });
    let limit = if permits.is_some() {
        quote_spanned!(span=> ::core::option::Option::Some(&LIMIT))
    } else {
        quote_spanned!(span=> ::core::option::Option::None)
    };
    let whole = &output.whole;
    let late = quote_spanned!(span=> |__late| (&#private::Late::<#whole>::new()).__late(__late));
    let call = if is_retried(options, output) {
        let kept = arguments.iter().filter(|it| it.mode == Mode::Value);
        let kept = kept.map(|argument| again(argument, door));
        let give = |name: &Ident| quote_spanned!(span=> #name.give(__is_last));
        let body = body(signature, arguments, give);
        let at_whole = ours(whole.span());
        let private = door.at(at_whole);
        let is_failure =
            quote_spanned!(at_whole=> |__value| #private::TaskResult::is_failure(__value));
        quote_spanned! {span=>
            #(#kept)*
            #private::retried(&#task::INFO, #limit, #late, #is_failure, |__is_last| #body)
        }
    } else {
        let body = body(signature, arguments, |name| name.to_token_stream());
        quote_spanned!(span=> #private::controlled(&#task::INFO, #limit, #late, || #body))
    };
    quote_spanned! {span=>
        #[allow(unused_imports)]
        use #private::{LateEnd as _, LateError as _};
        #permits
        #call
    }
}

/// Keeps an argument for all tries. If it cannot be cloned, that is said at its
/// type.
fn again(Argument { name, target, .. }: &Argument, door: &Door) -> TokenStream {
    let span = ours(target.span());
    let private = door.at(span);
    let mut kept = name.clone();
    kept.set_span(span.resolved_at(name.span()));
    quote_spanned!(span=> let mut #name = #private::Again::new(#kept);)
}

fn plain(name: Ident) -> Pat {
    Pat::Ident(PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name,
        subpat: None,
    })
}
