//! Writes how the result of a task with `checkpoint` is found or kept.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

use super::door::{Door, ours};
use super::function::Function;
use super::options::Options;
use super::shape::{Argument, Mode, Output};

/// What makes a task another one, so that its kept results are none any more.
pub(super) enum Checkpoint {
    /// Its text changes, or the place where that stands.
    Text,
    /// The user gives it another version.
    Version(LitStr),
}

/// `call`, unless its result is known; `options` are those of the task.
pub(super) fn kept(
    function: &Function,
    options: &Options,
    output: &Output,
    arguments: &[Argument],
    door: &Door,
    call: &TokenStream,
) -> TokenStream {
    // With an argument that is changed it is refused, and not said of once more.
    let is_refused = arguments.iter().any(|it| it.mode == Mode::InPlace);
    let Some(checkpoint) = options.checkpoint.as_ref().filter(|_| !is_refused) else {
        return call.clone();
    };
    let Function {
        signature, body, ..
    } = function;
    let task = &signature.ident;
    let span = ours(task.span());
    let private = door.at(span);
    let code = match checkpoint {
        Checkpoint::Text => {
            // As text: an editor completes in each place where a name stands.
            let text = [
                &options.text,
                &signature.to_token_stream().to_string(),
                &body.to_string(),
            ];
            let text = Literal::string(&text.map(String::as_str).join("\n"));
            quote_spanned!(span=> Text(#text))
        }
        Checkpoint::Version(version) => quote_spanned!(span=> Version(#version)),
    };
    let prints = arguments.iter().map(|argument| print(argument, door));
    let codec = codec(output, door);
    quote_spanned! {span=>
        #[allow(unused_imports)]
        use #private::{ByFingerprint as _, ByNothing as _, BySerde as _};
        let __fingerprint = |__digest: &mut #private::Digest| { #(#prints)* };
        match #private::recall(&#task::INFO, #private::Code::#code, #codec, __fingerprint) {
            #private::Recalled::Known(__value) => #private::Called::Returned(__value),
            #private::Recalled::Unknown(__space) => __space.keep({ #call }),
        }
    }
}

/// Writes what an argument is known by. If nothing tells it from others, that is
/// said at its type.
fn print(Argument { name, target, .. }: &Argument, door: &Door) -> TokenStream {
    let span = ours(target.span());
    let private = door.at(span);
    let mut known = name.clone();
    known.set_span(span.resolved_at(name.span()));
    quote_spanned!(span=> (&&&#private::Known(&#known)).__fingerprint(__digest);)
}

/// How the value is written and read. If it cannot be, that is said at the type
/// of what is kept.
fn codec(
    Output {
        value,
        whole,
        fallible,
    }: &Output,
    door: &Door,
) -> TokenStream {
    let span = ours(if *fallible { value } else { whole }.span());
    let private = door.at(span);
    let part = if *fallible {
        quote_spanned!(span=> Success)
    } else {
        quote_spanned!(span=> All)
    };
    quote_spanned!(span=> #private::codec::<#whole, #private::#part>())
}
