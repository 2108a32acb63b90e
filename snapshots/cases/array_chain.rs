// A cell with a loop of its own.
for i in (0..n).rev() {
    for j in i + 1..n {
        let mut best = u64::MAX;
        for k in i..j {
            best = u64::min(best, cost[i][k] + cost[k + 1][j]);
        }
        cost[i][j] = best;
    }
}
