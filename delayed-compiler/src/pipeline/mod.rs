//! `pipeline!`: from tokens to tokens.
//!
//! | phase | in → out | file |
//! |---|---|---|
//! | parse | tokens → statements and loops | `parse/` |
//! | build | statements → graph of nodes and values | `build/`, with what `form/` tells of expressions |
//! | analyse | graph → array loops, what is ordered, which loops overlap, what needs what | `arrays/`, `analyse/` |
//! | transform | graph → graph | `passes/` |
//! | plan | graph → steps, hand-overs, exits | `plan/` |
//! | codegen | plan → tokens | `codegen/` |

pub mod analyse;
pub mod arrays;
pub mod build;
pub mod codegen;
pub mod dump;
pub mod form;
pub mod ir;
pub mod parse;
pub mod passes;
pub mod plan;
pub mod schema;
pub mod spans;
pub mod text;
pub mod verify;

use proc_macro2::{TokenStream, TokenTree};
use syn::Token;

use crate::diagnostics::Diagnostics;
use dump::{Stage, dump};

/// All that the compiler knows of a pipeline before it writes the code.
pub struct Compiled {
    /// `move`, as in front of a closure.
    pub capture: Option<Token![move]>,
    /// The graph after the last pass.
    pub graph: ir::Graph,
    /// What is ordered.
    pub order: analyse::Order,
    /// The steps of the code.
    pub plan: plan::Plan,
}

/// Runs every phase but the last, in order, and gives what was found wrong
/// beside the result: what is left of a faulty pipeline is compiled all the
/// same, so that its types are checked and an editor can complete it.
#[must_use]
pub fn compile(input: TokenStream) -> (Compiled, Diagnostics) {
    compile_observed(input, &mut |_, _, _| {})
}

/// [`compile`], showing `observe` the graph as it is built, and again after each
/// pass that has changed it, with the name of what has just run.
#[must_use]
pub fn compile_observed(
    input: TokenStream,
    observe: &mut dyn FnMut(&str, &ir::Graph, &analyse::Order),
) -> (Compiled, Diagnostics) {
    let mut diagnostics = Diagnostics::default();

    let scopes = build::resolve::Scopes::around(&input);
    let parsed = parse::parse(input, &mut diagnostics);
    dump(Stage::Ast, || dump::ast(&parsed));
    let capture = parsed.capture;

    let mut graph = build::build(parsed, scopes, &mut diagnostics);
    check(&graph, "build");

    let order = analyse::analyse(&graph);
    observe("build", &graph, &order);

    for (name, pass) in passes::IN_ORDER {
        if pass(&mut graph, &order) {
            check(&graph, name);
            observe(name, &graph, &order);
        }
    }

    let plan = plan::plan(&graph, &order);
    debug_assert_eq!(schema::schema(&graph, &order).check(), Ok(()));
    let compiled = Compiled {
        capture,
        graph,
        order,
        plan,
    };
    dump(Stage::Graph, || compiled.graph_text());
    dump(Stage::Plan, || compiled.plan_text());
    (compiled, diagnostics)
}

impl Compiled {
    /// The graph as users see it.
    #[must_use]
    pub fn schema(&self) -> delayed_graph::Graph {
        schema::schema(&self.graph, &self.order)
    }

    /// The graph as users see it, and as the compiler works on it.
    #[must_use]
    pub fn graph_text(&self) -> String {
        let worked_on = dump::graph(&self.graph, &self.order);
        format!("{}\n\n{worked_on}", self.schema())
    }

    /// The steps of the code.
    #[must_use]
    pub fn plan_text(&self) -> String {
        dump::plan(&self.graph, &self.plan)
    }
}

/// The macro's input is the path of the facade in braces, then the pipeline.
#[must_use]
pub fn entry(input: TokenStream) -> TokenStream {
    let mut trees = input.into_iter();
    let facade = match trees.next() {
        Some(TokenTree::Group(facade)) => facade.stream(),
        _ => quote::quote!(::delayed),
    };
    expand(trees.collect(), &quote::quote!(#facade::__private))
}

/// Compiles a pipeline. `door` is the path of the runtime's hidden module.
#[must_use]
pub fn expand(input: TokenStream, door: &TokenStream) -> TokenStream {
    let (compiled, diagnostics) = compile(input);
    let Compiled {
        capture,
        graph,
        order,
        plan,
    } = compiled;
    let code = codegen::generate(&graph, &order, &plan, capture, door);
    dump(Stage::Code, || dump::code(code.clone()));
    if diagnostics.is_empty() {
        return code;
    }
    let (errors, kept) = (diagnostics.to_tokens(), diagnostics.kept());
    // What follows from a fault is no news.
    quote::quote!({
        #errors
        #kept
        #[allow(unused, unreachable_code)]
        let __pipeline = #code;
        __pipeline
    })
}

/// The postcondition between two phases; a violation is a bug of the compiler.
fn check(graph: &ir::Graph, phase: &str) {
    if cfg!(debug_assertions)
        && let Err(violation) = verify::verify(graph)
    {
        panic!("after {phase}: {violation}");
    }
}
