// The inner loop's change needs a variable of the outer iteration.
let mut names = Table::new();
for path in files {
    let prefix = stem(&path);
    for line in lines(&path) {
        names.put(&prefix, parse(line));
    }
}
names
