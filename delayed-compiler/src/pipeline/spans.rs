//! Spans of what the compiler writes itself.

use proc_macro2::Span;

/// Where the user's token is, but with the macro's own names: errors point at
/// the user's line, lints stay silent, and no name can clash with the user's.
#[must_use]
pub fn at(user: Span) -> Span {
    user.resolved_at(Span::mixed_site())
}
