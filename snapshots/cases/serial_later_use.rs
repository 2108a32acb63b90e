// A change looks at a value that a task takes after it.
let mut seen = Vec::new();
for path in files {
    let trips = read_trips(&path);
    seen.push(trips.first());
    consume(trips);
}
seen
