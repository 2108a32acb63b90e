//! Patterns: first a look whether one fits, then the variables that it binds.

use quote::ToTokens;
use syn::{Expr, Member, Pat, RangeLimits};

use crate::machine::{Machine, Out, fault, unknown};
use crate::place::{Part, Place};
use crate::value::Value;
use delayed_compiler::pipeline::form::is_variable;

impl Machine<'_> {
    /// Binds `value` to `pat`, which always fits.
    pub(crate) fn bind_value(&mut self, pat: &Pat, value: Value) -> Out<()> {
        let place = self.temporary(value);
        if !self.fits(pat, &place)? {
            return fault(format!("`{}` does not fit", pat.to_token_stream()));
        }
        self.unpack(pat, &place)
    }

    /// The first of `arms` that fits, with its variables bound.
    pub(crate) fn arm(&mut self, place: &Place, arms: &[syn::Arm]) -> Out<Option<usize>> {
        for (index, arm) in arms.iter().enumerate() {
            let (pat, guard) = match &arm.pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                pat => (pat, None),
            };
            if !self.fits(pat, place)? {
                continue;
            }
            let holds = match guard {
                // A guard only looks at what the arm will own.
                Some(guard) => self.scope(|this| {
                    this.lend(pat, place)?;
                    this.condition(guard)
                })?,
                None => true,
            };
            if holds {
                self.unpack(pat, place)?;
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Whether `pat` fits what is at `place`.
    pub(crate) fn fits(&mut self, pat: &Pat, place: &Place) -> Out<bool> {
        match pat {
            Pat::Wild(_) | Pat::Rest(_) => Ok(true),
            Pat::Ident(name) => match &name.subpat {
                Some((_, inner)) => self.fits(inner, place),
                None if is_variable(&name.ident) => Ok(true),
                None => self.is_variant(place, &name.ident.to_string()),
            },
            Pat::Path(path) => self.is_variant(place, &crate::call::path_text(&path.path)),
            Pat::Lit(lit) => {
                let value = crate::eval::literal(&lit.lit)?;
                let value = self.temporary(value);
                self.equal(place, &value)
            }
            Pat::Range(range) => {
                let start = self.bound(range.start.as_deref(), i64::MIN)?;
                let end = self.bound(range.end.as_deref(), i64::MAX)?;
                let place = self.deref(place.clone())?;
                let value = self.read(&place, |value| match value {
                    Value::Int(value) => Some(*value),
                    _ => None,
                })?;
                let Some(value) = value else {
                    return unknown("a range of patterns");
                };
                let closed = matches!(range.limits, RangeLimits::Closed(_)) || end == i64::MAX;
                Ok(start <= value && (value < end || closed && value == end))
            }
            Pat::Or(or) => {
                for case in &or.cases {
                    if self.fits(case, place)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            pat => {
                let Some(parts) = self.parts(pat, place)? else {
                    return Ok(false);
                };
                for (pat, place) in parts {
                    if !self.fits(pat, &place)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn equal(&mut self, left: &Place, right: &Place) -> Out<bool> {
        Ok(self.compare(left, right)? == Some(std::cmp::Ordering::Equal))
    }

    fn bound(&mut self, bound: Option<&Expr>, open: i64) -> Out<i64> {
        match bound.map(|bound| self.value(bound)).transpose()? {
            None => Ok(open),
            Some(Value::Int(bound)) => Ok(bound),
            Some(other) => unknown(format!("a pattern of {}", other.kind())),
        }
    }

    fn is_variant(&mut self, place: &Place, wanted: &str) -> Out<bool> {
        let place = self.deref(place.clone())?;
        self.read(&place, |value| match value {
            Value::Variant(name, _) => name == wanted,
            _ => false,
        })
    }

    /// The patterns inside of `pat` with the places that they are for; `None`
    /// if the outermost one does not fit.
    fn parts<'p>(&mut self, pat: &'p Pat, place: &Place) -> Out<Option<Vec<(&'p Pat, Place)>>> {
        let inner = match pat {
            Pat::Paren(inner) => return Ok(Some(vec![(&*inner.pat, place.clone())])),
            Pat::Type(inner) => return Ok(Some(vec![(&*inner.pat, place.clone())])),
            Pat::Reference(inner) => {
                let behind = self.read(place, |value| match value {
                    Value::Ref(behind) | Value::MutRef(behind) => Some(behind.clone()),
                    _ => None,
                })?;
                let Some(behind) = behind else {
                    return unknown("`&` before a pattern of no reference");
                };
                return Ok(Some(vec![(&*inner.pat, behind)]));
            }
            pat => pat,
        };
        let place = self.deref(place.clone())?;
        let parts: Vec<_> = match inner {
            Pat::Tuple(tuple) => self.elements(tuple.elems.iter().collect(), &place)?,
            Pat::TupleStruct(made) => {
                if !self.is_variant(&place, &crate::call::path_text(&made.path))? {
                    return Ok(None);
                }
                self.elements(made.elems.iter().collect(), &place)?
            }
            Pat::Slice(slice) => {
                let length = self.read(&place, length)?;
                let has_rest = slice.elems.iter().any(|elem| matches!(elem, Pat::Rest(_)));
                let least = slice.elems.len() - usize::from(has_rest);
                if length < least || !has_rest && length != least {
                    return Ok(None);
                }
                self.elements(slice.elems.iter().collect(), &place)?
            }
            Pat::Struct(made) => {
                let fields = made.fields.iter().map(|field| {
                    let part = match &field.member {
                        Member::Named(name) => Part::Field(name.to_string()),
                        Member::Unnamed(index) => Part::At(index.index as usize),
                    };
                    (&*field.pat, place.part(part))
                });
                fields.collect()
            }
            pat => return unknown(format!("the pattern `{}`", pat.to_token_stream())),
        };
        Ok(Some(parts))
    }

    fn elements<'p>(&mut self, pats: Vec<&'p Pat>, place: &Place) -> Out<Vec<(&'p Pat, Place)>> {
        let length = self.read(place, length)?;
        let is_list = self.read(place, |value| matches!(value, Value::List(_)))?;
        let rest = pats.iter().position(|pat| matches!(pat, Pat::Rest(_)));
        let gap = (length + 1).saturating_sub(pats.len());
        let parts = pats.into_iter().enumerate().map(|(index, pat)| {
            let behind = rest.is_some_and(|rest| index > rest);
            let at = if behind { index + gap - 1 } else { index };
            (
                pat,
                place.part(if is_list {
                    Part::Item(at)
                } else {
                    Part::At(at)
                }),
            )
        });
        let parts = parts.filter(|(pat, _)| !matches!(pat, Pat::Rest(_)));
        Ok(parts.collect())
    }

    /// Binds the variables of `pat`, which fits what is at `place`.
    pub(crate) fn unpack(&mut self, pat: &Pat, place: &Place) -> Out<()> {
        self.bind_parts(pat, place, false)
    }

    /// Binds them to references.
    fn lend(&mut self, pat: &Pat, place: &Place) -> Out<()> {
        self.bind_parts(pat, place, true)
    }

    fn bind_parts(&mut self, pat: &Pat, place: &Place, lent: bool) -> Out<()> {
        match pat {
            Pat::Ident(name) if is_variable(&name.ident) => {
                let lent = lent || name.by_ref.is_some();
                let value = if lent {
                    Value::Ref(place.clone())
                } else {
                    self.take(place)?
                };
                self.bind(&name.ident.to_string(), None, value);
                Ok(())
            }
            Pat::Ident(_) | Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => Ok(()),
            Pat::Or(or) => {
                for case in &or.cases {
                    if self.fits(case, place)? {
                        return self.bind_parts(case, place, lent);
                    }
                }
                Ok(())
            }
            pat => {
                // What is inside of something borrowed is borrowed, too.
                let is_explicit = matches!(pat, Pat::Reference(_) | Pat::Paren(_) | Pat::Type(_));
                let behind = self.read(place, |value| matches!(value, Value::Ref(_)))?;
                let lent = lent || behind && !is_explicit;
                let parts = self.parts(pat, place)?.unwrap_or_default();
                let mut parts = parts.into_iter();
                parts.try_for_each(|(pat, place)| self.bind_parts(pat, &place, lent))
            }
        }
    }

    /// Binds the variables of `pat` to nothing.
    pub(crate) fn declare(&mut self, pat: &Pat) -> Out<()> {
        match pat {
            Pat::Ident(name) => self.bind(&name.ident.to_string(), None, Value::Gone),
            Pat::Type(typed) => return self.declare(&typed.pat),
            Pat::Tuple(tuple) => return tuple.elems.iter().try_for_each(|pat| self.declare(pat)),
            pat => return unknown(format!("the pattern `{}`", pat.to_token_stream())),
        }
        Ok(())
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Tuple(values) | Value::List(values) | Value::Variant(_, values) => values.len(),
        _ => 0,
    }
}
