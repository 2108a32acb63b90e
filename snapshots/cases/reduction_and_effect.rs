// A sum and a list of the same tasks' values, changed in iteration order.
let mut total = 0;
let mut names = Vec::new();
for path in files {
    let trips = read_trips(&path);
    let count = count_long(&trips);
    total += count;
    names.push(path);
}
(total, names)
