// A closure's value is made in the iteration where it surely owns it all.
let mut log = Vec::new();
for x in 0..3 {
    let scale = |y: i64| x * y;
    log.push(scale(step(x)));
}
log
