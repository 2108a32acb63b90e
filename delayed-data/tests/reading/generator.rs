//! Generated trips: the right answer, the same bytes, kept when complete.

use std::fs;

use delayed_data::taxi;

use crate::common::count;

#[test]
fn the_answer_is_what_reading_counts() {
    let dir = tempfile::tempdir().unwrap();
    let files = taxi::generate(dir.path(), 13, 700, 3).unwrap();
    assert!(files.paths[12].ends_with("yellow_tripdata_2016-01.csv"));
    for rows in [7, 1000] {
        let mut counts = (0, 0);
        for path in &files.paths {
            let (long, all) = count(path, rows).unwrap();
            counts = (counts.0 + long as u64, counts.1 + all as u64);
        }
        assert_eq!(counts, (files.long, files.all));
    }
    // About as many as in the real months.
    assert!((0.18..0.22).contains(&(files.long as f64 / files.all as f64)));
}

#[test]
fn complete_files_stay_and_others_are_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let files = taxi::generate(dir.path(), 1, 50, 3).unwrap();
    let path = &files.paths[0];
    let bytes = fs::read(path).unwrap();
    // The middle tells whether a file was written again.
    let mut marked = bytes.clone();
    marked[bytes.len() / 2] = b'!';
    fs::write(path, &marked).unwrap();
    taxi::generate(dir.path(), 1, 50, 3).unwrap();
    assert_eq!(fs::read(path).unwrap(), marked);

    fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(taxi::generate(dir.path(), 1, 50, 3).unwrap(), files);
    assert_eq!(fs::read(path).unwrap(), bytes);
    for (rows, seed) in [(49, 3), (50, 4)] {
        taxi::generate(dir.path(), 1, rows, seed).unwrap();
        assert_ne!(fs::read(path).unwrap(), bytes);
        taxi::generate(dir.path(), 1, 50, 3).unwrap();
    }
    assert_eq!(fs::read(path).unwrap(), bytes);
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left over"
    );
}

#[test]
fn what_cannot_be_written_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = taxi::generate(&file, 1, 1, 1).unwrap_err();
    assert_eq!(error.path(), file);
    assert!(
        error.to_string().contains(": cannot write taxi trips: "),
        "{error}"
    );
    assert!(taxi::generate(dir.path(), 1, 0, 1).is_err());
}
