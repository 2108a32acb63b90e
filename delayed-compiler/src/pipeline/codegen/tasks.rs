//! Tasks by names of the compiler's own.
//!
//! `module::f(x)` calls `called` of the type that `#[delayed]` puts beside the
//! function. Where there is only a function, rustc would say "expected type,
//! found function", and nobody could say more. So the path is imported under a
//! name that further out stands for a plain function: the type, if there is one,
//! hides that, and else it is found and says what to write (see `not_a_task.rs`
//! in the runtime).
//!
//! ```text
//! type __Task0 = [PlainFunction; 0];
//! {
//!     use module::f as __Task0;
//!     <__Task0>::called(x)
//! }
//! ```

use std::cell::RefCell;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Path, PathArguments};

use super::Emitter;
use crate::pipeline::spans;
use crate::pipeline::text::text;

/// The paths that have been named, without their generic arguments.
#[derive(Default)]
pub(super) struct Tasks {
    /// Each with its text, by which it is known again.
    paths: RefCell<Vec<(String, Path)>>,
    /// A path may not be there, where the statement that names it is not.
    conditional: bool,
}

impl Tasks {
    /// No path yet; where statements are `conditional`, none will be imported.
    pub(super) fn new(conditional: bool) -> Self {
        Self {
            conditional,
            ..Self::default()
        }
    }

    /// The type that stands for `path`.
    fn name(&self, path: Path, user: Span) -> TokenStream {
        if self.conditional {
            return path.into_token_stream();
        }
        let mut paths = self.paths.borrow_mut();
        let written = text(&path);
        let known = paths.iter().position(|(known, _)| *known == written);
        let number = known.unwrap_or_else(|| {
            paths.push((written, path));
            paths.len() - 1
        });
        name(number, user).into_token_stream()
    }

    /// `code` with all the tasks that have been named so far.
    pub(super) fn around(&self, code: TokenStream) -> TokenStream {
        let paths = self.paths.borrow();
        let named = paths.iter().enumerate().map(|(number, (_, path))| {
            let user = user(path);
            (path, name(number, user), user)
        });
        let stand_ins = named.clone().map(|(_, name, user)| {
            quote_spanned!(spans::at(user)=> type #name = [__rt::PlainFunction; 0];)
        });
        let imports = named.map(|(path, name, user)| {
            // Braces keep rustc from showing a `use` that nobody has written.
            quote_spanned!(user=> #[allow(unused_imports)] use {#path as #name};)
        });
        let here = spans::at(Span::call_site());
        quote_spanned!(here=> #(#stand_ins)* { #(#imports)* #code })
    }
}

impl Emitter<'_> {
    /// What calls a task, as a path.
    pub(super) fn called(&self, task: &Path) -> TokenStream {
        let (task, user, arguments) = self.named(task);
        // At the user's place in full: else rustc shows no way to mend the call.
        quote_spanned!(user=> <#task>::called #arguments)
    }

    /// The constants of a task. They are the same whatever its type arguments.
    pub(super) fn info(&self, task: &Path) -> TokenStream {
        let (task, user, _) = self.named(task);
        quote_spanned!(spans::at(user)=> <#task>::INFO)
    }

    fn named(&self, task: &Path) -> (TokenStream, Span, PathArguments) {
        let mut path = task.clone();
        let user = user(task);
        let last = path.segments.last_mut();
        let arguments = last.map(|last| std::mem::take(&mut last.arguments));
        let name = self.tasks.name(path, user);
        (name, user, arguments.unwrap_or_default())
    }
}

/// Where a path is underlined: at the function's name.
fn user(path: &Path) -> Span {
    let last = path.segments.last();
    last.map_or_else(Span::call_site, |last| last.ident.span())
}

fn name(number: usize, span: Span) -> Ident {
    format_ident!("__Task{number}", span = span)
}
