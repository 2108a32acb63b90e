//! The graph of a pipeline as the compiler works on it.
//!
//! A node is one step: a call of a task, a piece of plain Rust, a loop, or a
//! change of a variable. Nodes stand in program order inside of regions, and
//! refer to values by id. Their expressions are kept for the code generator;
//! no pass looks into them for names.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};
use syn::visit::Visit;
use syn::{Attribute, Expr, Label, Pat};

use crate::pipeline::form::methods::Through;
use crate::pipeline::form::names::{Mode, bindings, dereferenced, mentions, mentions_of_statement};

/// The index of a value in [`Graph::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueId(pub usize);

/// The index of a node in [`Graph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// The index of a region in [`Graph::regions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegionId(pub usize);

/// The index of a chain in [`Graph::chains`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainId(pub usize);

/// The outermost region: the pipeline itself.
pub const ROOT: RegionId = RegionId(0);

/// A pipeline.
#[derive(Default)]
pub struct Graph {
    /// Variables and temporaries.
    pub values: Vec<Value>,
    /// Steps, in program order.
    pub nodes: Vec<Node>,
    /// Bodies; a body's parent comes before it.
    pub regions: Vec<Region>,
    /// Pieces of the pipeline's own body that may be moved, see `passes/fuse.rs`.
    pub chains: Vec<Chain>,
    /// What runs side by side, see `passes/schedule.rs`.
    pub forks: Vec<Fork>,
}

/// Steps that are one piece of work: each needs the one before it.
#[derive(Debug, PartialEq, Eq)]
pub struct Chain {
    /// In program order, but others may stand between them.
    pub nodes: Vec<NodeId>,
    /// The stretch of statements that it is part of.
    pub stretch: usize,
    /// The number of tasks on the longest way from its beginning to the end of
    /// the pipeline: of chains that could run, the longest way is first.
    pub priority: usize,
}

/// A stretch of the pipeline's own body whose branches run side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The nodes of each branch, in program order; the most urgent branch first.
    pub branches: Vec<Vec<NodeId>>,
}

/// A variable of the user's, or a temporary.
#[derive(Debug)]
pub struct Value {
    /// Its name, with the span of the place that binds it.
    pub name: Ident,
    /// The field of `self` that it is.
    pub field: Option<Ident>,
    /// The region that it belongs to; `None` for the surroundings' variables.
    pub home: Option<RegionId>,
    /// Bound by `let mut`.
    pub mutable: bool,
    /// Made by the compiler.
    pub temporary: bool,
    /// A copy is as good as the value: it is an item of a range of integers.
    pub copied: bool,
    /// It surely borrows from the variables that it is made of.
    pub lends: bool,
}

/// One step.
pub struct Node {
    /// What it does.
    pub kind: NodeKind,
    /// The body that it stands in.
    pub region: RegionId,
    /// What its value is bound to, if anything.
    pub bind: Option<Binding>,
    /// The expression; a loop's source.
    pub expr: Expr,
    /// The variables that the expression can name.
    pub names: BTreeMap<String, ValueId>,
    /// What it does with them, in the order written.
    pub uses: Vec<Use>,
    /// What it moves (or copies) as far as its form tells, also where it changes
    /// it too.
    pub moved: Vec<ValueId>,
    /// What it surely moves (or copies) whole.
    pub spent: Vec<ValueId>,
    /// What it moves (or copies) a field of.
    pub parted: Vec<ValueId>,
    /// The tasks that the expression calls.
    pub tasks: Vec<String>,
    /// Whether a `?`, `break` or `continue` in here can leave the body.
    pub exit: bool,
    /// A task whose value nobody reads.
    pub unread: bool,
    /// The value of an equal call before, which does for this one.
    pub same_as: Option<ValueId>,
    /// The values that nobody reads after it, which end with it.
    pub releases: Vec<ValueId>,
    /// The attributes of the statement.
    pub attrs: Vec<Attribute>,
    /// Where the user wrote it.
    pub span: Span,
}

/// `let pat = …`
pub struct Binding {
    /// The pattern, perhaps with a type.
    pub pat: Pat,
    /// The values it binds.
    pub values: Vec<ValueId>,
}

/// A use of a value by a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The value.
    pub value: ValueId,
    /// What is done with it: [`Mode::Borrow`], [`Mode::Move`] or [`Mode::Change`].
    pub mode: Mode,
}

