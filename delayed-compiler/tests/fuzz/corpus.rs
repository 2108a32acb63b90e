//! Valid programs to start from, and pieces to break them with.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What the mutations draw from.
pub(crate) struct Corpus {
    /// Bodies of pipelines.
    pub(crate) pipelines: Vec<TokenStream>,
    /// Functions that are tasks.
    pub(crate) tasks: Vec<TokenStream>,
    /// Options of tasks.
    pub(crate) options: Vec<TokenStream>,
    /// Single tokens and short pieces of Rust.
    pub(crate) pieces: Vec<TokenStream>,
}

impl Corpus {
    pub(crate) fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut pipelines = files(&root.join("snapshots/cases"));
        let oracle = files(&root.join("tests/oracle"));
        for file in &oracle {
            behind(file, "run", &mut pipelines);
        }
        let mut tasks = parsed(TASKS);
        for file in &oracle {
            functions(file, &mut tasks);
        }
        assert!(
            pipelines.len() > 50 && tasks.len() > 30,
            "the programs are elsewhere"
        );
        Self {
            pipelines,
            tasks,
            options: parsed(OPTIONS),
            pieces: parsed(PIECES),
        }
    }
}

fn files(folder: &Path) -> Vec<TokenStream> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    // The order of a folder differs from machine to machine.
    paths.sort();
    let texts = paths.iter().map(|path| fs::read_to_string(path).unwrap());
    texts.map(|text| text.parse().unwrap()).collect()
}

fn parsed(texts: &[&str]) -> Vec<TokenStream> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// The braces that follow `keyword`, at any depth.
fn behind(tokens: &TokenStream, keyword: &str, found: &mut Vec<TokenStream>) {
    let mut is_next = false;
    for tree in tokens.clone() {
        if let TokenTree::Group(group) = &tree {
            if is_next && group.delimiter() == Delimiter::Brace {
                found.push(group.stream());
            }
            behind(&group.stream(), keyword, found);
        }
        is_next = matches!(&tree, TokenTree::Ident(ident) if ident == keyword);
    }
}

