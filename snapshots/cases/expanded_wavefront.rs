// Cells in place: each needs what its neighbours are, and those before it have left.
for y in 1..=4 {
    for x in 1..=4 {
        t[y][x] = mean(t[y - 1][x], t[y][x - 1], t[y][x + 1], t[y + 1][x]);
    }
}
