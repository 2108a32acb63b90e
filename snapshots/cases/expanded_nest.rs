// Loops in loops, of which the outer one says how long the inner one is.
for i in 0..3 {
    let mut best = 0;
    for k in i..3 {
        best = u64::max(best, cost(i, k));
    }
    let parts = for x in xs.iter() {
        part(x, best)
    };
    join(parts)
}