/// The items from `fn` to their bodies, at any depth.
fn functions(tokens: &TokenStream, found: &mut Vec<TokenStream>) {
    let mut item: Vec<TokenTree> = Vec::new();
    for tree in tokens.clone() {
        if let TokenTree::Group(group) = &tree {
            functions(&group.stream(), found);
        }
        let begins = matches!(&tree, TokenTree::Ident(ident) if ident == "fn");
        let ends =
            matches!(&tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if begins || !item.is_empty() {
            item.push(tree);
        }
        if ends && !item.is_empty() {
            found.push(item.drain(..).collect());
        }
    }
}

const TASKS: &[&str] = &[
    "pub(crate) fn generic<T: Ord + Clone, const N: usize>(items: &[T; N], or: T) -> Option<T> where T: Debug { body }",
    "fn both<'a, 'b: 'a>(x: &'a str, y: Cow<'b, str>, f: fn(&u8) -> &u8) -> String where 'b: 'static { body }",
    "fn opaque(f: impl Fn(i64) -> i64 + Send, x: &impl Number) -> i64 { body }",
    "fn patterns(mut a: u8, (b, c): (u8, u8), _: u8, ref d: u8, e @ 1..: u8) { body }",
    "fn read(path: &Path) -> std::io::Result<Vec<u8>> { body }",
    "#[cfg(unix)] #[inline(never)] #[must_use] #[deprecated] fn Old(x: u8) -> u8 { body }",
    "fn sort(list: &mut Vec<u8>, up: bool) { body }",
    "fn r#match(r#in: u8) -> u8 { r#in }",
    "const async unsafe extern \"C\" fn refused(&self, x: u8, ...) -> impl Iterator<Item = &'static u8> {}",
    "fn view<'a>(x: View<'a>) -> Option<&'a dyn Fn(&u8) -> [u8; { 3 + 4 }]> { x }",
];

const OPTIONS: &[&str] = &[
    "",
    "pure",
    "fallible = false",
    "name = \"load trips\", crate = my::delayed",
    "pure, retries = 3, backoff = \"1s\"",
    "timeout = \"100ms\", priority = 1, limit = 2",
    "fallible, fallible = false",
    "crate = ::other, name, colour = \"red\"",
    "retries = 99999999999999999999999, backoff = \"-1e400s\"",
];

const PIECES: &[&str] = &[
    // Tokens alone.
    "for",
    "in",
    "if",
    "else",
    "match",
    "while",
    "loop",
    "let",
    "mut",
    "ref",
    "move",
    "return",
    "break",
    "continue",
    "async",
    "await",
    "unsafe",
    "const",
    "static",
    "fn",
    "struct",
    "impl",
    "where",
    "as",
    "dyn",
    "self",
    "Self",
    "super",
    "crate",
    "yield",
    "union",
    "box",
    "_",
    "x",
    "y",
    "Some",
    "r#for",
    "naïve",
    "__scope",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "&&",
    "|",
    "||",
    "!",
    "?",
    ";",
    ",",
    ".",
    "..",
    "..=",
    "...",
    ":",
    "::",
    "->",
    "=>",
    "=",
    "==",
    "+=",
    "<<=",
    "<",
    ">",
    "#",
    "$",
    "@",
    "~",
    "'a",
    "'_",
    "()",
    "[]",
    "{}",
    "0",
    "1u8",
    "0xffff_ffff_ffff_ffff_ffff",
    "1.",
    "1e999",
    "true",
    "'c'",
    "b'c'",
    "b\"x\"",
    "c\"x\"",
    "\"\"",
    "\"{\"",
    "\"}}{x\"",
    "\"{x:>width$.*} {0} {y:?} {é}\"",
    "\"suffix\"x",
    "340282366920938463463374607431768211456",
    // Rust in a nutshell, whole and torn.
    "for x in xs {}",
    "for i in 0..10 { total += f(i); }",
    "'a: for x in y {}",
    "'a: {}",
    "break 'a;",
    "continue 'a;",
    "break x;",
    "if x {}",
    "else { 1 }",
    "if let Some(x) = y {}",
    "match x { Some(y) if f(y) => g(y), _ => {} }",
    "let x = f(y);",
    "let mut x;",
    "let Some(x) = y else { continue };",
    "let (a, mut b): (u8, u8) = f();",
    "let x = x?;",
    "f(&mut x);",
    "f(g(h(x))?, &y)?",
    "x.push(f(y));",
    "x.y[f(i)] += 1;",
    "self.x = f(&self.y);",
    "state = step(state, &x);",
    "|x| f(x)",
    "move || {}",
    "async move {}",
    "unsafe { f() }",
    "format!(\"{x} {}\", f(y))",
    "vec![f(x); 3]",
    "pipeline!({ f(x) })",
    "(f)(x)",
    "{ f(x) }",
    "S { x, y: f(x), ..z }",
    "&&raw mut x",
    "x as u8",
    "0..=f(x)",
    "..",
    "[f(x), y]",
    "(x, )",
    "#[cfg(test)]",
    "#![allow(unused)]",
    "#[]",
    "/// words\n",
    "struct S;",
    "use a::b;",
    "fn f<T>() -> T { x }",
    "while let Some(x) = y {}",
    "loop {}",
    "return x;",
    "x.await",
    "a = b = c",
    "(a, b) = (b, a);",
    "*x += *y;",
    "x && y || !z",
    "if a && let Some(b) = c {}",
    "x @ 1..=2",
    "Some(ref mut x) | None",
    "<T as U>::f(x)",
    "T::<{ 1 }>::f(x)",
    "f::<T>(x)",
    "macro_rules! m { () => {} }",
    "let x = for y in z { y };",
    "const { 1 }",
    "x.0.1",
    "x.iter().map(|&y| y)",
];
