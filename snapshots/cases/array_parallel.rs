// No cell needs another, and in the second loop every cell does.
let mut u = vec![0.0; n];
for i in 0..n {
    u[2 * i + 1] = u[2 * i] + v[i];
}
for i in 1..n {
    u[i] += u[i - 1];
}
u
