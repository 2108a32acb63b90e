//! A graph as JSON, for programs.

use serde::{Serialize, Serializer};

use crate::{Extent, Graph};

impl Graph {
    /// The graph as JSON: an object with `name`, `nodes`, `edges` and `regions`.
    /// Nodes and regions are named by their index in their list.
    ///
    /// ```
    /// let json = delayed_graph::GraphBuilder::new("empty").finish().to_json();
    /// assert!(json.contains(r#""name": "empty""#));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a graph is made of texts and numbers")
    }
}

/// The number of times, or null where only the run knows it.
impl Serialize for Extent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Constant(times) => serializer.serialize_some(times),
            Self::RunTime => serializer.serialize_none(),
        }
    }
}
