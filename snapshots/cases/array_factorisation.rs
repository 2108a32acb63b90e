// In each round the elements below the diagonal need nothing of each other, and no
// column to the right needs another.
for k in 0..n {
    t[k][k] = factor(&t[k][k])?;
    for i in k + 1..n {
        t[i][k] = solve(&t[k][k], &t[i][k]);
    }
    for j in k + 1..n {
        for i in j..n {
            t[i][j] = update(&t[i][j], &t[i][k], &t[j][k]);
        }
    }
}
// What this loop does beside its cells could overlap, so they are no array loop.
for k in 0..n {
    let weight = weigh(k);
    for i in k + 1..n {
        u[i] = scale(u[i], weight);
    }
}
