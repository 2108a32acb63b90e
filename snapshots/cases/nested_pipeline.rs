// A pipeline inside of a pipeline is a value like any other.
let inner = delayed::pipeline!({ increment(1) });
let outer = increment(2);
(inner.graph(), outer)
