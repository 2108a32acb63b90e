//! Why a loop is serial, and the way out that the guide gives (chapter 6).

use std::fmt::Debug;

use delayed::prelude::*;

#[delayed]
fn stem(path: &str) -> String {
    path.trim_end_matches(".csv").to_owned()
}

#[delayed]
fn length(text: &str) -> u64 {
    text.len() as u64
}

#[delayed]
fn measure(text: &str) -> Result<u64, String> {
    Ok(text.len() as u64)
}

#[delayed]
fn letters(text: &str) -> Vec<char> {
    text.chars().collect()
}

#[delayed]
fn code(letter: char) -> u64 {
    u64::from(letter)
}

#[delayed]
fn take(text: String) -> usize {
    text.len()
}

const FILES: [&str; 3] = ["a.csv", "bcd.csv", "ef.csv"];

/// Both give the same; the first has a loop that is serial for `reason`, and
/// the second has none.
fn way_out<T: PartialEq + Debug>(reason: &str, serial: Pipeline<'_, T>, parallel: Pipeline<'_, T>) {
    let why = format!("serial: {reason}]");
    let (before, after) = (serial.graph().to_string(), parallel.graph().to_string());
    assert!(before.contains(&why), "{reason}:\n{before}");
    assert!(!after.contains(&why), "{reason}:\n{after}");
    let outer = after.lines().find(|line| line.starts_with("    for "));
    assert!(
        outer.is_some_and(|line| line.ends_with(", parallel]")),
        "{reason}:\n{after}"
    );
    assert_eq!(
        serial.compute().unwrap(),
        parallel.compute().unwrap(),
        "{reason}"
    );
}

#[test]
fn a_value_that_is_used_after_a_change() {
    way_out(
        "an ordered change shares a variable with what follows it",
        pipeline!({
            let (mut seen, mut total) = (Vec::new(), 0);
            for path in FILES {
                let name = stem(path);
                seen.push(name.chars().next());
                total += take(name);
            }
            (seen, total)
        }),
        pipeline!({
            let (mut seen, mut total) = (Vec::new(), 0);
            for path in FILES {
                let name = stem(path);
                let first = name.chars().next();
                seen.push(first);
                total += take(name);
            }
            (seen, total)
        }),
    );
}

#[test]
fn a_value_that_two_changes_share() {
    way_out(
        "two ordered changes share a variable of the iteration",
        pipeline!({
            let (mut names, mut sizes) = (String::new(), Vec::new());
            for path in FILES {
                let name = stem(path);
                names.push_str(&name);
                let size = measure(path)?;
                sizes.push((name, size));
            }
            (names, sizes)
        }),
        pipeline!({
            let (mut names, mut sizes) = (String::new(), Vec::new());
            for path in FILES {
                let name = stem(path);
                let size = measure(path)?;
                names.push_str(&name);
                sizes.push((name, size));
            }
            (names, sizes)
        }),
    );
}

#[test]
fn a_value_that_a_change_binds() {
    way_out(
        "an ordered change binds a variable for a later one",
        pipeline!({
            let (mut free, mut used) = (vec![1, 2, 3], Vec::new());
            for path in FILES {
                let id = free.pop();
                let size = measure(path)?;
                used.push((id, size));
            }
            used
        }),
        pipeline!({
            let (mut free, mut used) = (vec![1, 2, 3], Vec::new());
            for path in FILES {
                let size = measure(path)?;
                let id = free.pop();
                used.push((id, size));
            }
            used
        }),
    );
}

#[test]
fn a_change_of_a_value_of_the_iteration() {
    way_out(
        "an ordered change changes a variable of its iteration, too",
        pipeline!({
            let mut all = Vec::new();
            for path in FILES {
                let mut own = letters(path);
                all.append(&mut own);
            }
            all
        }),
        pipeline!({
            let mut all = Vec::new();
            for path in FILES {
                let own = letters(path);
                all.extend(own);
            }
            all
        }),
    );
}

