//! Types of columns of text, guessed from what stands in them.

use arrow_schema::{DataType, TimeUnit};

use crate::Timestamp;
use crate::plain::Plain;

/// What the fields of a column may all be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    has_value: bool,
    boolean: bool,
    integer: bool,
    float: bool,
    time: bool,
}

impl Guess {
    /// Before any field is seen.
    pub(super) const ANY: Guess = Guess {
        has_value: false,
        boolean: true,
        integer: true,
        float: true,
        time: true,
    };

    /// Sees one more field.
    pub(super) fn see(&mut self, field: &[u8]) {
        if field.is_empty() {
            return;
        }
        self.has_value = true;
        self.boolean &= <bool as Plain>::parse(field).is_some();
        // A code such as `007` is no number: it would lose its zeros.
        let digits = field.strip_prefix(b"-").unwrap_or(field);
        let is_code = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
        let text = str::from_utf8(field).unwrap_or_default();
        self.integer &= !is_code && text.parse::<i64>().is_ok();
        self.float &= !is_code && <f64 as Plain>::parse(field).is_some();
        self.time &= Timestamp::parse(field).is_some();
    }

    /// The narrowest type that all of them have; text if there was no value.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Guess {
                has_value: false, ..
            } => DataType::Utf8,
            Guess { boolean: true, .. } => DataType::Boolean,
            Guess { integer: true, .. } => DataType::Int64,
            Guess { float: true, .. } => DataType::Float64,
            Guess { time: true, .. } => DataType::Timestamp(TimeUnit::Microsecond, None),
            _ => DataType::Utf8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(fields: &[&str]) -> DataType {
        let mut guess = Guess::ANY;
        fields.iter().for_each(|field| guess.see(field.as_bytes()));
        guess.data_type()
    }

    #[test]
    fn a_column_has_the_narrowest_type_of_its_fields() {
        assert_eq!(guess(&["", "1", "-2"]), DataType::Int64);
        assert_eq!(guess(&["1", "2.5", "0.1"]), DataType::Float64);
        assert_eq!(guess(&["true", "False"]), DataType::Boolean);
        assert_eq!(
            guess(&["2015-01-15 19:05:39"]),
            DataType::Timestamp(TimeUnit::Microsecond, None)
        );
        assert_eq!(guess(&["1", "true"]), DataType::Utf8);
        assert_eq!(guess(&["007", "12"]), DataType::Utf8);
        assert_eq!(guess(&["", ""]), DataType::Utf8);
        assert_eq!(guess(&["99999999999999999999"]), DataType::Float64);
    }
}
