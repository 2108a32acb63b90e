// Items that the source only lends can be handed over, and parts of them.
let mut out = String::new();
let mut letters = 0;
for line in &lines {
    let word = line.trim();
    letters += count(word);
    out.push_str(word);
}
(out, letters)