#[test]
fn an_inner_change_with_an_outer_value() {
    way_out(
        "an ordered change inside needs a variable of this loop",
        pipeline!({
            let mut pairs = Vec::new();
            for path in FILES {
                let size = length(path);
                for letter in path.chars() {
                    pairs.push((size, code(letter)));
                }
            }
            pairs
        }),
        pipeline!({
            let mut pairs = Vec::new();
            for path in FILES {
                let size = length(path);
                for letter in path.chars() {
                    let pair = (size, code(letter));
                    pairs.push(pair);
                }
            }
            pairs
        }),
    );
    way_out(
        "a serial loop inside hands its surroundings' variable on",
        pipeline!({
            let mut all = Vec::new();
            for path in FILES {
                let name = stem(path);
                for copy in 0..2 {
                    all.push((name.clone(), copy));
                }
            }
            all
        }),
        pipeline!({
            let mut all = Vec::new();
            for path in FILES {
                let name = stem(path);
                let mut own = Vec::new();
                for copy in 0..2 {
                    own.push((name.clone(), copy));
                }
                all.extend(own);
            }
            all
        }),
    );
    way_out(
        "a statement inside needs variables of two loops",
        pipeline!({
            let mut best = 0;
            for path in FILES {
                let mut sum = 0;
                for letter in path.chars() {
                    sum += code(letter);
                    best = best.max(sum);
                }
            }
            best
        }),
        pipeline!({
            let mut best = 0;
            for path in FILES {
                let mut sum = 0;
                for letter in path.chars() {
                    sum += code(letter);
                }
                best = best.max(sum);
            }
            best
        }),
    );
}

#[test]
fn what_depends_on_the_iteration_before() {
    way_out(
        "a branch depends on the iteration before",
        pipeline!({
            let mut spent = 0;
            for path in FILES {
                spent += length(path);
                if spent > 8 {
                    break;
                }
            }
            spent
        }),
        pipeline!({
            let costs = for path in FILES {
                length(path)
            };
            let mut spent = 0;
            for cost in costs {
                spent += cost;
                if spent > 8 {
                    break;
                }
            }
            spent
        }),
    );
    let mut all = Vec::new();
    let grown = pipeline!({
        let mut todo = vec!["a"];
        for path in FILES {
            for name in todo.clone() {
                all.push(stem(name));
            }
            todo.push(path);
        }
    });
    let text = grown.graph().to_string();
    assert!(
        text.contains("serial: an inner loop depends on the iteration before]"),
        "{text}"
    );
    assert!(
        text.contains("for name in todo.clone() [n times, parallel]"),
        "{text}"
    );
    grown.compute().unwrap();
    assert_eq!(all, ["a", "a", "a", "a", "a", "bcd"]);
}

#[test]
fn names_that_hide_each_other() {
    way_out(
        "a variable that is handed on is hidden by one of its name",
        pipeline!({
            let mut log = Vec::new();
            for path in FILES {
                let x = length(path);
                log.push(x);
                let x = length(&stem(path));
                log.push(x);
            }
            log
        }),
        pipeline!({
            let mut log = Vec::new();
            for path in FILES {
                let x = length(path);
                log.push(x);
                let y = length(&stem(path));
                log.push(y);
            }
            log
        }),
    );
    way_out(
        "two variables of one name are handed on together",
        pipeline!({
            let (mut names, mut sizes) = (Vec::new(), Vec::new());
            for path in FILES {
                names.push(stem(path));
                let names = letters(path);
                sizes.push(names);
            }
            (names, sizes)
        }),
        pipeline!({
            let (mut names, mut sizes) = (Vec::new(), Vec::new());
            for path in FILES {
                names.push(stem(path));
                let all = letters(path);
                sizes.push(all);
            }
            (names, sizes)
        }),
    );
}

#[test]
fn conditions_tasks_and_sources() {
    way_out(
        "an ordered change is there under a condition only",
        pipeline!({
            let mut log = Vec::new();
            for path in FILES {
                let size = length(path);
                #[cfg(test)]
                log.push(size);
            }
            log
        }),
        pipeline!({
            let mut log = Vec::new();
            for path in FILES {
                let size = length(path);
                if cfg!(test) {
                    log.push(size);
                }
            }
            log
        }),
    );
    way_out(
        "no task inside",
        pipeline!({
            let mut sum = 0;
            for path in FILES {
                sum += path.len() as u64;
            }
            sum
        }),
        pipeline!({
            let mut sum = 0;
            for path in FILES {
                sum += length(path);
            }
            sum
        }),
    );
    let mut files = FILES.iter();
    way_out(
        "leaving it early must leave its source where it stands",
        pipeline!({
            let mut sum = 0;
            for path in files.by_ref() {
                sum += measure(path)?;
            }
            sum
        }),
        pipeline!({
            let mut sum = 0;
            for path in FILES.iter() {
                sum += measure(path)?;
            }
            sum
        }),
    );
}

#[test]
fn a_jump_to_a_loop_further_out() {
    let count = pipeline!({
        let mut count = 0;
        'files: for path in FILES {
            for letter in path.chars() {
                let code = code(letter);
                if code == 46 {
                    continue 'files;
                }
                count += 1;
            }
        }
        count
    });
    let text = count.graph().to_string();
    assert!(
        text.contains("for path in FILES [n times, parallel]"),
        "{text}"
    );
    assert!(
        text.contains("serial: a jump inside belongs to a loop further out]"),
        "{text}"
    );
    assert_eq!(count.compute().unwrap(), 6);
}
