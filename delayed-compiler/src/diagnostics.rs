//! Everything the compiler can say, in one table, and the list that collects it.
//!
//! A phase reports as many faults as it finds and the driver stops at the
//! phase's end, so one build shows them all. Where rustc says it better, there
//! is no entry here.

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// One thing the compiler can say: a row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The number users can search for, such as `D010`.
    pub code: &'static str,
    /// What is wrong; `{}` stands for the detail given at the place.
    pub message: &'static str,
    /// What to write instead; `{}` as above.
    pub help: &'static str,
}

macro_rules! table {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $message:literal, $help:literal;)*) => {
        $($(#[doc = $doc])* pub const $name: &Rule = &Rule { code: $code, message: $message, help: $help };)*

        /// Every rule, in order of its code.
        pub const ALL: &[&Rule] = &[$($name),*];
    };
}

/// The table.
pub mod rules {
    use super::Rule;

    table! {
        /// The macro's input is not Rust.
        SYNTAX = "D001", "{}", "the body of a pipeline is plain Rust: statements and loops";
        /// A pipeline without a statement or value.
        EMPTY = "D002", "this pipeline is empty", "write the loop or the calls that it should run";
        /// `while` and `loop`.
        UNBOUNDED_LOOP = "D003", "`{}` loops have no iterations that could run side by side",
            "write `for item in source { … }`; an iterator such as `std::iter::from_fn` can end the loop";
        /// `return`.
        RETURN = "D004", "`return` cannot leave a pipeline",
            "make the value the last expression, or stop with an error by `?`";
        /// `.await`.
        AWAIT = "D005", "a pipeline runs on threads and cannot `.await`",
            "block on the future inside a `#[delayed]` function";
        /// An item among the statements.
        ITEM = "D006", "items cannot be defined inside a pipeline", "move this item in front of the pipeline";
        /// A label on a block.
        LABEL = "D007", "a block with a label cannot be left in a pipeline", "label the loop, or give the block a function of its own";
        /// A loop where only a plain expression can stand.
        LOOP_INSIDE_EXPRESSION = "D008", "a loop's value has to be bound to a name first",
            "write `let values = for … { … };` and use `values` here";
        /// `break` with a value.
        BREAK_VALUE = "D009", "`break` with a value belongs to `loop`, and this leaves a `for`",
            "assign the value to a variable in front of the `break`";
        /// `break` and `continue` where no loop of ours is meant.
        JUMP = "D010", "`{}` leaves no loop of the pipeline from here",
            "write it in the loop's body, or in a branch of an `if` or `match` there; a plain block is Rust of its own";
        /// A task's call in a closure or macro.
        HIDDEN_TASK = "D011", "{} would never run",
            "call the task before and use its value there, or run it there as `f::eager(x)`; a function that is no task is called as `(f)(x)`";
        /// `#[delayed]` on something that is not a function with a body.
        TASK_NOT_A_FUNCTION = "D101", "`#[delayed]` makes tasks of functions, and this is not one",
            "put it on a free function with a body";
        /// `async fn`.
        TASK_ASYNC = "D102", "an `async` function cannot be a task: tasks run on threads",
            "write a plain function that blocks on the future";
        /// `const fn`.
        TASK_CONST = "D103", "a task runs when the graph does and cannot be `const`",
            "remove `const`, or let `{}` call a `const fn`";
        /// `extern fn`.
        TASK_EXTERN = "D104", "a task is called by the graph and cannot be `extern`",
            "remove the ABI, or let a plain function call the `extern` one";
        /// `unsafe fn`.
        TASK_UNSAFE = "D105", "a graph cannot promise what an `unsafe` function asks of its caller",
            "make `{}` safe, with an `unsafe` block and its reason inside";
        /// A method.
        TASK_METHOD = "D106", "a method cannot be a task",
            "write a free function that takes the value as its first argument";
        /// A variadic function.
        TASK_VARIADIC = "D107", "a task has a fixed number of arguments", "take a `Vec` instead";
        /// A returned borrow.
        TASK_BORROWED_RETURN = "D108", "a task owns what it returns, and this is borrowed",
            "return an owned value, such as `String` for `&str` or `Vec<T>` for `&[T]`";
        /// A returned `impl Trait`.
        TASK_OPAQUE_RETURN = "D109", "a task's value needs a type with a name, and `impl Trait` has none",
            "return the type itself, a `Vec`, or a `Box<dyn … + Send>`";
        /// An option that does not exist.
        OPTION_UNKNOWN = "D110", "there is no option `{}`",
            "the options are `name`, `fallible`, `pure`, `retries`, `backoff`, `timeout`, `priority`, `limit`, `checkpoint` and `crate`";
        /// A pause between tries, and only one try.
        OPTION_BACKOFF = "D111", "`backoff` is the pause before a retry, and there are no `retries`",
            "add `retries = 3`, or remove `backoff`";
        /// An option given twice.
        OPTION_TWICE = "D112", "the option `{}` is given twice", "keep one of them";
        /// An option whose value is missing or of the wrong kind.
        OPTION_VALUE = "D113", "this option is written in another way", "write `{}`";
        /// Options that cannot be read.
        OPTIONS_SYNTAX = "D114", "cannot read these options: {}",
            "write them as in `#[delayed(name = \"load\", fallible)]`";
        /// A number or time that is too small or too large.
        OPTION_RANGE = "D115", "this value is out of range", "{}";
        /// A text that is no time.
        OPTION_DURATION = "D116", "`{}` is not a length of time",
            "write a whole number and its unit, such as `\"100ms\"`; the units are `us`, `ms`, `s`, `min` and `h`";
        /// `retries` where no failure can be seen.
        OPTION_RETRIES = "D117", "`retries` is for tasks that fail, and this one returns no `Result` that it can fail with",
            "return a `Result` from `{}`; if the type is one by another name, add `fallible`";
        /// `retries` where each try ends the same way.
        OPTION_PURE_RETRIES = "D118", "a `pure` task fails in the same way each time, so `retries` are of no use",
            "keep one of `pure` and `retries`";
        /// `pure`, `retries` or `checkpoint` where an argument is changed.
        OPTION_IN_PLACE = "D119", "`{}` does not go with a `&mut` argument: a call would find what another one left",
            "take the value itself and return it changed, or remove `{}`";
        /// An option whose feature of the facade crate is not there.
        OPTION_FEATURE = "D120", "`{}` needs a feature of the crate `delayed` that is not enabled",
            "enable it in `Cargo.toml`: `delayed = { …, features = [\"{}\"] }`";
        /// `Record` on something without named fields.
        RECORD_SHAPE = "D201", "a record is a struct with named fields, one for each column, and {}",
            "write it as `struct Trip { distance: f64 }`; columns without names of their own are read as a tuple, by `columns::<(f64,)>`";
        /// A record with parameters.
        RECORD_GENERIC = "D202", "a record has no parameter but one lifetime, that of the text which it borrows",
            "name the types of the columns";
        /// An option that does not exist.
        RECORD_OPTION = "D203", "there is no option `{}` here",
            "the options of a record are `rename_all` and `crate`, those of a field `rename`, `default` and `format`";
        /// Options that cannot be read.
        RECORD_OPTIONS_SYNTAX = "D204", "cannot read these options: {}",
            "write them as in `#[record(rename = \"fare_amount\", default)]`";
        /// A `rename_all` that nobody knows.
        RECORD_CASE = "D205", "`{}` is no way to write names",
            "the ways are `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case` and `SCREAMING-KEBAB-CASE`";
        /// A `rename` without a name.
        RECORD_NAME = "D206", "a column's name is empty",
            "write it as in `rename = \"fare_amount\"`, or several with `|` between them, of which the first that the file has is read";
        /// A part of a format that nobody knows.
        RECORD_DIRECTIVE = "D207", "`{}` is no part of a time's format",
            "the parts are `%Y`, `%y`, `%m`, `%b`, `%d`, `%H`, `%I` with `%p`, `%M`, `%S`, `%f`, `%F` for `%Y-%m-%d`, `%T` for `%H:%M:%S`, and `%%`";
        /// A format that does not give a time.
        RECORD_FORMAT = "D208", "this format {}",
            "it gives one moment in time, as `\"%d.%m.%Y\"` or `\"%m/%d/%Y %I:%M:%S %p\"` does";
        /// `NBytes` on a union.
        NBYTES_UNION = "D301", "nobody can tell which field of a union is there, and so not how many bytes it holds",
            "implement `NBytes` by hand, or make it an enum";
        /// An option that does not exist.
        NBYTES_OPTION = "D302", "there is no option `{}` here",
            "a field that shares what it holds is marked `#[nbytes(skip)]`, and `#[nbytes(crate = path)]` on the type says where `delayed` is";
        /// Options that cannot be read.
        NBYTES_SYNTAX = "D303", "cannot read these options: {}",
            "write them as in `#[nbytes(skip)]`";
    }
}

/// What was found wrong, where.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The row of the table.
    pub rule: &'static Rule,
    detail: String,
    start: Span,
    end: Span,
}

