// Arrays of `ndarray` have all subscripts in one pair of brackets.
for i in 1..t.nrows() {
    for j in 1..t.ncols() {
        t[[i, j]] = cell(t[[i - 1, j]], t[(i, j - 1)]);
    }
}
for i in 0..n {
    for j in 1..n {
        for k in 0..cube.dim().2 {
            cube[[i, j, k]] += cube[(i, j - 1, k)];
        }
    }
}
// A type whose shape is asked for may be any where one bracket has one subscript.
for i in 0..plain.nrows() {
    for j in 1..plain.ncols() {
        plain[i][j] = plain[i][j - 1];
    }
}
