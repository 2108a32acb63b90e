//! What pipelines find of a function that is refused as a task: a type like a
//! task's, so that a call is not an error, too. The function stays as written.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, Safety};

use super::called;
use super::door::{Door, ours};
use super::emit::{self, explicit_generics};
use super::function::Function;
use super::options::Options;
use super::shape;

/// The type, whose body calls the function where it can. A method has none, since
/// there is no place for a type beside it, nor has what returns `impl Trait`,
/// which cannot be named in a type's functions.
pub(super) fn stand_in(mut function: Function, options: &Options) -> TokenStream {
    let signature = &mut function.signature;
    let is_method = matches!(signature.inputs.first(), Some(FnArg::Receiver(_)));
    let output = signature.output.to_token_stream().to_string();
    let is_opaque = output.split([' ', '(', '<']).any(|word| word == "impl");
    if is_method || is_opaque {
        return TokenStream::new();
    }
    let is_callable = signature.asyncness.is_none()
        && signature.variadic.is_none()
        && !matches!(signature.safety, Safety::Unsafe(_));
    signature.constness = None;
    signature.asyncness = None;
    signature.safety = Safety::Default;
    signature.abi = None;
    signature.variadic = None;
    let arguments = shape::arguments(signature);
    let name = &signature.ident;
    let span = ours(name.span());
    let body = if is_callable {
        let explicit = explicit_generics(&signature.generics);
        let names = arguments.iter().map(|argument| &argument.name);
        quote_spanned!(span=> #name #explicit (#(#names),*))
    } else {
        quote!(::core::unreachable!())
    };
    called::name_patterns(signature, &arguments);
    let quiet = syn::parse_quote_spanned!(span=> #[allow(unused)]);
    function.attributes.push(quiet);
    function.body = Group::new(Delimiter::Brace, body);
    let door = Door::new(options.krate.as_ref());
    let output = shape::output(&function.signature, options.fallible, &door);
    emit::eager(&function, options, &output, &door)
}