/// What a node does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Calls a task.
    Task(String),
    /// Runs plain Rust.
    Glue,
    /// Declares variables without a value.
    Declare,
    /// Runs a body for each item of its source.
    Loop(RegionId),
    /// Runs one of these bodies. The expression is the user's `if` or `match`
    /// with the bodies taken out.
    Branch(Vec<RegionId>),
    /// Binds what fits its pattern, or runs a body that leaves.
    LetElse(RegionId),
    /// `break` or `continue` of this loop.
    Jump(RegionId),
    /// Gives the value of a branch's body.
    Value,
    /// Folds into a variable from outside of a loop by `+=` or the like.
    Reduction,
    /// Changes a variable from outside of a loop in another way.
    Effect,
    /// Appends a loop's value to the results.
    Collect(ValueId),
    /// Gives the pipeline's value.
    Output,
}

/// What runs a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is the pipeline's own.
    Root,
    /// A loop, once for each item.
    Loop,
    /// A branch, if it is the one taken.
    Arm,
}

/// A body: the pipeline's own, a loop's, or one of a branch's.
pub struct Region {
    /// What runs it.
    pub role: Role,
    /// The region around it.
    pub parent: Option<RegionId>,
    /// The loop or branch that runs it; `None` for the pipeline's own.
    pub node: Option<NodeId>,
    /// What a jump inside can name.
    pub target: Option<Label>,
    /// What an item is bound to.
    pub pat: Option<Pat>,
    /// The values that an item binds.
    pub items: Vec<ValueId>,
    /// Its steps, in program order.
    pub nodes: Vec<NodeId>,
    /// The results of its iterations, if the loop is used as a value.
    pub collected: Option<ValueId>,
    /// The loop's head as the user wrote it.
    pub label: String,
    /// How often it runs, where that is known.
    pub extent: Option<u64>,
    /// Where the loop, or the body of a branch, begins.
    pub span: Span,
}

impl Region {
    /// A body without anything in it.
    #[must_use]
    pub fn new(role: Role, parent: Option<RegionId>, node: Option<NodeId>, span: Span) -> Self {
        Self {
            role,
            parent,
            node,
            target: None,
            pat: None,
            items: Vec::new(),
            nodes: Vec::new(),
            collected: None,
            label: String::new(),
            extent: None,
            span,
        }
    }
}

impl Graph {
    /// A new value.
    pub fn value(&mut self, value: Value) -> ValueId {
        self.values.push(value);
        ValueId(self.values.len() - 1)
    }

    /// Notes that what `pat` binds of `values` borrows, except behind a `&`.
    pub fn lend(&mut self, pat: &Pat, values: &[ValueId]) {
        let lent = bindings(pat).into_iter().map(|(name, _)| name);
        let behind = dereferenced(pat);
        let lent: Vec<_> = lent.filter(|name| !behind.contains(name)).collect();
        for value in values {
            let value = &mut self.values[value.0];
            value.lends |= lent.contains(&value.name);
        }
    }

