// Plain Rust of many kinds between two tasks.
let text = read(path);
let lines: Vec<&str> = text.lines().collect();
let wanted = |line: &str| line.len() > limit;
let label = format!("{path}: {} of {limit:>8}", lines.len());
let longest = { let best = longest_of(&lines); best };
let pair = Pair { left: lines[0], right: longest, ..Pair::default() };
let sign = if pair.left.is_empty() { -1 } else { i64::from(1_u8) };
let kept = match sign { 1 => Some(wanted(pair.right)), _ => None };
let shifted = (lines.len() as i64 * sign) << 2 | 1;
let flags = [kept.is_some(), !wanted("a"), shifted != -4];
assert!(limit > 0, "no limit for {label}");
render(&label, flags, kept.ok_or("nothing kept")?)
