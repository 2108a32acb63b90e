//! Made-up taxi trips in real clothes: CSV files with the 19 columns of New
//! York's yellow cabs of 2015, the same bytes for the same seed on any machine.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Result, Timestamp};

/// The column of the pickup time, in yellow and in green files.
pub const PICKUP: &str = "tpep_pickup_datetime|lpep_pickup_datetime";

/// The column of the dropoff time, in yellow and in green files.
pub const DROPOFF: &str = "tpep_dropoff_datetime|lpep_dropoff_datetime";

/// The first line of every file.
const HEADER: &str = "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,\
    trip_distance,pickup_longitude,pickup_latitude,RateCodeID,store_and_fwd_flag,\
    dropoff_longitude,dropoff_latitude,payment_type,fare_amount,extra,mta_tax,tip_amount,\
    tolls_amount,improvement_surcharge,total_amount\n";

/// A trip is long if it takes more seconds than this.
const LONG: u32 = 1200;

/// Files that [`generate`] made, and what counting their trips must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxiFiles {
    /// One file a month, in order.
    pub paths: Vec<PathBuf>,
    /// The trips of all files that take more than 1200 seconds.
    pub long: u64,
    /// The trips of all files.
    pub all: u64,
}

/// Makes `months` files of `rows` trips each in `dir`, from January 2015 on, and
/// counts the long trips without reading them. About a fifth is long, and a row
/// has about 157 bytes. Files that are there and complete stay as they are.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use delayed_data::{Timestamp, read, taxi};
/// use std::time::Duration;
/// # let dir = tempfile::tempdir()?;
///
/// let files = taxi::generate(dir.path(), 2, 1000, 1)?;
/// let mut long = 0;
/// for path in &files.paths {
///     for trips in read(path).columns::<(Timestamp, Timestamp)>([taxi::PICKUP, taxi::DROPOFF])? {
///         for (pickup, dropoff) in &trips? {
///             long += u64::from(dropoff > pickup + Duration::from_secs(1200));
///         }
///     }
/// }
/// assert_eq!(long, files.long);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the directory or a file cannot be written, or `rows` is 0. A file is
/// complete or not there: it is renamed to its name when all is written.
pub fn generate(dir: impl AsRef<Path>, months: u32, rows: u64, seed: u64) -> Result<TaxiFiles> {
    let dir = dir.as_ref();
    if rows == 0 {
        return Err(Error::new(
            dir,
            "taxi files of 0 rows were asked for; a file needs one",
        ));
    }
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |why: io::Error| Error::new(&path, format!("cannot write taxi trips: {why}"))
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let mut files = TaxiFiles {
        paths: Vec::new(),
        long: 0,
        all: 0,
    };
    for month in 0..months {
        let month = Month {
            year: 2015 + month / 12,
            month: month % 12 + 1,
            rows,
            seed,
        };
        let name = format!("yellow_tripdata_{}-{:02}.csv", month.year, month.month);
        let path = dir.join(name);
        if !month.is_complete(&path) {
            month.write_to(&path).map_err(failed(&path))?;
        }
        files.all += rows;
        files.long += (0..rows)
            .filter(|&row| month.trip(row).seconds > LONG)
            .count() as u64;
        files.paths.push(path);
    }
    Ok(files)
}

/// The trips of a month.
struct Month {
    year: u32,
    month: u32,
    rows: u64,
    seed: u64,
}

/// A trip, and the random numbers for what else is known of it.
struct Trip {
    pickup: Timestamp,
    seconds: u32,
    random: Random,
}

impl Month {
    /// The trip of a row, which depends on no other row.
    fn trip(&self, row: u64) -> Trip {
        let month = Random(self.seed).next() ^ u64::from(self.year * 12 + self.month);
        let mut random = Random(Random(month).next().wrapping_add(row));
        random = Random(random.next());
        let start = Timestamp::of_date(self.year, self.month, 1);
        let within = random.below(28 * 24 * 3600 * 1_000_000) / 1_000_000 * 1_000_000;
        let pickup = Timestamp::from_micros(start.micros() + within as i64);
        // The product of two has a long tail, as the times of trips have.
        let product = random.below(1 << 16) * random.below(1 << 16);
        let seconds = 30 + ((product * 2660) >> 32) as u32;
        Trip {
            pickup,
            seconds,
            random,
        }
    }

    fn write_row(&self, row: u64, out: &mut impl Write) -> io::Result<()> {
        let Trip {
            pickup,
            seconds,
            mut random,
        } = self.trip(row);
        let dropoff = Timestamp::from_micros(pickup.micros() + i64::from(seconds) * 1_000_000);
        // Hundredths of miles, at 7 to 15 miles an hour.
        let distance = u64::from(seconds) * (700 + random.below(800)) / 3600;
        write!(
            out,
            "{},{pickup},{dropoff},{},",
            1 + random.below(2),
            1 + random.below(6)
        )?;
        write_hundredths(distance, Style::Distance, out)?;
        write_place(&mut random, out)?;
        write!(out, ",1,{}", if random.below(100) == 0 { 'Y' } else { 'N' })?;
        write_place(&mut random, out)?;
        let payment = 1 + random.below(2);
        write!(out, ",{payment}")?;
        let fare = (250 + distance * 5 / 2 + u64::from(seconds) / 2) / 50 * 50;
        let extra = 50 * random.below(3);
        let tip = if payment == 1 {
            fare * random.below(30) / 100
        } else {
            0
        };
        let tolls = if random.below(20) == 0 { 533 } else { 0 };
        let (tax, surcharge) = (50, 30);
        let total = fare + extra + tax + tip + tolls + surcharge;
        for amount in [fare, extra, tax, tip, tolls, surcharge, total] {
            out.write_all(b",")?;
            write_hundredths(amount, Style::Amount, out)?;
        }
        out.write_all(b"\n")
    }

