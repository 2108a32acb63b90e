// Constants, steps, what a `let` names, and a third subscript.
for i in LAG..h {
    for j in (shape::DEPTH..w).step_by(2) {
        t[i][j] = mean(t[i - LAG][j], t[i][j - shape::DEPTH], t[i - LAG + by - by][j + 1]);
    }
}
for i in (2..h).step_by(2) {
    line[i] = mean(line[i - 1], line[i + 1], line[i]);
}
for k in 1..d {
    for i in 0..h - 1 {
        for j in 1..w {
            let before = k - 1;
            let right = i + 1;
            cube[k][i][j] = heat(cube[before][right][j], cube[before][i][j - 1]);
        }
    }
}
