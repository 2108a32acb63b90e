//! The graph as a constant of the program.

use delayed_graph::{Edge, EdgeKind, Extent, Graph, Node, NodeKind, Place, Region, Schedule};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

/// An expression that is `graph`, and can stand in a constant. `label` gives the
/// label of a node where only the program knows it: a task may have a name.
pub(super) fn constant(
    graph: &Graph,
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
    let regions = graph
        .regions
        .iter()
        .map(|region| region_constant(region, rt, here));
    let chains = graph.chains.iter().map(|chain| {
        let nodes = chain.nodes.iter().map(|node| node.0);
        quote_spanned! {here=>
            #rt::Chain { nodes: #rt::list(&[#(#rt::NodeId(#nodes)),*]) }
        }
    });
    quote_spanned! {here=>
        #rt::Graph {
            name: #rt::text(#name),
            nodes: #rt::list({ const LIST: &[#rt::Node] = &[#(#nodes),*]; LIST }),
            edges: #rt::list({ const LIST: &[#rt::Edge] = &[#(#edges),*]; LIST }),
            regions: #rt::list({ const LIST: &[#rt::Region] = &[#(#regions),*]; LIST }),
            chains: #rt::list({ const LIST: &[#rt::Chain] = &[#(#chains),*]; LIST }),
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
    let region = option(node.region.map(|region| region.0), rt, here);
    quote_spanned! {here=>
        #rt::Node {
            kind: #rt::NodeKind::#kind,
            label: #rt::text(#label),
            binding: #rt::text(#binding),
            place: #place,
            region: #region,
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

fn region_constant(region: &Region, rt: &Ident, here: Span) -> TokenStream {
    let label = &*region.label;
    let extent = match region.extent {
        Extent::Constant(extent) => quote_spanned!(here=> #rt::Extent::Constant(#extent)),
        Extent::RunTime => quote_spanned!(here=> #rt::Extent::RunTime),
    };
    let schedule = match &region.schedule {
        Schedule::Parallel => quote_spanned!(here=> #rt::Schedule::Parallel),
        Schedule::Cells(words) => quote_spanned!(here=> #rt::Schedule::Cells(#rt::text(#words))),
        Schedule::Serial(why) => quote_spanned!(here=> #rt::Schedule::Serial(#rt::text(#why))),
    };
    let place = place(&region.place, rt, here);
    let parent = option(region.parent.map(|parent| parent.0), rt, here);
    quote_spanned! {here=>
        #rt::Region {
            label: #rt::text(#label),
            extent: #extent,
            schedule: #schedule,
            place: #place,
            parent: #parent,
        }
    }
}

fn option(region: Option<u32>, rt: &Ident, here: Span) -> TokenStream {
    match region {
        Some(region) => {
            quote_spanned!(here=> ::core::option::Option::Some(#rt::RegionId(#region)))
        }
        None => quote_spanned!(here=> ::core::option::Option::None),
    }
}
