//! Frames read from files.

use std::fmt;
use std::iter::FusedIterator;
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use delayed_runtime::source::Split;

use super::DataFrame;
use super::fill::{Column, Layout, OfFile, can_be};
use super::infer::Guess;
use crate::error::shown;
use crate::header::{self, Wanted};
use crate::parts::{Opened, Part, Parts};
use crate::{BadRows, Error, MissingColumns, Reader, Result};

/// How many rows of text the types are guessed from unless the user says
/// otherwise.
const INFER_ROWS: usize = 1000;

/// A file to read in chunks that are data frames, and how: see
/// [`Reader::frames`].
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `open` is called"]
pub struct FrameReader {
    reader: Reader,
    names: Option<Vec<String>>,
    types: Vec<(String, DataType)>,
    infer_rows: usize,
}

impl Reader {
    /// The file as data frames, all columns of it unless
    /// [`select`](FrameReader::select) names some. Their types are those of the
    /// file; of CSV, where it has none, they are guessed from its first rows, and
    /// are the same for all of the file.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("trips.csv");
    /// std::fs::write(&path, "distance,zone,tip\n1.5,007,\n12,042,3\n")?;
    /// for trips in delayed_data::read(&path).frames().open()? {
    ///     println!("{}", trips?.filter_rows::<(f64,)>(["distance"], |(d,)| d > 10.0)?);
    /// }
    /// let trips = delayed_data::read(&path).frames().select(["zone", "tip"]).whole()?;
    /// assert_eq!(trips.shape(), (2, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn frames(self) -> FrameReader {
        FrameReader {
            reader: self,
            names: None,
            types: Vec::new(),
            infer_rows: INFER_ROWS,
        }
    }
}

impl FrameReader {
    /// Reads only the columns with these names, in this order. The others are
    /// not converted. Names are found as [`Reader::columns`] finds them.
    pub fn select<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> FrameReader {
        self.names = Some(names.into_iter().map(str::to_owned).collect());
        self
    }

    /// Gives the types of some columns, instead of those that the file has or
    /// that would be guessed: numbers of 8 to 64 bits, `Boolean`, `Utf8`, or
    /// `Timestamp(Microsecond, None)`.
    pub fn types<'n>(
        mut self,
        types: impl IntoIterator<Item = (&'n str, DataType)>,
    ) -> FrameReader {
        let types = types
            .into_iter()
            .map(|(name, kind)| (name.to_owned(), kind));
        self.types.extend(types);
        self
    }

    /// Reads the columns of this schema, in its order and with its types.
    pub fn schema(self, schema: &Schema) -> FrameReader {
        let fields = || schema.fields().iter();
        let types = fields().map(|field| (field.name().as_str(), field.data_type().clone()));
        self.select(fields().map(|field| field.name().as_str()))
            .types(types)
    }

    /// How many rows of a CSV file the types are guessed from; 1000 unless this
    /// says otherwise. A later value that does not fit is an error.
    pub fn infer_rows(mut self, rows: usize) -> FrameReader {
        self.infer_rows = rows;
        self
    }

    /// Opens the file and finds its columns and their types.
    ///
    /// # Errors
    /// As those of [`Reader::columns`]; and if a column cannot be read as the
    /// type that was given for it, or [`Reader::bad_rows`] would leave rows out.
    pub fn open(self) -> Result<Frames> {
        let FrameReader {
            reader,
            names,
            types,
            infer_rows,
        } = self;
        let path = reader.paths.first().cloned().unwrap_or_default();
        if reader.bad_rows != BadRows::Fail {
            let problem = "frames do not leave bad rows out, as they could not say how many; \
                           read chunks by `columns` or `rows`, or give columns the type Utf8";
            return Err(Error::new(&path, problem));
        }
        if names.as_ref().is_some_and(Vec::is_empty) {
            let problem = "no columns are selected; name one at least";
            return Err(Error::new(&path, problem));
        }
        let missing = reader.missing_columns;
        let plan = move |file: &mut Opened, first: Option<&Arc<Layout>>| match first {
            Some(first) => same_columns(file, first, missing).map(Arc::new),
            None => {
                match &names {
                    Some(names) => file.choose(&all_of(names, true))?,
                    None => file.choose_all()?,
                }
                layout(file, &path, &types, infer_rows).map(Arc::new)
            }
        };
        let parts = Parts::open(reader, Box::new(plan))?;
        Ok(Frames { parts })
    }

