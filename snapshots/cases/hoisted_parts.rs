// What an effect needs of the iteration is made before its turn.
let mut names = Vec::new();
for path in files {
    let prefix = stem(&path);
    for line in lines(&path) {
        names.push((prefix.clone(), parse(line)));
    }
}
names
