//! Users' names and expressions, made fit to stand in a picture.

/// The most characters of an expression that a picture shows.
pub(crate) const LONGEST: usize = 48;

/// `text` on one line: each run of white space is one space, and characters
/// that no terminal or file format shows are replaced by `�`.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| match c {
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        }));
    }
    line
}

/// `text` on one line of at most `limit` characters; what is cut shows as `…`.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let line = one_line(text);
    match line.char_indices().nth(limit) {
        None => line,
        Some(_) => line.chars().take(limit - 1).chain(['…']).collect(),
    }
}

/// The number of subscripts of `t[2][3]`.
pub(crate) fn subscripts(text: &str) -> Option<usize> {
    let (name, subscripts) = text.split_once('[')?;
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    let numbers: Vec<&str> = subscripts.strip_suffix(']')?.split("][").collect();
    let is_element = !name.is_empty() && numbers.iter().all(|number| is_number(number));
    is_element.then_some(numbers.len())
}

impl crate::Node {
    /// What a picture writes on the node: its label, or its variable where it
    /// has no label, with a `?` if the step can fail.
    pub(crate) fn shown(&self, limit: usize) -> String {
        let text = [&self.label, &self.binding]
            .into_iter()
            .find(|text| !text.trim().is_empty());
        let mut shown = short(text.map_or(self.kind.name(), |text| text), limit);
        if self.fallible && !shown.ends_with('?') {
            shown.push('?');
        }
        // The element that it writes may say which iteration it is.
        if subscripts(&self.binding).unwrap_or(0) < self.iteration.len() {
            shown += &format!(" {:?}", self.iteration);
        }
        shown
    }
}
