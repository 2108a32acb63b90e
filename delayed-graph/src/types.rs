//! The data of a graph: plain values, so that a program can hold one as a constant.

use std::borrow::Cow;
use std::fmt;

use crate::accesses::{Range, Variable};

/// A computation: nodes, the edges between them and the regions that hold them.
///
/// Everything in it is borrowed or owned, so one type serves the graph that the
/// compiler writes as a constant and the graph that a program builds as it runs
/// (see [`GraphBuilder`](crate::GraphBuilder)).
///
/// ```
/// use delayed_graph::{Graph, Node, NodeKind, Place};
/// use std::borrow::Cow::Borrowed;
///
/// const GRAPH: Graph = Graph {
///     name: Borrowed("one"),
///     nodes: Borrowed(&[Node {
///         kind: NodeKind::Task,
///         label: Borrowed("read"),
///         binding: Borrowed(""),
///         place: Place { file: Borrowed("src/main.rs"), line: 3, column: 5 },
///         region: None,
///         iteration: Borrowed(&[]),
///         fallible: true,
///     }]),
///     edges: Borrowed(&[]),
///     regions: Borrowed(&[]),
///     chains: Borrowed(&[]),
///     variables: Borrowed(&[]),
/// };
/// assert_eq!(GRAPH.to_string(), "graph one\n    task read?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Graph {
    /// The name of the whole, such as the variable or function it was built for.
    pub name: Cow<'static, str>,
    /// Every node, in program order: an edge never points backwards.
    pub nodes: Cow<'static, [Node]>,
    /// Every edge, ordered by its end and then its start.
    pub edges: Cow<'static, [Edge]>,
    /// Loops and other boxes. A region's parent comes before it.
    pub regions: Cow<'static, [Region]>,
    /// Steps that were fused, chain by chain.
    pub chains: Cow<'static, [Chain]>,
    /// Variables whose values go from iteration to iteration of loops that
    /// [`Graph::expanded`] can show one by one.
    pub variables: Cow<'static, [Variable]>,
}

/// The index of a node in [`Graph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct NodeId(pub u32);

/// The index of a region in [`Graph::regions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct RegionId(pub u32);

/// One step of the computation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Node {
    /// What kind of step this is.
    pub kind: NodeKind,
    /// The short name: the task's name, or the user's own expression.
    pub label: Cow<'static, str>,
    /// The variable that the step's value is bound to, or empty.
    pub binding: Cow<'static, str>,
    /// Where the user wrote it.
    pub place: Place,
    /// The region that holds the node; `None` at the top.
    pub region: Option<RegionId>,
    /// The numbers of the loops that were expanded around it, the outermost first.
    pub iteration: Cow<'static, [i64]>,
    /// Whether the step can stop the computation with an error.
    pub fallible: bool,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
pub enum NodeKind {
    /// A value from outside: a captured variable or a plain argument.
    Input,
    /// A call of a `#[delayed]` function.
    Task,
    /// Plain Rust between tasks; never scheduled on its own.
    Glue,
    /// What a loop pulls its items from.
    Source,
    /// An accumulator that iterations are folded into, in order.
    Reduction,
    /// A change of an outer variable, in iteration order.
    Effect,
    /// The ordered results of a loop gathered into a `Vec`.
    Collect,
    /// A decision which branch runs.
    Condition,
    /// The result of the whole.
    Output,
}

/// A dependence between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Edge {
    /// The node that must be done first.
    pub from: NodeId,
    /// The node that waits for it.
    pub to: NodeId,
    /// How the value crosses.
    pub kind: EdgeKind,
    /// The variable that carries the value, or empty.
    pub label: Cow<'static, str>,
}

/// How a value crosses an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
pub enum EdgeKind {
    /// Handed over: the reader owns it now.
    Moved,
    /// Lent: the reader looks at it.
    Borrowed,
    /// Nothing crosses; one comes after the other.
    Order,
}

/// A box around nodes: the body of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Region {
    /// The loop's head as the user wrote it, such as `for path in files`.
    pub label: Cow<'static, str>,
    /// How often the body runs.
    pub extent: Extent,
    /// The numbers that it goes through, where they are known when the program is
    /// built, or depend on loops around it alone.
    pub range: Option<Range>,
    /// How the iterations are run.
    pub schedule: Schedule,
    /// Where the user wrote it.
    pub place: Place,
    /// The region around this one.
    pub parent: Option<RegionId>,
}

/// Steps that run in a row, as one: each needs the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Chain {
    /// Its steps in program order: two or more.
    pub nodes: Cow<'static, [NodeId]>,
}

/// How often a region's body runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// Known when the program is built.
    Constant(u64),
    /// Known when the program runs.
    RunTime,
}

/// How the iterations of a region are run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
pub enum Schedule {
    /// Iterations overlap; what must be in order is folded in order.
    Parallel,
    /// They are cells of an array loop, which run as these words say.
    Cells(Cow<'static, str>),
    /// One after the other, for the reason given.
    Serial(Cow<'static, str>),
}

/// A place in the user's source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Place {
    /// The file as the compiler names it.
    pub file: Cow<'static, str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl std::ops::Index<NodeId> for Graph {
    type Output = Node;
    fn index(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

impl std::ops::Index<RegionId> for Graph {
    type Output = Region;
    fn index(&self, id: RegionId) -> &Region {
        &self.regions[id.0 as usize]
    }
}

impl From<&'static std::panic::Location<'static>> for Place {
    /// The place of a call, for functions that are `#[track_caller]`.
    fn from(location: &'static std::panic::Location<'static>) -> Self {
        Self {
            file: Cow::Borrowed(location.file()),
            line: location.line(),
            column: location.column(),
        }
    }
}

impl NodeKind {
    /// The kind in one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Task => "task",
            Self::Glue => "glue",
            Self::Source => "source",
            Self::Reduction => "reduction",
            Self::Effect => "effect",
            Self::Collect => "collect",
            Self::Condition => "condition",
            Self::Output => "output",
        }
    }
}

impl EdgeKind {
    /// The kind in one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Borrowed => "borrowed",
            Self::Order => "order",
        }
    }
}

impl fmt::Display for Extent {
    /// `12 times`, or `n times` where the count is known only when the program runs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(1) => f.write_str("once"),
            Self::Constant(count) => write!(f, "{count} times"),
            Self::RunTime => f.write_str("n times"),
        }
    }
}

impl fmt::Display for Schedule {
    /// `parallel`, what is said of cells, or `serial: ` and the reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parallel => f.write_str("parallel"),
            Self::Cells(words) => f.write_str(words),
            Self::Serial(reason) => write!(f, "serial: {reason}"),
        }
    }
}
