// A name in a format string is a use: it is lent, and read before it changes.
let mut lines = String::new();
for path in files {
    let count = count_lines(&path);
    lines.push_str(&format!("{path}: {count}\n"));
}
println!("{lines}");
