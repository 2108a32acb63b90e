// An item of the inner loop borrows from the iteration of the outer one.
let mut out = String::new();
for x in 0..3 {
    let words = words_of(x);
    for word in words.iter() {
        note(&mut out, word);
    }
}
out
