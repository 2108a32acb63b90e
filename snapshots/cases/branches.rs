// Only the taken branch runs its tasks, and they overlap with other iterations.
let mut good = 0;
let mut bad = Vec::new();
for path in files {
    let kind = kind_of(&path);
    match kind {
        Kind::Csv => good += count_csv(&path)?,
        Kind::Parquet if strict => {
            let footer = read_footer(&path)?;
            good += rows(footer);
        }
        _ => bad.push(path),
    }
}
(good, bad)
