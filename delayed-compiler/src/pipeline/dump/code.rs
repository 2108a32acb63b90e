//! Generated code with a line for each statement, so that it can be read.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::pipeline::text::text;

/// The text of `tokens`.
#[must_use]
pub fn code(tokens: TokenStream) -> String {
    let mut lines = Lines::default();
    lines.write(tokens, false);
    lines.flush();
    lines.out
}

#[derive(Default)]
struct Lines {
    out: String,
    /// Tokens of the current line that have not been written.
    rest: TokenStream,
    /// Whether the current line has been begun.
    begun: bool,
    depth: usize,
}

impl Lines {
    /// Writes `tokens`; in a block, commas end a line too.
    fn write(&mut self, tokens: TokenStream, in_block: bool) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(tree) = tokens.next() {
            match tree {
                TokenTree::Group(group) if has_block(&group) => {
                    self.group(&group);
                    let is_block = group.delimiter() == Delimiter::Brace;
                    if is_block && !tokens.peek().is_some_and(continues) {
                        self.end();
                    }
                }
                tree => {
                    let ends = matches!(&tree, TokenTree::Punct(punct)
                        if punct.as_char() == ';' || in_block && punct.as_char() == ',');
                    self.rest.extend([tree]);
                    if ends {
                        self.end();
                    }
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => (" {", "}"),
            Delimiter::None => ("", ""),
        };
        self.flush();
        let is_block = group.delimiter() == Delimiter::Brace;
        let open = if self.begun { open } else { open.trim_start() };
        self.push(open);
        if !is_block {
            self.write(group.stream(), false);
            self.flush();
            return self.push(close);
        }
        self.end();
        self.depth += 1;
        self.write(group.stream(), true);
        self.end();
        self.depth -= 1;
        self.push(close);
    }

    /// Writes what is left of the current line.
    fn flush(&mut self) {
        let rest = text(std::mem::take(&mut self.rest));
        if rest.is_empty() {
            return;
        }
        let is_tight = rest.starts_with([',', ';', '.', '?']) || self.out.ends_with('(');
        if self.begun && !is_tight {
            self.push(" ");
        }
        self.push(&rest);
    }

    fn push(&mut self, text: &str) {
        if !self.begun {
            self.out.push_str(&"    ".repeat(self.depth));
            self.begun = true;
        }
        self.out.push_str(text);
    }

    fn end(&mut self) {
        self.flush();
        if self.begun {
            self.out.push('\n');
            self.begun = false;
        }
    }
}

/// Whether a block with something in it stands in `group`, or is it.
fn has_block(group: &Group) -> bool {
    if group.delimiter() == Delimiter::Brace {
        return !group.stream().is_empty();
    }
    let mut inside = group.stream().into_iter();
    inside.any(|tree| matches!(tree, TokenTree::Group(group) if has_block(&group)))
}

/// Whether what follows a block belongs on the line of its end.
fn continues(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), ',' | ';' | '.' | '?'),
        TokenTree::Ident(name) => *name == "else",
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}
