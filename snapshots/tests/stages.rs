//! Every case of `cases/` through the compiler: the graph, the plan and the
//! generated code as text. `cargo insta review`, or the one line that
//! CONTRIBUTING.md gives, accepts what has changed for good reasons.

use std::fs;
use std::path::{Path, PathBuf};

use delayed_compiler::diagnostics::Diagnostics;
use delayed_compiler::pipeline::analyse::reasons;
use delayed_compiler::pipeline::{Compiled, compile, compile_observed, dump, expand, parse};
use insta::{Settings, assert_snapshot};
use proc_macro2::TokenStream;
use similar::{ChangeTag, TextDiff};
use syn::visit_mut::{self, VisitMut};

/// The cases by name: the tokens inside of `pipeline!( … )`.
fn cases() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(folder).expect("the folder of the cases can be read");
    let paths = entries.map(|entry| entry.expect("an entry of the folder can be read").path());
    let mut cases: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().expect("a case has a name");
            (name.to_string_lossy().into_owned(), path)
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "there are no cases");
    cases
}

fn tokens(path: &Path) -> TokenStream {
    let text = fs::read_to_string(path).expect("a case can be read");
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn compiled(path: &Path) -> Compiled {
    let (compiled, diagnostics) = compile(tokens(path));
    let texts = diagnostics.list().iter().map(|fault| fault.text());
    let texts: Vec<_> = texts.collect();
    assert!(texts.is_empty(), "{}: {}", path.display(), texts.join("\n"));
    compiled
}

/// What each pass has changed in the graph, line by line.
fn passes(path: &Path) -> String {
    let mut before = String::new();
    let mut changes = String::new();
    let _ = compile_observed(tokens(path), &mut |pass, graph, order| {
        let after = dump::graph(graph, order);
        if pass != "build" {
            changes += &format!("{pass}\n");
            let diff = TextDiff::from_lines(&before, &after);
            for change in diff.iter_all_changes() {
                if change.tag() != ChangeTag::Equal {
                    changes += &format!("  {} {}", change.tag(), change.value());
                }
            }
        }
        before = after;
    });
    changes
}

fn generated(path: &Path) -> TokenStream {
    expand(
        tokens(path),
        &"::delayed::__private".parse().expect("a path"),
    )
}

/// The code as rustfmt would write it.
fn pretty(code: &TokenStream, with_graph: bool) -> String {
    let mut file: syn::File = syn::parse_quote!(fn main() { let pipeline = #code; });
    if !with_graph {
        Shorten.visit_file_mut(&mut file);
    }
    prettyplease::unparse(&file)
}

/// The constant graph is the graph of the first stage in other words.
struct Shorten;

impl VisitMut for Shorten {
    fn visit_expr_struct_mut(&mut self, expr: &mut syn::ExprStruct) {
        if expr
            .path
            .segments
            .last()
            .is_some_and(|name| name.ident == "Schema")
        {
            for field in &mut expr.fields {
                if matches!(&field.member, syn::Member::Named(name) if name == "graph") {
                    field.expr = syn::parse_quote!(the_graph!());
                }
            }
        }
        visit_mut::visit_expr_struct_mut(self, expr);
    }
}

fn settings(stage: &str) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../stages");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_suffix(stage);
    settings
}

#[test]
fn stages_are_as_recorded() {
    for (name, path) in cases() {
        let compiled = compiled(&path);
        settings("graph").bind(|| assert_snapshot!(name.as_str(), compiled.graph_text()));
        settings("passes").bind(|| assert_snapshot!(name.as_str(), passes(&path)));
        settings("plan").bind(|| assert_snapshot!(name.as_str(), compiled.plan_text()));
        let code = pretty(&generated(&path), false);
        settings("code").bind(|| assert_snapshot!(name.as_str(), code));
    }
}

/// Loops of known length, iteration by iteration.
#[test]
fn expanded_graphs_are_as_recorded() {
    for (name, path) in cases() {
        let expanded = compiled(&path).schema().expanded(100);
        assert_eq!(expanded.check(), Ok(()), "{name}");
        if name.starts_with("expanded") {
            settings("expanded").bind(|| assert_snapshot!(name.as_str(), expanded));
            settings("dot").bind(|| assert_snapshot!(name, expanded.to_dot()));
        }
    }
}

#[test]
fn the_graph_is_a_constant_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/diamond.rs");
    let code = pretty(&generated(&path), true);
    settings("constant").bind(|| assert_snapshot!("diamond", code));
}

/// What `DELAYED_DUMP=code` prints.
#[test]
fn code_can_be_printed_without_a_formatter() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/exits_between_effects.rs");
    let code = dump::code(generated(&path));
    settings("dump").bind(|| assert_snapshot!("exits_between_effects", code));
}

/// What `DELAYED_DUMP=ast` prints.
#[test]
fn statements_can_be_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/exits_between_effects.rs");
    let parsed = parse::parse(tokens(&path), &mut Diagnostics::default());
    settings("ast").bind(|| assert_snapshot!("exits_between_effects", dump::ast(&parsed)));
}

#[test]
fn expanding_twice_gives_the_same_tokens() {
    for (name, path) in cases() {
        let [first, second] = [(); 2].map(|()| generated(&path).to_string());
        assert_eq!(first, second, "{name}");
    }
}

#[test]
fn every_snapshot_has_a_case() {
    let cases = cases();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stages");
    for entry in fs::read_dir(folder).expect("the folder of the stages can be read") {
        let name = entry
            .expect("an entry of the folder can be read")
            .file_name();
        let name = name.to_string_lossy();
        let case = name.split('@').next().unwrap_or_default();
        assert!(
            cases.iter().any(|(name, _)| name == case),
            "{name} has no case any more: delete it"
        );
    }
}

/// A reason for a serial loop that no case shows is one that nobody has read.
#[test]
fn every_reason_for_a_serial_loop_has_a_case() {
    let graphs: Vec<_> = cases()
        .iter()
        .map(|(_, path)| compiled(path).graph_text())
        .collect();
    for reason in reasons::ALL {
        assert!(
            graphs.iter().any(|graph| graph.contains(reason)),
            "no case is serial because {reason:?}"
        );
    }
}
