//! The text of an expression, as a user would have written it on one line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The text of `tokens`, with the spaces that rustfmt would put.
#[must_use]
pub fn text(tokens: impl ToTokens) -> String {
    let mut pieces = Vec::new();
    collect(tokens.to_token_stream(), &mut pieces);
    let mut writer = Writer::default();
    for piece in pieces {
        writer.write(piece);
    }
    writer.text
}

/// What no space can be in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A name, keyword or literal.
    Word(String),
    Operator(String),
    Open(Delimiter),
    Close(Delimiter),
}

/// Operators of several characters, the longer ones first.
const LONG: &[&str] = &[
    "..=", "<<=", ">>=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=",
    "/=", "%=", "^=", "&=", "|=", "..",
];

fn collect(tokens: TokenStream, pieces: &mut Vec<Piece>) {
    let mut run = String::new();
    for tree in tokens {
        if let TokenTree::Punct(punct) = &tree {
            run.push(punct.as_char());
            if punct.spacing() == Spacing::Joint {
                continue;
            }
        }
        operators(&mut run, pieces);
        match tree {
            TokenTree::Group(group) => {
                let is_visible = group.delimiter() != Delimiter::None;
                pieces.extend(is_visible.then_some(Piece::Open(group.delimiter())));
                collect(group.stream(), pieces);
                pieces.extend(is_visible.then_some(Piece::Close(group.delimiter())));
            }
            TokenTree::Punct(_) => {}
            tree => pieces.push(Piece::Word(tree.to_string())),
        }
    }
    operators(&mut run, pieces);
}

/// Cuts a run of punctuation into operators.
fn operators(run: &mut String, pieces: &mut Vec<Piece>) {
    let mut rest = run.as_str();
    while let Some(first) = rest.chars().next() {
        let long = LONG.iter().find(|operator| rest.starts_with(**operator));
        let length = long.map_or(first.len_utf8(), |operator| operator.len());
        pieces.push(Piece::Operator(rest[..length].to_owned()));
        rest = &rest[length..];
    }
    run.clear();
}

#[derive(Default)]
struct Writer {
    text: String,
    before: Option<Piece>,
    /// The last operator stands in front of its operand.
    is_prefix: bool,
    /// Generic arguments that are open.
    generics: usize,
    /// Between the pipes of a closure's arguments.
    in_pipes: bool,
}

impl Writer {
    fn write(&mut self, piece: Piece) {
        let is_prefix = self.is_prefix_operator(&piece);
        if self.needs_space(&piece, is_prefix) {
            self.text.push(' ');
        }
        match &piece {
            Piece::Word(word) | Piece::Operator(word) => self.text.push_str(word),
            Piece::Open(delimiter) => self.text.push_str(match delimiter {
                Delimiter::Parenthesis => "(",
                Delimiter::Bracket => "[",
                _ => "{",
            }),
            Piece::Close(delimiter) => self.text.push_str(match delimiter {
                Delimiter::Parenthesis => ")",
                Delimiter::Bracket => "]",
                _ => "}",
            }),
        }
        if let Piece::Operator(operator) = &piece {
            match operator.as_str() {
                "<" if is_prefix => self.generics += 1,
                ">" => self.generics = self.generics.saturating_sub(1),
                "|" => self.in_pipes = is_prefix && !self.in_pipes,
                _ => {}
            }
        }
        self.is_prefix = is_prefix;
        self.before = Some(piece);
    }

    /// Whether an operand, and not an operator, is expected here.
    fn expects_operand(&self) -> bool {
        match &self.before {
            None | Some(Piece::Open(_)) => true,
            Some(Piece::Operator(operator)) => !matches!(operator.as_str(), "?" | ">"),
            Some(Piece::Word(word)) => is_keyword(word),
            Some(Piece::Close(_)) => false,
        }
    }

    fn is_prefix_operator(&self, piece: &Piece) -> bool {
        let Piece::Operator(operator) = piece else {
            return false;
        };
        match operator.as_str() {
            "&" | "*" | "-" | "!" | "'" | "||" | "&&" => self.expects_operand(),
            "|" => self.expects_operand() && !self.in_pipes,
            // Behind a type's name or `::` come generic arguments.
            "<" => match &self.before {
                Some(Piece::Word(word)) => word.starts_with(char::is_uppercase),
                Some(Piece::Operator(operator)) => operator == "::",
                _ => self.expects_operand(),
            },
            "#" => true,
            _ => false,
        }
    }

    fn needs_space(&self, piece: &Piece, is_prefix: bool) -> bool {
        let Some(before) = &self.before else {
            return false;
        };
        match (before, piece) {
            (Piece::Open(Delimiter::Brace), Piece::Close(_)) => false,
            (Piece::Open(Delimiter::Brace), _) | (_, Piece::Close(Delimiter::Brace)) => true,
            (Piece::Open(_), _) | (_, Piece::Close(_)) => false,
            (_, Piece::Operator(operator)) if is_tight_before(operator) => false,
            (Piece::Operator(operator), _) if is_tight_after(operator) => false,
            (_, Piece::Operator(operator)) if operator == ">" && self.generics > 0 => false,
            (_, Piece::Operator(operator)) if operator == "|" && self.in_pipes => false,
            (Piece::Word(word), Piece::Operator(operator)) if operator == "!" => is_keyword(word),
            (_, Piece::Operator(operator)) if operator == "<" && is_prefix => false,
            (Piece::Operator(operator), Piece::Open(_)) if operator == "!" || operator == ">" => {
                false
            }
            (Piece::Operator(operator), _) if operator == "!" => !self.is_prefix,
            (Piece::Operator(operator), _) if self.is_prefix => operator == "||",
            (_, Piece::Open(Delimiter::Brace)) => true,
            (Piece::Word(word), Piece::Open(_)) => is_keyword(word),
            (Piece::Close(_), Piece::Open(_)) => false,
            (Piece::Operator(operator), Piece::Open(_)) => operator != "?",
            _ => true,
        }
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "else" | "for" | "if" | "in" | "let" | "match" | "move" | "mut" | "ref" | "return"
    )
}

fn is_tight_before(operator: &str) -> bool {
    matches!(operator, "," | ";" | "?" | "." | ":" | "::" | ".." | "..=")
}

fn is_tight_after(operator: &str) -> bool {
    matches!(operator, "." | "::" | ".." | "..=" | "\'")
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    #[test]
    fn spaces_stand_where_rustfmt_puts_them() {
        for written in [
            "read_trips(&path)?",
            "1..=4",
            "(0..n).rev()",
            "x > 5 && f(x) || a != b",
            "|line: &str| line.len() - 1",
            "move || -x * *y",
            "Vec::<u8>::with_capacity(3)",
            "Option<Vec<&str>>",
            "vec![increment(1), 2]",
            "format!(\"{x} {}\", !done)",
            "match split(y) { (0, ones) => ones, _ => 1 }",
            "if let Some(x) = find(n) { x } else { 0 }",
            "*counts.entry(word).or_insert(0) += 1",
            "Point { x: 1, y }",
            "&mut all[i][j + 1]",
            "a as f64 / b",
            "for (key, value) in &map",
            "(f)(x)(y)",
        ] {
            let tokens: TokenStream = written.parse().unwrap();
            assert_eq!(super::text(tokens), written);
        }
    }
}
