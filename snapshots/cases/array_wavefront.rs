// Cells that need those above and to the left.
let mut t = vec![vec![0u32; b.len() + 1]; a.len() + 1];
for i in 1..=a.len() {
    for j in 1..=b.len() {
        t[i][j] = lcs_cell(t[i - 1][j - 1], t[i - 1][j], t[i][j - 1], a[i - 1] == b[j - 1]);
    }
}
t