impl Diagnostic {
    /// A fault at the whole of `tokens`.
    pub fn new(rule: &'static Rule, tokens: impl ToTokens, detail: impl Into<String>) -> Self {
        let tokens: Vec<_> = tokens.into_token_stream().into_iter().collect();
        let start = tokens.first().map_or_else(Span::call_site, |t| t.span());
        let end = tokens.last().map_or(start, |t| t.span());
        Self {
            rule,
            detail: detail.into(),
            start,
            end,
        }
    }

    /// What the user reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.rule.message.replace("{}", &self.detail);
        let _ = write!(text, " [{}]", self.rule.code);
        if !self.rule.help.is_empty() {
            let _ = write!(
                text,
                "\nhelp: {}",
                self.rule.help.replace("{}", &self.detail)
            );
        }
        text
    }

    /// A `compile_error!` that underlines the user's tokens.
    #[must_use]
    pub fn to_tokens(&self) -> TokenStream {
        // Two different spans make rustc underline from the one to the other.
        let path = quote::quote_spanned!(self.start=> ::core::compile_error);
        let text = self.text();
        let literal = {
            let mut literal = proc_macro2::Literal::string(&text);
            literal.set_span(self.end);
            literal
        };
        let mut group =
            proc_macro2::Group::new(proc_macro2::Delimiter::Brace, literal.into_token_stream());
        group.set_span(self.end);
        quote::quote_spanned!(self.start=> #path ! #group)
    }
}

/// Faults in the order they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// What was refused and is named elsewhere, for the code that is only
    /// checked.
    kept: TokenStream,
}

impl Diagnostics {
    /// Adds a fault at the whole of `tokens`.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        tokens: impl ToTokens,
        detail: impl Into<String>,
    ) {
        self.list.push(Diagnostic::new(rule, tokens, detail));
    }

    /// Adds what the parser said.
    pub fn syntax(&mut self, error: &syn::Error) {
        for error in error.clone() {
            self.list.push(Diagnostic {
                rule: rules::SYNTAX,
                detail: error.to_string(),
                start: error.span(),
                end: error.span(),
            });
        }
    }

    /// Keeps an item that was refused, so that rustc knows its name.
    pub fn keep(&mut self, item: &syn::Item) {
        self.kept.extend(item.to_token_stream());
    }

    /// The items that were refused.
    #[must_use]
    pub fn kept(&self) -> &TokenStream {
        &self.kept
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was found, in order.
    #[must_use]
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// One `compile_error!` each.
    #[must_use]
    pub fn to_tokens(&self) -> TokenStream {
        self.list.iter().map(Diagnostic::to_tokens).collect()
    }
}
