// After a `break` no change of a later iteration is applied.
let mut log = Vec::new();
for x in 0..100 {
    let y = churn(x);
    if y % 2 == 0 {
        continue;
    }
    log.push(y);
    if y > limit {
        break;
    }
    log.push(double(y));
}
log
