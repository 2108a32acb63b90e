// A `?` between two effects: the first is done when the second task fails.
let mut log = Vec::new();
for path in files {
    let trips = read_trips(&path)?;
    log.push(path);
    let count = count_long(&trips)?;
    log.push(describe(count));
}
log
