// Two variables of one name would be handed on together.
let mut log = Vec::new();
for path in files {
    let x = stem(&path);
    log.push(x);
    let x = measure(&path);
    log.push(x);
}
log
