// A table in one piece: what is multiplied is the width of its rows.
let mut table = vec![0; (a.len() + 1) * width];
for i in 1..=a.len() {
    for j in 1..width {
        table[i * width + j] = cell(table[(i - 1) * width + j], table[i * width + j - 1]);
    }
}
// Counted by `n + 1`, with a row that is not looked for.
for i in 0..n {
    let row = (i + 1) * (n + 1);
    for j in 0..n {
        sums[row + j + 1] = look(sums[row + j], i);
    }
}
// Columns of a loop inside of a cell.
for i in 0..n {
    for j in 0..=i {
        let mut sum = 0.0;
        for k in 0..j {
            sum += l[i * n + k] * l[j * n + k];
        }
        l[i * n + j] = root(sum);
    }
}
// Where rows begin, found once a row.
for i in 1..n {
    let row = i * width;
    let up = row - width;
    for j in 1..width {
        table[row + j] = cell(table[up + j], table[row + j - 1]);
    }
}
// No width: what is multiplied changes.
for i in 0..n {
    for j in 0..n {
        table[i * i + j] = look(table[i * i + j], j);
    }
}
table
