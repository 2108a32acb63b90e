// What stands beside the loop inside is at the two ends of its row.
for i in 1..n {
    t[i][0] = border(i);
    for j in 1..m {
        let up = t[i - 1][j];
        t[i][j] = longer(up, t[i][j - 1]);
    }
    total[i] = total[i - 1] + t[i][m - 1];
}
// An unknown is known when its row ends.
for i in 0..n {
    let first = b[i];
    x[i] = first;
    for j in 0..i {
        x[i] -= l[i][j] * x[j];
    }
    x[i] /= l[i][i];
}
// A row that begins with the end of the one before it.
for i in 1..n {
    s[i][0] = s[i - 1][m - 1];
    for j in 1..m {
        s[i][j] = s[i - 1][j] + s[i][j - 1];
    }
}
