// What is handed on would be hidden by a later variable of its name.
let mut log = Vec::new();
for path in files {
    let x = stem(&path);
    log.push(x);
    let x = measure(&path);
    log.push(x);
}
log
