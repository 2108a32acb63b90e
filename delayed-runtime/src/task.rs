//! What is known of a `#[delayed]` function when the program is built.

use delayed_graph::Place;

/// The constants of a task, as `#[delayed]` wrote them beside the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInfo {
    /// The name that errors, graphs and progress show.
    pub name: &'static str,
    /// Where the function is.
    pub place: Place,
    /// Whether its value is a `Result` whose failure travels along the graph.
    pub fallible: bool,
}
