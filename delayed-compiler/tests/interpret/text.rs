//! Texts, and the macros that make them.

use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Lit, Macro, Pat, Token};

use crate::machine::{Flow, Intent, Machine, Out, unknown};
use crate::operate::panicked;
use crate::place::Place;
use crate::value::Value;

/// `value; count`
fn repeated(input: ParseStream<'_>) -> syn::Result<(Expr, Expr)> {
    let value = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok((value, input.parse()?))
}

impl Machine<'_> {
    /// A value as it is displayed.
    pub(crate) fn text(&mut self, value: &Value) -> Out<String> {
        match value {
            Value::Ref(place) | Value::MutRef(place) => {
                let place = self.deref(place.clone())?;
                self.read(&place, ToString::to_string)
            }
            value => Ok(value.to_string()),
        }
    }

    pub(crate) fn macro_call(&mut self, mac: &Macro) -> Out<Value> {
        let name = crate::call::path_text(&mac.path);
        if name == "matches" {
            let parser = |input: ParseStream<'_>| {
                let value: Expr = input.parse()?;
                input.parse::<Token![,]>()?;
                Ok((value, Pat::parse_multi_with_leading_vert(input)?))
            };
            let Ok((value, pat)) = parser.parse2(mac.tokens.clone()) else {
                return unknown("a `matches!`");
            };
            let place = self.place(&value, Intent::Look)?;
            return Ok(Value::Bool(self.fits(&pat, &place)?));
        }
        if name == "delayed::pipeline" {
            return self.nested(mac);
        }
        if name == "vec"
            && let Ok((value, count)) = mac.parse_body_with(repeated)
        {
            return self.repeat(&value, &count);
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let arguments = match parser.parse2(mac.tokens.clone()) {
            Ok(arguments) => arguments.into_iter().collect::<Vec<_>>(),
            Err(_) => return unknown(format!("the macro `{name}!`")),
        };
        match name.as_str() {
            "vec" => Ok(Value::List(self.values(&arguments)?)),
            "format" => Ok(Value::Text(self.formatted(&arguments)?)),
            "panic" => panicked(self.formatted(&arguments)?),
            "assert" => match self.condition(&arguments[0])? {
                true => Ok(Value::Unit),
                false => panicked(self.formatted(&arguments[1..])?),
            },
            name => unknown(format!("the macro `{name}!`")),
        }
    }

    /// A pipeline inside of the pipeline, as plain Rust. What fails in it is an
    /// error of its `compute`.
    fn nested(&mut self, mac: &Macro) -> Out<Value> {
        let Ok(body) = mac.parse_body::<Block>() else {
            return unknown("a pipeline inside");
        };
        let result = match self.block(&body) {
            Ok(value) => Value::Variant("Ok".to_owned(), vec![value]),
            Err(Flow::Error(error)) => Value::Variant("Err".to_owned(), vec![error]),
            Err(Flow::Panic(message)) => Value::result(Err(message)),
            Err(flow) => return Err(flow),
        };
        let result = ("result".to_owned(), result);
        Ok(Value::Struct("Pipeline".to_owned(), vec![result]))
    }

    /// `[value; count]`
    pub(crate) fn repeat(&mut self, value: &Expr, count: &Expr) -> Out<Value> {
        let value = self.value(value)?;
        let Value::Int(count) = self.value(count)? else {
            return unknown("a count");
        };
        let copies = (0..count).map(|_| value.duplicate());
        let copies = copies.collect::<Option<_>>().map(Value::List);
        copies.map_or_else(|| unknown("a copy"), Ok)
    }

    /// A format string with what stands behind it.
    fn formatted(&mut self, arguments: &[Expr]) -> Out<String> {
        let Some((Expr::Lit(lit), arguments)) = arguments.split_first() else {
            return Ok(String::new());
        };
        let Lit::Str(format) = &lit.lit else {
            return unknown("a format string");
        };
        let mut places = Vec::new();
        for argument in arguments {
            places.push(self.place(argument, Intent::Look)?);
        }
        let mut places = places.into_iter();
        let format = format.value();
        let mut text = String::new();
        let mut rest = format.as_str();
        while let Some((before, hole)) = rest.split_once('{') {
            text += before;
            if hole.starts_with('{') {
                return unknown("a brace in a format string");
            }
            let Some((hole, after)) = hole.split_once('}') else {
                return unknown("a format string");
            };
            let (name, style) = hole.split_once(':').unwrap_or((hole, ""));
            let place = match name {
                "" => places.next(),
                name => {
                    let name = syn::parse_str(name).ok();
                    name.map(|name: syn::Ident| self.variable(&name, Intent::Look))
                        .transpose()?
                        .flatten()
                }
            };
            let Some(place) = place else {
                return unknown("an argument of a format string");
            };
            text += &self.styled(place, style)?;
            rest = after;
        }
        Ok(text + rest)
    }

    fn styled(&mut self, place: Place, style: &str) -> Out<String> {
        let place = self.deref(place)?;
        if style == "?" {
            return self.read(&place, |value| format!("{value:?}"));
        }
        let text = self.read(&place, ToString::to_string)?;
        match style.strip_prefix('.').map(str::parse::<usize>) {
            None if style.is_empty() => Ok(text),
            Some(Ok(most)) => Ok(text.chars().take(most).collect()),
            _ => unknown(format!("the format `{style}`")),
        }
    }
}
