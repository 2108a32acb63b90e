// A loop that never runs, and one whose extent is known.
let mut total = 0;
for x in 5..5 {
    total += square(x);
}
for x in 1..=4 {
    total += square(x);
}
total
