//! Plain Rust between tasks.

use crate::same;

#[test]
fn expressions_of_many_kinds() {
    let value = same!(
        given {
            let factor = 3_i64;
            let names = ["x".to_owned(), "yy".to_owned()];
        }
        run {
            let scale = |x: i64| x * factor;
            let one = increment(1);
            let list = vec![one, scale(2), i64::max(4, 5)];
            let text = format!("{factor}-{}-{name}", list.len(), name = names[1]);
            let block = {
                let inner = text.len() as i64;
                (scale)(inner) + 1
            };
            let best = largest(&list);
            let chosen = if block > 3 { list[0] } else { -list[0] };
            let found = match best {
                Some(value) if value > 100 => value,
                Some(value) => value + 1,
                None => 0,
            };
            let pair = (add(chosen, found), [double(chosen); 2]);
            let [first, _] = pair.1;
            (pair, first, text)
        }
    );
    assert!(value.is_ok());
}