    /// Reads the whole file as one frame, which has to fit into memory.
    ///
    /// # Errors
    /// As those of [`open`](Self::open), and of the rows.
    pub fn whole(self) -> Result<DataFrame> {
        let frames = self.open()?.collect::<Result<Vec<_>>>()?;
        DataFrame::concat(&frames)
    }
}

/// Columns which a file has to have, or should.
fn all_of(names: &[String], required: bool) -> Vec<Wanted<'_>> {
    let wanted = names.iter().map(|name| Wanted { name, required });
    wanted.collect()
}

/// The columns of the first file in another one: they have the same names and
/// become the same, whatever the types of that file are.
fn same_columns(file: &mut Opened, first: &Layout, missing: MissingColumns) -> Result<Layout> {
    let names: Vec<_> = first
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    file.choose(&all_of(&names, missing == MissingColumns::Fail))?;
    Ok(Layout {
        columns: first.columns.clone(),
        is_text: matches!(file, Opened::Csv(_)),
    })
}

/// The columns that were chosen, and what each becomes.
fn layout(
    file: &mut Opened,
    path: &Path,
    types: &[(String, DataType)],
    infer_rows: usize,
) -> Result<Layout> {
    let names = file.chosen();
    let mut given = vec![None; names.len()];
    for (name, kind) in types {
        let slot = header::find(&names, name).map_err(|why| Error::new(path, why))?;
        if !can_be(kind) {
            let problem = format!("a column cannot be read as {kind}");
            return Err(Error::new(path, problem).in_column(&names[slot]));
        }
        given[slot] = Some(kind.clone());
    }
    let (found, is_text) = match file {
        Opened::Csv(csv) => {
            let mut guesses = vec![Guess::ANY; names.len()];
            csv.sample(infer_rows, |slot, field| guesses[slot].see(field));
            let found: Vec<_> = guesses.into_iter().map(Guess::data_type).collect();
            (found, true)
        }
        #[cfg(feature = "parquet")]
        Opened::Parquet(table) => (table.chosen_types(), false),
    };
    let columns = names.into_iter().zip(given).zip(found);
    let columns = columns.map(|((name, given), found)| {
        let hint = match given {
            None if is_text => format!(
                "; the type was guessed from the first {infer_rows} rows, so give it: \
                 .types([({}, DataType::…)])",
                shown(&name)
            ),
            _ => String::new(),
        };
        Column {
            name,
            data_type: given.unwrap_or(found),
            hint,
        }
    });
    Ok(Layout {
        columns: columns.collect(),
        is_text,
    })
}

/// The chunks of a file in order, each a [`DataFrame`]: what
/// [`FrameReader::open`] gives.
///
/// It is an iterator and a [`Split`] source, as [`Chunks`](crate::Chunks) is.
pub struct Frames {
    parts: Parts<OfFile>,
}

/// Some rows of a file that are yet to be read.
pub struct Piece {
    part: Part<OfFile>,
}

impl Frames {
    /// The file that is read.
    pub fn path(&self) -> &Path {
        self.parts.path()
    }

    /// The names and types of the columns, the same for all frames of the file.
    pub fn schema(&self) -> Schema {
        let columns = self.parts.schema().columns.iter();
        let field = |column: &Column| {
            arrow_schema::Field::new(&column.name, column.data_type.clone(), true)
        };
        Schema::new(columns.map(field).collect::<Vec<_>>())
    }
}

impl Split for Frames {
    type Piece = Piece;
    type Item = Result<DataFrame>;

    fn bytes(&self) -> Option<u64> {
        self.parts.bytes()
    }

    fn bytes_read(&self) -> u64 {
        self.parts.bytes_read()
    }

    fn pull(&mut self) -> Option<Piece> {
        self.parts.pull().map(|part| Piece { part })
    }

    fn finish(piece: Piece) -> Result<DataFrame> {
        let layout = piece.part.schema();
        let columns = piece.part.load()?;
        columns.frame(&layout)
    }
}

impl Iterator for Frames {
    type Item = Result<DataFrame>;
    fn next(&mut self) -> Option<Result<DataFrame>> {
        self.pull().map(Self::finish)
    }
}

impl FusedIterator for Frames {}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece").finish_non_exhaustive()
    }
}
