//! Exact answers on the real taxi files, whatever the chunks.

use crate::common::{count, real_data};

#[cfg(any(feature = "gzip", feature = "parquet"))]
/// The green months of 2023: long trips and all trips.
const GREEN: [(&str, usize, usize); 3] = [
    ("2023-01", 12_794, 68_211),
    ("2023-02", 12_640, 64_809),
    ("2023-03", 14_791, 72_044),
];

#[test]
#[cfg(feature = "gzip")]
fn green_months_as_gzip() {
    let Some(data) = real_data() else { return };
    for (month, long, all) in GREEN {
        let path = data.join(format!("green_csv/green_tripdata_{month}.csv.gz"));
        for rows in [7, 1000, 50_000, usize::MAX] {
            assert_eq!(
                count(&path, rows),
                Ok((long, all)),
                "{month} in chunks of {rows}"
            );
        }
    }
}

#[test]
#[cfg(feature = "parquet")]
fn green_months_as_parquet() {
    let Some(data) = real_data() else { return };
    let others = [
        ("2021-01", 22_054, 73_908),
        ("2021-02", 20_434, 61_921),
        ("2022-01.5cols", 12_888, 62_495),
    ];
    for (month, long, all) in GREEN.into_iter().chain(others) {
        let path = data.join(format!("green/green_tripdata_{month}.parquet"));
        for rows in [7, 1000, 50_000, usize::MAX] {
            assert_eq!(
                count(&path, rows),
                Ok((long, all)),
                "{month} in chunks of {rows}"
            );
        }
    }
}

#[test]
fn yellow_samples_with_drifting_headers() {
    let Some(data) = real_data() else { return };
    let expected = [
        ("2015-01", 340, 1999),
        ("2016-01", 333, 1999),
        ("2016-02", 350, 1999),
        ("2016-03", 289, 2013),
    ];
    for (month, long, all) in expected {
        let path = data.join(format!("yellow_samples/yellow_tripdata_{month}.sample.csv"));
        for rows in [1, 7, 1000, usize::MAX] {
            assert_eq!(
                count(&path, rows),
                Ok((long, all)),
                "{month} in chunks of {rows}"
            );
        }
    }
}
