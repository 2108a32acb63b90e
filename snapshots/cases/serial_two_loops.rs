// One statement needs a variable of the inner loop's surroundings and one of
// the pipeline, both as the iteration before left them.
let mut best = 0;
for row in rows {
    let mut sum = 0;
    for cell in row {
        sum += value(cell);
        best = best.max(sum);
    }
}
best
