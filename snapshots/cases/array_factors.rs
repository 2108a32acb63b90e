// A factorisation: what is read of earlier rows is below or beside the diagonal.
for i in 0..n {
    for j in 0..=i {
        let mut sum = a[i][j];
        for k in 0..j {
            sum -= l[i][k] * l[j][k];
        }
        l[i][j] = if i == j { root(sum) } else { sum / l[j][j] };
    }
}
