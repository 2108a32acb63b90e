// A turn may come after the change.
let mut log = Vec::new();
for x in 0..3 {
    let mut y = step(x);
    log.push(y);
    y += step(y);
    log.push(y);
}
log
