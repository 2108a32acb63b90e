// A branch gives a value, in a loop and outside of one.
let scale = if fine { load_scale(1)? } else { 10 };
for x in data {
    let y = if x > scale {
        let half = halve(x);
        increment(half)
    } else {
        double(x)
    };
    y - 1
}
