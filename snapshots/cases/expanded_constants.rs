// The ends of loops and the subscripts are constants with a name, which rustc knows.
let mut t = vec![0; ROWS * COLUMNS];
for i in 0..ROWS {
    for j in (1..=Self::LAST - 1).rev() {
        t[i * COLUMNS + j] = cell(t[i * COLUMNS + j + 1]);
    }
}
t
