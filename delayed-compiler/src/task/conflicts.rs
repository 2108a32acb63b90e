//! Options that cannot be meant together, or not of this function.

use super::function::Function;
use super::options::Options;
use super::shape::{self, Mode};
use crate::diagnostics::{Diagnostics, rules};

/// Reports the options that contradict each other or the function. Without a
/// function only the first can be seen.
pub(super) fn report(options: &Options, function: Option<&Function>, faults: &mut Diagnostics) {
    if let (Some(backoff), None) = (options.key("backoff"), options.key("retries")) {
        faults.report(rules::OPTION_BACKOFF, backoff, "");
    }
    let pure = options.key("pure").filter(|_| options.pure == Some(true));
    let retries = options.key("retries");
    if let (Some(_), Some(retries)) = (pure, retries) {
        faults.report(rules::OPTION_PURE_RETRIES, retries, "");
    }
    let Some(Function { signature, .. }) = function else {
        return;
    };
    // A faulty `fallible` may have been meant either way.
    let is_claim_faulty = options.key("fallible").is_some() && options.fallible.is_none();
    let is_fallible = is_claim_faulty || shape::is_fallible(signature, options.fallible);
    if let Some(retries) = retries.filter(|_| !is_fallible) {
        faults.report(rules::OPTION_RETRIES, retries, signature.ident.to_string());
    }
    let in_place = |argument: &shape::Argument| argument.mode == Mode::InPlace;
    if shape::arguments(signature).iter().any(in_place) {
        let checkpoint = options
            .key("checkpoint")
            .filter(|_| options.checkpoint.is_some());
        for key in pure.into_iter().chain(retries).chain(checkpoint) {
            faults.report(rules::OPTION_IN_PLACE, key, key.to_string());
        }
    }
}
