//! The plan to Rust. Nothing is decided here.
//!
//! | file | idea |
//! |---|---|
//! | `body.rs` | steps, and how they leave what they stand in |
//! | `branch.rs` | branches and jumps |
//! | `loops.rs` | loops that overlap, and loops as written |
//! | `cells.rs` | nests of array cells |
//! | `fork.rs` | branches side by side |
//! | `hand_over.rs` | what an iteration hands to the loop around it |
//! | `collect.rs` | loops that do nothing but collect |
//! | `reduction.rs` | loops that are nothing but a reduction |
//! | `shown.rs` | what errors say of a loop and of its items |
//! | `expr.rs` | the user's expressions: tasks called, `?` as an exit |
//! | `shared.rs` | assertions that iterations may share what they do |
//! | `tasks.rs` | tasks by names of the compiler's own |
//! | `graph.rs` | the graph as a constant |

mod body;
mod branch;
mod cells;
mod collect;
mod expr;
mod fork;
mod graph;
mod hand_over;
mod loops;
mod named;
mod reduction;
mod shared;
mod shown;
mod tasks;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Token;

use self::tasks::Tasks;
use super::form::names;
use super::ir::{Graph, NodeId, ValueId};
use super::plan::Plan;
use super::schema::{self, Named, Shown};
use super::spans;
use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::Mention;

/// What the emitters share.
struct Emitter<'a> {
    graph: &'a Graph,
    order: &'a Order,
    /// Values that an equal call may do for: what holds them is a reference.
    lent: BTreeSet<ValueId>,
    /// The tasks that the code names.
    tasks: Tasks,
    /// Values that ordered nodes need, by the names that stand there.
    needed: BTreeMap<ValueId, Ident>,
    /// What iterations share, at the nodes that name it first.
    shared: BTreeMap<NodeId, Vec<Mention>>,
}

impl Emitter<'_> {
    /// The runtime's door, where errors are to point at `span`.
    fn rt(&self, span: Span) -> Ident {
        Ident::new("__rt", spans::at(span))
    }
}

/// Writes the code of a pipeline. `door` is the path of the runtime's hidden
/// module.
#[must_use]
pub fn generate(
    graph: &Graph,
    order: &Order,
    plan: &Plan,
    capture: Option<Token![move]>,
    door: &TokenStream,
) -> TokenStream {
    let merged = graph.nodes.iter().filter(|node| node.same_as.is_some());
    let lent = merged.filter_map(|node| node.bind.as_ref());
    let lent = lent.flat_map(|bind| bind.values.iter().copied()).collect();
    let emitter = Emitter {
        graph,
        order,
        lent,
        tasks: Tasks::new(graph.is_conditional()),
        needed: needed(graph, order),
        shared: shared::first_mentions(graph, order, capture.is_some()),
    };
    let here = spans::at(Span::call_site());
    let Shown {
        graph: shown,
        tasks,
        mut named,
    } = schema::shown(graph, order);
    if graph.is_conditional() {
        // Where a statement is not there, what it names may not be either.
        named = Named::default();
    }
    let label = |shown: usize| {
        let node = tasks.get(&u32::try_from(shown).ok()?)?;
        // A statement may not be there, nor its task.
        let task = emitter.task(*node).filter(|_| !graph.is_conditional())?;
        let info = emitter.info(&task);
        Some(quote_spanned!(here=> #info.name))
    };
    let constant = graph::constant(&shown, &named, &label, &emitter.rt(here), here);
    let critical_path = shown.critical_path().into_iter().map(|id| id.0);
    let live_values = super::analyse::live::most(graph, order);
    let body = emitter.root(&plan.root);
    // What is wrong with what the pipeline captures is said at its beginning.
    let begin = graph.nodes.first().map_or(here, |node| node.span);
    let scope = quote_spanned!(here=> __scope: &__rt::Scope<'_>);
    let closure = quote_spanned!(begin=> #capture |#scope| { #body });
    let schema = quote_spanned! {here=>
        __rt::Schema {
            graph: &#constant,
            critical_path: &[#(__rt::NodeId(#critical_path)),*],
            live_values: #live_values,
        }
    };
    let schema = match named.is_empty() {
        true => quote_spanned!(here=> { static SCHEMA: __rt::Schema = #schema; &SCHEMA }),
        // A constant may be one that the function around is generic over, which no item
        // can name.
        false => quote_spanned! {here=>
            const {
                #[allow(unused_imports)]
                use __rt::{IsInteger as _, IsOther as _};
                &#schema
            }
        },
    };
    let pipeline = quote_spanned!(here=> __rt::Pipeline::new(#schema, #closure));
    let pipeline = emitter.tasks.around(pipeline);
    quote_spanned! {here=>
        {
            use #door as __rt;
            #[allow(unused_imports)]
            use __rt::{
                CalledAsTask as _, FromItems as _, FromIterator as _, FromSplit as _, Info as _, KeepDisplay as _,
                KeepNothing as _, KeepPath as _, SaysBytes as _, SaysNothing as _, ShowDisplay as _, ShowNothing as _, ShowPath as _, TakeCopy as _,
                TakeOwned as _,
            };
            #pipeline
        }
    }
}

/// What is wrong with handing a value over is said where it is needed first.
fn needed(graph: &Graph, order: &Order) -> BTreeMap<ValueId, Ident> {
    let mut needed = BTreeMap::new();
    for id in order.ordered.keys() {
        let node = &graph.nodes[id.0];
        for mention in names::mentions(&node.expr) {
            if let Some(value) = mention.find(&node.names) {
                needed.entry(value).or_insert(mention.name);
            }
        }
    }
    needed
}
