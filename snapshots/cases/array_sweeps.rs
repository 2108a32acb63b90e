// Sweeps one after the other, each a wavefront that is askew.
for _ in 0..20 {
    for y in 1..h - 1 {
        for x in 1..w - 1 {
            t[y][x] = mean(t[y - 1][x], t[y - 1][x + 1], t[y][x - 1], t[y + 1][x]);
        }
    }
}
