// What lends stays behind when what it has lent is handed over.
let mut out = String::new();
for x in 0..3 {
    let text = read(x);
    let word = text.trim();
    out.push_str(word);
}
out
