// What an ordered change takes, and is used or assigned again.
let mut log = Vec::new();
for x in 0..9 {
    let mut y = step(x);
    log.push(y);
    y = step(y);
    if y > 7 {
        continue;
    }
    log.push(x + step(y));
}
log
