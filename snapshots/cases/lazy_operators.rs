// A task behind `&&` or `||` runs only where its value is needed.
let mut hits = 0;
for x in data {
    if x > 5 && is_prime(x) || is_square(x) {
        hits += 1;
    }
}
hits
