//! The variables that a pattern binds.

use proc_macro2::Ident;
use syn::Pat;
use syn::visit::{self, Visit};

use crate::pipeline::form::is_variable;

/// The variables that `pat` binds, and whether each is `mut`.
#[must_use]
pub fn bindings(pat: &Pat) -> Vec<(Ident, bool)> {
    struct Bindings(Vec<(Ident, bool)>);
    impl<'ast> Visit<'ast> for Bindings {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            if is_variable(&pat.ident) && !self.0.iter().any(|(name, _)| *name == pat.ident) {
                self.0.push((pat.ident.clone(), pat.mutability.is_some()));
            }
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut bindings = Bindings(Vec::new());
    bindings.visit_pat(pat);
    bindings.0
}

/// The variables that `pat` binds below a `&`: what the reference points at.
#[must_use]
pub fn dereferenced(pat: &Pat) -> Vec<Ident> {
    struct References(Vec<Ident>);
    impl<'ast> Visit<'ast> for References {
        fn visit_pat_reference(&mut self, pat: &'ast syn::PatReference) {
            let below = bindings(&pat.pat).into_iter();
            self.0.extend(below.map(|(name, _)| name));
        }
    }
    let mut references = References(Vec::new());
    references.visit_pat(pat);
    references.0
}