    /// The regions from `region` outwards, itself first.
    pub fn outwards(&self, region: RegionId) -> impl Iterator<Item = RegionId> + '_ {
        std::iter::successors(Some(region), |region| self.regions[region.0].parent)
    }

    /// Whether `inner` is `outer` or somewhere inside of it.
    #[must_use]
    pub fn is_inside(&self, inner: RegionId, outer: RegionId) -> bool {
        self.outwards(inner).any(|region| region == outer)
    }

    /// The values that `node` binds.
    #[must_use]
    pub fn bound(&self, node: NodeId) -> &[ValueId] {
        let bind = self.nodes[node.0].bind.as_ref();
        bind.map_or(&[], |bind| &bind.values)
    }

    /// The node whose value, or whose items, bind `value`.
    #[must_use]
    pub fn giver(&self, value: ValueId) -> Option<NodeId> {
        let mut regions = self.regions.iter();
        let of_items = regions.find(|region| region.items.contains(&value));
        let mut nodes = (0..self.nodes.len()).map(NodeId);
        match of_items {
            Some(region) => region.node,
            None => nodes.find(|id| self.bound(*id).contains(&value)),
        }
    }

    /// The bodies that `node` runs.
    #[must_use]
    pub fn bodies(&self, node: NodeId) -> &[RegionId] {
        match &self.nodes[node.0].kind {
            NodeKind::Loop(body) | NodeKind::LetElse(body) => std::slice::from_ref(body),
            NodeKind::Branch(arms) => arms,
            _ => &[],
        }
    }

    /// The nodes of `region` and of all regions inside of it, in program order.
    pub fn nodes_inside(&self, region: RegionId) -> impl Iterator<Item = NodeId> + '_ {
        let mut left: Vec<NodeId> = self.regions[region.0].nodes.clone();
        left.reverse();
        std::iter::from_fn(move || {
            let id = left.pop()?;
            let bodies = self.bodies(id).iter().rev();
            left.extend(bodies.flat_map(|body| self.regions[body.0].nodes.iter().rev()));
            Some(id)
        })
    }

    /// What `node` and the bodies that it runs do with values that are not
    /// their own, each value once.
    #[must_use]
    pub fn uses_with_bodies(&self, node: NodeId) -> Vec<Use> {
        let mut uses = self.nodes[node.0].uses.clone();
        let bodies = self.bodies(node);
        let is_own = |used: &Use| {
            let home = self.values[used.value.0].home;
            home.is_some_and(|home| bodies.iter().any(|body| self.is_inside(home, *body)))
        };
        let inside = bodies.iter().flat_map(|body| self.nodes_inside(*body));
        for used in inside.flat_map(|id| &self.nodes[id.0].uses) {
            if !is_own(used) {
                note(&mut uses, *used);
            }
        }
        uses
    }

    /// The last node in the program that uses each value.
    #[must_use]
    pub fn last_uses(&self) -> BTreeMap<ValueId, NodeId> {
        let mut last = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let used = node.uses.iter().map(|used| used.value);
            last.extend(used.chain(node.same_as).map(|value| (value, NodeId(index))));
        }
        last
    }

    /// Whether a task runs in `region` or inside of it.
    #[must_use]
    pub fn has_task(&self, region: RegionId) -> bool {
        self.nodes_inside(region)
            .any(|id| !self.nodes[id.0].tasks.is_empty())
    }

    /// Whether a statement, or an arm of one, may not be there: then what it
    /// binds may be another statement's, and no pass can tell who reads it.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        struct Conditions(bool);
        impl<'ast> Visit<'ast> for Conditions {
            fn visit_attribute(&mut self, attr: &'ast Attribute) {
                self.0 |= attr.path().is_ident("cfg");
            }
        }
        let mut conditions = Conditions(false);
        for node in &self.nodes {
            node.attrs
                .iter()
                .for_each(|attr| conditions.visit_attribute(attr));
            conditions.visit_expr(&node.expr);
        }
        conditions.0
    }

    /// The innermost loop around `region`, or `region` itself.
    #[must_use]
    pub fn loop_around(&self, region: RegionId) -> Option<RegionId> {
        self.outwards(region)
            .find(|region| self.regions[region.0].role == Role::Loop)
    }

    /// The loop or root that `region` is part of.
    #[must_use]
    pub fn outside_of_branches(&self, region: RegionId) -> RegionId {
        self.loop_around(region).unwrap_or(ROOT)
    }

    /// What `expr` moves or copies whole. `x.next()` may take `x`: if it only
    /// looks, taking `x` does no harm where `x` has a value and nobody outside of
    /// the pipeline can see it.
    #[must_use]
    pub fn moved(&self, expr: &Expr, names: &BTreeMap<String, ValueId>) -> Vec<ValueId> {
        let is_ours = |value: ValueId| {
            let giver = || self.giver(value).map(|giver| &self.nodes[giver.0].kind);
            self.values[value.0].home.is_some() && giver() != Some(&NodeKind::Declare)
        };
        let known = mentions(expr).into_iter().filter_map(|mention| {
            let value = mention.find(names)?;
            let moves = match mention.mode {
                Mode::Move => true,
                Mode::Receiver => mention.changes.is_none() && is_ours(value),
                _ => false,
            };
            moves.then_some(value)
        });
        known.collect()
    }

    /// What `expr`, as the expression of a node that can name `names`, does
    /// with variables. `discarded` says that the value of the expression is
    /// thrown away, so that a method there must be called for its effect.
    #[must_use]
    pub fn uses(
        &self,
        expr: &Expr,
        names: &BTreeMap<String, ValueId>,
        discarded: bool,
    ) -> Vec<Use> {
        let mentions = if discarded {
            mentions_of_statement(expr)
        } else {
            mentions(expr)
        };
        let mut uses: Vec<Use> = Vec::new();
        for mention in mentions {
            let Some(value) = mention.find(names) else {
                continue;
            };
            let known = &self.values[value.0];
            let mode = match mention.mode {
                Mode::Receiver | Mode::Unknown | Mode::Call if known.mutable => Mode::Change,
                Mode::Receiver if changes(known, mention.changes) => Mode::Change,
                Mode::Receiver | Mode::Unknown | Mode::Call => Mode::Borrow,
                mode => mode,
            };
            note(&mut uses, Use { value, mode });
        }
        uses
    }
}

/// Adds a use, each value once: the strongest mode tells.
pub(super) fn note(uses: &mut Vec<Use>, more: Use) {
    match uses.iter_mut().find(|used| used.value == more.value) {
        Some(used) => used.mode = used.mode.max(more.mode),
        None => uses.push(more),
    }
}

/// Whether a method that gets hold of a variable in this way changes it. Of a
/// captured variable only the call itself tells.
fn changes(value: &Value, through: Option<Through>) -> bool {
    match through {
        Some(Through::Unique) => value.home.is_none(),
        Some(Through::Shared) => true,
        None => false,
    }
}
