// What is moved and used again is copied.
let mut small = Vec::new();
let mut all = Vec::new();
for x in 0..9 {
    let y = step(x);
    small.push(y);
    if y > 7 {
        break;
    }
    all.push((y, step(y)));
}
(small, all)
