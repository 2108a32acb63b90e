// Two changes that a `?` parts share a value of the iteration.
let mut names = Table::new();
let mut sizes = Table::new();
for path in files {
    let name = stem(&path);
    names.put(&name);
    let size = measure(&path)?;
    sizes.put(&name, size);
}
(names, sizes)
