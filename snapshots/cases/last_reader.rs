// A table ends with its last reader when more work follows; what is moved, read
// by plain Rust or read later does not.
let mut sums = Vec::new();
for path in paths {
    let table = read(&path)?;
    let rows = rows_of(&table);
    let clean = tidy(&table, &rows);
    let kept = keep(&clean);
    let first = clean.first();
    let table = summary(&kept);
    sums.push(total(table, rows, first)?);
}
sums