    /// Writes under another name and renames, so that a file is whole or absent.
    fn write_to(&self, path: &Path) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let unique = format!(
            "part-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let part = path.with_extension(unique);
        let written = self.write_all(&part).and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            // What matters is why it was not written.
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn write_all(&self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        out.write_all(HEADER.as_bytes())?;
        for row in 0..self.rows {
            self.write_row(row, &mut out)?;
        }
        out.flush()
    }

    /// Whether a file begins with the first trip and ends with the last one.
    fn is_complete(&self, path: &Path) -> bool {
        let begins_and_ends = || -> io::Result<bool> {
            let (mut first, mut last) = (HEADER.as_bytes().to_vec(), Vec::new());
            self.write_row(0, &mut first)?;
            self.write_row(self.rows - 1, &mut last)?;
            let mut file = File::open(path)?;
            let (mut begin, mut end) = (vec![0; first.len()], vec![0; last.len()]);
            file.read_exact(&mut begin)?;
            file.seek(SeekFrom::End(-(last.len() as i64)))?;
            file.read_exact(&mut end)?;
            Ok(begin == first && end == last)
        };
        begins_and_ends().unwrap_or(false)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// `1.50` and `.70`
    Distance,
    /// `1.5` and `0.7`
    Amount,
}

fn write_hundredths(number: u64, style: Style, out: &mut impl Write) -> io::Result<()> {
    let (whole, hundredths) = (number / 100, number % 100);
    match (style, hundredths) {
        (Style::Distance, _) if whole == 0 => write!(out, ".{hundredths:02}"),
        (Style::Distance, _) => write!(out, "{whole}.{hundredths:02}"),
        (Style::Amount, 0) => write!(out, "{whole}"),
        (Style::Amount, _) if hundredths % 10 == 0 => write!(out, "{whole}.{}", hundredths / 10),
        (Style::Amount, _) => write!(out, "{whole}.{hundredths:02}"),
    }
}

/// Somewhere in Manhattan, in the 17 digits that the real files give to numbers
/// which were stored in 32 bits.
fn write_place(random: &mut Random, out: &mut impl Write) -> io::Result<()> {
    // Such a number is a multiple of 1/2^17 beyond 64, and of 1/2^18 below.
    let longitude = 122_000 + random.below(9_000);
    let latitude = 183_500 + random.below(23_000);
    write_binary_fraction("-73", longitude, 17, out)?;
    write_binary_fraction("40", latitude, 18, out)
}

/// `,whole.decimals` of `whole + numerator / 2^bits`, to 15 decimals.
fn write_binary_fraction(
    whole: &str,
    numerator: u64,
    bits: u32,
    out: &mut impl Write,
) -> io::Result<()> {
    // 10^15 is 5^15 · 2^15; half a unit is added to round.
    let mut decimals = (numerator * 5_u64.pow(15) + (1 << (bits - 16))) >> (bits - 15);
    let mut width = 15;
    while decimals.is_multiple_of(10) && width > 1 {
        decimals /= 10;
        width -= 1;
    }
    write!(out, ",{whole}.{decimals:0width$}")
}

/// SplitMix64: small, fast, good enough for trips, and ours, so that the files
/// stay the same when a library changes.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_never_change() {
        let month = Month {
            year: 2015,
            month: 1,
            rows: 2,
            seed: 7,
        };
        let mut rows = Vec::new();
        month.write_row(0, &mut rows).unwrap();
        month.write_row(1, &mut rows).unwrap();
        assert_eq!(
            String::from_utf8(rows).unwrap(),
            "2,2015-01-02 03:11:51,2015-01-02 03:30:07,6,2.57,-73.946434020996094,\
             40.757785797119141,1,N,-73.936134338378906,40.745037078857422,1,14,0.5,0.5,1.12,\
             0,0.3,16.42\n\
             2,2015-01-17 18:34:43,2015-01-17 18:41:39,3,1.45,-73.965797424316406,\
             40.728031158447266,1,N,-73.937034606933594,40.74688720703125,1,8,0.5,0.5,1.2,\
             0,0.3,10.5\n"
        );
    }

    #[test]
    fn numbers_look_as_in_the_real_files() {
        let text = |write: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
            let mut out = Vec::new();
            write(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let amount = |number| text(&|out| write_hundredths(number, Style::Amount, out));
        assert_eq!([0, 50, 1200, 1705].map(amount), ["0", "0.5", "12", "17.05"]);
        let distance = |number| text(&|out| write_hundredths(number, Style::Distance, out));
        assert_eq!([0, 70, 330].map(distance), [".00", ".70", "3.30"]);
        // -73.993896484375 and 40.750110626220703 are in the sample of 2015-01.
        let longitude = text(&|out| write_binary_fraction("-73", 130_272, 17, out));
        assert_eq!(longitude, ",-73.993896484375");
        let latitude = text(&|out| write_binary_fraction("40", 196_637, 18, out));
        assert_eq!(latitude, ",40.750110626220703");
    }
}
