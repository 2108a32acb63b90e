// What does not fit leaves the iteration.
let mut missing = 0;
for name in names {
    let Some(file) = find(&name) else {
        missing += 1;
        continue;
    };
    send(file);
}
missing
