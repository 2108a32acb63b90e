//! A frame as a table in the terminal.

use std::fmt::{self, Write as _};

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use unicode_width::UnicodeWidthStr;

use super::DataFrame;
use crate::cell::{Cell, cells};

/// Of a frame with more rows, the first and the last five are shown.
const MOST_ROWS: usize = 10;
/// A table that would be wider leaves columns out of its middle.
const MOST_WIDTH: usize = 120;
/// Longer text is cut.
const LONGEST_TEXT: usize = 32;
/// What stands for rows or columns that are left out.
const LEFT_OUT: &str = "…";

/// The first and last rows and columns as a table.
impl fmt::Display for DataFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.batch.num_rows();
        let (first, last) = match rows > MOST_ROWS {
            true => (MOST_ROWS / 2, MOST_ROWS / 2),
            false => (rows, 0),
        };
        let fields = self.batch.schema_ref().fields().iter();
        let columns = fields.zip(self.batch.columns()).map(|(field, array)| {
            let mut lines = vec![cut(field.name()), cut(&field.data_type().to_string())];
            lines.extend(texts(&array.slice(0, first)));
            if last > 0 {
                lines.push(LEFT_OUT.to_owned());
                lines.extend(texts(&array.slice(rows - last, last)));
            }
            let is_left = is_text(array.data_type());
            Column::new(lines, is_left)
        });
        let columns = fitting(columns.collect());
        if !columns.is_empty() {
            table(f, &columns)?;
        }
        let (rows, columns) = self.shape();
        let plural = |count| if count == 1 { "" } else { "s" };
        write!(
            f,
            "{rows} row{}, {columns} column{}",
            plural(rows),
            plural(columns)
        )
    }
}

/// The same table: a frame in an assertion is to be read.
impl fmt::Debug for DataFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A column as it is shown: its name, its type, and its values.
struct Column {
    lines: Vec<String>,
    width: usize,
    is_left: bool,
}

impl Column {
    fn new(lines: Vec<String>, is_left: bool) -> Column {
        let width = lines.iter().map(|line| line.width()).max().unwrap_or(0);
        Column {
            lines,
            width,
            is_left,
        }
    }
}

/// Text stands at the left, as it is read from there.
fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// The values of an array as they are shown, a line each.
fn texts(array: &ArrayRef) -> Vec<String> {
    match cells(array) {
        Some(cells) => cells
            .map(|cell| match cell {
                Cell::Null => "null".to_owned(),
                Cell::Text(text) => cut(text),
                cell => cell.to_string(),
            })
            .collect(),
        None => vec!["?".to_owned(); array.len()],
    }
}

/// Text on one line, and not too long.
fn cut(text: &str) -> String {
    let mut line = String::new();
    let mut width = 0;
    for letter in text.chars() {
        let letter = if letter.is_control() { '·' } else { letter };
        width += letter.to_string().width();
        if width >= LONGEST_TEXT {
            line.push_str(LEFT_OUT);
            break;
        }
        line.push(letter);
    }
    line
}

/// As many columns as there is room for, the middle ones left out.
fn fitting(mut columns: Vec<Column>) -> Vec<Column> {
    let width = |columns: &[Column]| columns.iter().map(|it| it.width + 3).sum::<usize>() + 1;
    if width(&columns) <= MOST_WIDTH {
        return columns;
    }
    let lines = columns.first().map_or(0, |column| column.lines.len());
    let middle = columns.len() / 2;
    columns.insert(middle, Column::new(vec![LEFT_OUT.to_owned(); lines], true));
    let mut at = middle;
    while width(&columns) > MOST_WIDTH && columns.len() > 3 {
        // The longer side loses the column next to the middle.
        if at * 2 >= columns.len() {
            at -= 1;
            columns.remove(at);
        } else {
            columns.remove(at + 1);
        }
    }
    columns
}

fn table(f: &mut fmt::Formatter<'_>, columns: &[Column]) -> fmt::Result {
    rule(f, columns, ["┌", "┬", "┐"])?;
    let lines = columns.first().map_or(0, |column| column.lines.len());
    for line in 0..lines {
        if line == 2 {
            rule(f, columns, ["├", "┼", "┤"])?;
        }
        for column in columns {
            let text = &column.lines[line];
            let room = " ".repeat(column.width - text.width());
            match column.is_left {
                true => write!(f, "│ {text}{room} ")?,
                false => write!(f, "│ {room}{text} ")?,
            }
        }
        f.write_str("│\n")?;
    }
    rule(f, columns, ["└", "┴", "┘"])
}

fn rule(f: &mut fmt::Formatter<'_>, columns: &[Column], ends: [&str; 3]) -> fmt::Result {
    let mut line = String::from(ends[0]);
    for (number, column) in columns.iter().enumerate() {
        if number > 0 {
            line.push_str(ends[1]);
        }
        let _ = write!(line, "{}", "─".repeat(column.width + 2));
    }
    writeln!(f, "{line}{}", ends[2])
}
