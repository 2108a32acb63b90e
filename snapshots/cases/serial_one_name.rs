// A variable of the iteration has the name of one that is changed.
let mut names = Vec::new();
let mut sizes = Vec::new();
for path in files {
    names.push(stem(&path));
    let names = split(&path);
    sizes.push(names);
}
(names, sizes)
