//! A column of text: all of a chunk's strings in one buffer.

use delayed_runtime::NBytes;

/// The strings of one column of a chunk, kept end to end in one buffer.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text {
    bytes: String,
    ends: Vec<usize>,
    /// The rows without a value, ascending.
    nulls: Vec<usize>,
}

impl NBytes for Text {
    fn nbytes(&self) -> usize {
        self.bytes.nbytes() + self.ends.nbytes() + self.nulls.nbytes()
    }
}

impl Text {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a row; `None` where there is none, or no such row.
    pub fn get(&self, row: usize) -> Option<&str> {
        if row >= self.len() || self.nulls.binary_search(&row).is_ok() {
            return None;
        }
        Some(self.value(row))
    }

    /// Every row's text in order, `None` where a row has none.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The text of a row that exists; a row without a value is empty.
    pub(crate) fn value(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }

    /// The column as Arrow has it, with 64 bits for each end if it is that long.
    #[cfg(feature = "arrow")]
    pub(crate) fn array(&self) -> arrow_array::ArrayRef {
        use std::sync::Arc;
        match i32::try_from(self.bytes.len()) {
            Ok(_) => Arc::new(arrow_array::StringArray::from_iter(self.iter())),
            Err(_) => Arc::new(arrow_array::LargeStringArray::from_iter(self.iter())),
        }
    }

    /// Makes room for more rows, of whatever length.
    #[cfg(feature = "parquet")]
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.ends.reserve_exact(rows);
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// Leaves so many rows.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        let nulls = self.nulls.partition_point(|&row| row < rows);
        self.nulls.truncate(nulls);
    }

    pub(crate) fn push_null(&mut self) {
        self.nulls.push(self.ends.len());
        self.ends.push(self.bytes.len());
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_is_not_an_empty_text() {
        let mut text = Text::default();
        assert!(text.is_empty());
        text.push("Ann");
        text.push_null();
        text.push("");
        text.push("Zoë");
        let rows: Vec<_> = text.iter().collect();
        assert_eq!(rows, [Some("Ann"), None, Some(""), Some("Zoë")]);
        assert_eq!((text.len(), text.get(4)), (4, None));
        assert_eq!(
            format!("{text:?}"),
            r#"[Some("Ann"), None, Some(""), Some("Zoë")]"#
        );
    }
}
