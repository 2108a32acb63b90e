//! What cannot be a task, each with its reason and the way out.

use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{
    FnArg, Lifetime, ParenthesizedGenericArguments, ReturnType, Safety, Signature, TypeFnPtr,
    TypeImplTrait, TypeReference,
};

use super::function::Function;
use crate::diagnostics::{Diagnostics, Rule, rules};

/// Whether the function can be a task; if not, says why.
pub(super) fn check(function: &Function, refusals: &mut Diagnostics) -> bool {
    let signature = &function.signature;
    let before = refusals.list().len();
    for (rule, tokens) in qualifiers(signature) {
        refusals.report(rule, tokens, signature.ident.to_string());
    }
    if let ReturnType::Type(_, output) = &signature.output {
        let mut returned = Returned {
            refusals,
            in_bounds: 0,
        };
        returned.visit_type(output);
    }
    refusals.list().len() == before
}

/// The words of the signature that a task cannot have.
fn qualifiers(signature: &Signature) -> Vec<(&'static Rule, proc_macro2::TokenStream)> {
    let mut found = Vec::new();
    let mut refuse = |rule, tokens: Option<proc_macro2::TokenStream>| {
        found.extend(tokens.map(|tokens| (rule, tokens)));
    };
    let Signature {
        constness,
        asyncness,
        safety,
        abi,
        variadic,
        ..
    } = signature;
    refuse(rules::TASK_CONST, constness.map(|token| quote!(#token)));
    refuse(rules::TASK_ASYNC, asyncness.map(|token| quote!(#token)));
    let is_unsafe = matches!(safety, Safety::Unsafe(_));
    refuse(rules::TASK_UNSAFE, is_unsafe.then(|| quote!(#safety)));
    refuse(rules::TASK_EXTERN, abi.as_ref().map(|abi| quote!(#abi)));
    refuse(
        rules::TASK_VARIADIC,
        variadic.as_ref().map(|dots| quote!(#dots)),
    );
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        refuse(rules::TASK_METHOD, Some(quote!(#receiver)));
    }
    found
}

/// Looks for what a node cannot own in the return type.
struct Returned<'a> {
    refusals: &'a mut Diagnostics,
    /// How many `fn(…)` or `Fn(…)` are around: a reference there is part of a
    /// function's type and borrows nothing.
    in_bounds: usize,
}

impl Returned<'_> {
    fn is_borrow(&self, lifetime: Option<&Lifetime>) -> bool {
        self.in_bounds == 0 && lifetime.is_none_or(|lifetime| lifetime.ident != "static")
    }

    fn borrowed(&mut self, tokens: impl ToTokens) {
        self.refusals
            .report(rules::TASK_BORROWED_RETURN, tokens, "");
    }
}

impl<'ast> Visit<'ast> for Returned<'_> {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        if self.is_borrow(reference.lifetime.as_ref()) {
            self.borrowed(reference);
        } else {
            self.visit_type(&reference.elem);
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if self.is_borrow(Some(lifetime)) {
            self.borrowed(lifetime);
        }
    }

    fn visit_type_impl_trait(&mut self, opaque: &'ast TypeImplTrait) {
        self.refusals.report(rules::TASK_OPAQUE_RETURN, opaque, "");
    }

    fn visit_type_fn_ptr(&mut self, pointer: &'ast TypeFnPtr) {
        self.in_bounds += 1;
        visit::visit_type_fn_ptr(self, pointer);
        self.in_bounds -= 1;
    }

    fn visit_parenthesized_generic_arguments(
        &mut self,
        arguments: &'ast ParenthesizedGenericArguments,
    ) {
        self.in_bounds += 1;
        visit::visit_parenthesized_generic_arguments(self, arguments);
        self.in_bounds -= 1;
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        // `for<'a> …` names lifetimes of its own.
        let own = usize::from(bound.lifetimes.is_some());
        self.in_bounds += own;
        visit::visit_trait_bound(self, bound);
        self.in_bounds -= own;
    }
}
