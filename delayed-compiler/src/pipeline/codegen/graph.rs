//! The graph as a constant of the program.
//!
//! Lists are constant blocks and not `const` items, as these could not name what the
//! function around the pipeline is generic over.

use delayed_graph::{
    Access, AccessKind, Affine, Edge, EdgeKind, Extent, Graph, Node, NodeKind, Place, Range,
    Region, RegionId, Schedule, Variable,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::named;
use crate::pipeline::schema::Named;

/// An expression that is `graph`, and can stand in a constant. `label` gives the
/// label of a node where only the program knows it: a task may have a name. Of what is
/// `named` rustc finds the numbers.
pub(super) fn constant(
    graph: &Graph,
    named: &Named,
    label: &dyn Fn(usize) -> Option<TokenStream>,
    rt: &Ident,
    here: Span,
) -> TokenStream {
    let name = &*graph.name;
    let nodes = graph.nodes.iter().enumerate().map(|(index, node)| {
        let written = &*node.label;
        let label = label(index).unwrap_or_else(|| quote_spanned!(here=> #written));
        node_constant(node, &label, rt, here)
    });
    let edges = graph.edges.iter().map(|edge| edge_constant(edge, rt, here));
    let regions = graph.regions.iter().enumerate().map(|(index, region)| {
        let (range, extent) = match named.ranges.get(&index) {
            Some(range) => named::range(range, rt, here),
            None => range_and_extent(region, rt, here),
        };
        region_constant(region, &range, &extent, rt, here)
    });
    let chains = graph.chains.iter().map(|chain| {
        let nodes = chain.nodes.iter().map(|node| node.0);
        quote_spanned! {here=>
            #rt::Chain { nodes: #rt::list(&[#(#rt::NodeId(#nodes)),*]) }
        }
    });
    let variables = graph.variables.iter().enumerate().map(|(index, variable)| {
        let named = |access| named.subscripts.get(&(index, access));
        let accesses = variable.accesses.iter().enumerate();
        let accesses = accesses.map(|(access, known)| match named(access) {
            Some(subscripts) => {
                let subscripts = subscripts
                    .iter()
                    .map(|subscript| named::subscript(subscript.as_ref(), rt, here));
                access_constant(known, subscripts, rt, here)
            }
            None => {
                let subscripts = known.subscripts.iter().map(|subscript| {
                    let known = subscript.as_ref().map(|known| affine(known, rt, here));
                    option(known, here)
                });
                access_constant(known, subscripts, rt, here)
            }
        });
        variable_constant(variable, accesses, rt, here)
    });
    quote_spanned! {here=>
        #rt::Graph {
            name: #rt::text(#name),
            nodes: #rt::list(const { &[#(#nodes),*] }),
            edges: #rt::list(const { &[#(#edges),*] }),
            regions: #rt::list(const { &[#(#regions),*] }),
            chains: #rt::list(const { &[#(#chains),*] }),
            variables: #rt::list(const { &[#(#variables),*] }),
        }
    }
}

/// A place in the file that is being compiled.
pub(super) fn place(place: &Place, rt: &Ident, here: Span) -> TokenStream {
    let Place { line, column, .. } = place;
    quote_spanned!(here=> #rt::place(::core::file!(), #line, #column))
}

fn node_constant(node: &Node, label: &TokenStream, rt: &Ident, here: Span) -> TokenStream {
    let kind = match node.kind {
        NodeKind::Input => "Input",
        NodeKind::Task => "Task",
        NodeKind::Glue => "Glue",
        NodeKind::Source => "Source",
        NodeKind::Reduction => "Reduction",
        NodeKind::Effect => "Effect",
        NodeKind::Collect => "Collect",
        NodeKind::Condition => "Condition",
        NodeKind::Output => "Output",
    };
    let kind = format_ident!("{kind}", span = here);
    let (binding, fallible) = (&*node.binding, node.fallible);
    let place = place(&node.place, rt, here);
    let region = option(node.region.map(|region| region_id(region, rt, here)), here);
    quote_spanned! {here=>
        #rt::Node {
            kind: #rt::NodeKind::#kind,
            label: #rt::text(#label),
            binding: #rt::text(#binding),
            place: #place,
            region: #region,
            iteration: #rt::list(&[]),
            fallible: #fallible,
        }
    }
}

fn edge_constant(edge: &Edge, rt: &Ident, here: Span) -> TokenStream {
    let kind = match edge.kind {
        EdgeKind::Moved => "Moved",
        EdgeKind::Borrowed => "Borrowed",
        EdgeKind::Order => "Order",
    };
    let kind = format_ident!("{kind}", span = here);
    let (from, to, label) = (edge.from.0, edge.to.0, &*edge.label);
    quote_spanned! {here=>
        #rt::Edge {
            from: #rt::NodeId(#from),
            to: #rt::NodeId(#to),
            kind: #rt::EdgeKind::#kind,
            label: #rt::text(#label),
        }
    }
}

fn range_and_extent(region: &Region, rt: &Ident, here: Span) -> (TokenStream, TokenStream) {
    let range = region.range.as_ref();
    let range = range.map(|range| range_constant(range, rt, here));
    let extent = match region.extent {
        Extent::Constant(extent) => quote_spanned!(here=> #rt::Extent::Constant(#extent)),
        Extent::RunTime => quote_spanned!(here=> #rt::Extent::RunTime),
    };
    (option(range, here), extent)
}

fn region_constant(
    region: &Region,
    range: &TokenStream,
    extent: &TokenStream,
    rt: &Ident,
    here: Span,
) -> TokenStream {
    let label = &*region.label;
    let schedule = match &region.schedule {
        Schedule::Parallel => quote_spanned!(here=> #rt::Schedule::Parallel),
        Schedule::Cells(words) => quote_spanned!(here=> #rt::Schedule::Cells(#rt::text(#words))),
        Schedule::Serial(why) => quote_spanned!(here=> #rt::Schedule::Serial(#rt::text(#why))),
    };
    let place = place(&region.place, rt, here);
    let parent = option(
        region.parent.map(|parent| region_id(parent, rt, here)),
        here,
    );
    quote_spanned! {here=>
        #rt::Region {
            label: #rt::text(#label),
            extent: #extent,
            range: #range,
            schedule: #schedule,
            place: #place,
            parent: #parent,
        }
    }
}

fn range_constant(range: &Range, rt: &Ident, here: Span) -> TokenStream {
    let (start, end) = (affine(&range.start, rt, here), affine(&range.end, rt, here));
    let step = range.step;
    quote_spanned!(here=> #rt::Range { start: #start, end: #end, step: #step })
}

fn affine(affine: &Affine, rt: &Ident, here: Span) -> TokenStream {
    let constant = affine.constant;
    let factors = affine.factors.iter().map(|(region, factor)| {
        let region = region_id(*region, rt, here);
        quote_spanned!(here=> (#region, #factor))
    });
    quote_spanned! {here=>
        #rt::Affine { constant: #constant, factors: #rt::list(&[#(#factors),*]) }
    }
}

fn variable_constant(
    variable: &Variable,
    accesses: impl Iterator<Item = TokenStream>,
    rt: &Ident,
    here: Span,
) -> TokenStream {
    let name = &*variable.name;
    quote_spanned! {here=>
        #rt::Variable {
            name: #rt::text(#name),
            accesses: #rt::list(const { &[#(#accesses),*] }),
        }
    }
}

fn access_constant(
    access: &Access,
    subscripts: impl Iterator<Item = TokenStream>,
    rt: &Ident,
    here: Span,
) -> TokenStream {
    let kind = match access.kind {
        AccessKind::Declared => "Declared",
        AccessKind::Borrowed => "Borrowed",
        AccessKind::Moved => "Moved",
        AccessKind::Changed => "Changed",
        AccessKind::Assigned => "Assigned",
    };
    let kind = format_ident!("{kind}", span = here);
    let (node, text) = (access.node.0, &*access.text);
    quote_spanned! {here=>
        #rt::Access {
            node: #rt::NodeId(#node),
            kind: #rt::AccessKind::#kind,
            subscripts: #rt::list(const { &[#(#subscripts),*] }),
            text: #rt::text(#text),
        }
    }
}

fn region_id(region: RegionId, rt: &Ident, here: Span) -> TokenStream {
    let region = region.0;
    quote_spanned!(here=> #rt::RegionId(#region))
}

fn option(known: Option<TokenStream>, here: Span) -> TokenStream {
    match known {
        Some(known) => quote_spanned!(here=> ::core::option::Option::Some(#known)),
        None => quote_spanned!(here=> ::core::option::Option::None),
    }
}
