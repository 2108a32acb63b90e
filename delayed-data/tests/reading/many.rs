//! Many files as one source.

use std::path::{Path, PathBuf};

use crate::oracle::check_split;
use delayed_data::{Chunk, Chunks, Result, read, read_files};
use tempfile::TempDir;

type Trip = (f64, Option<i64>);
const TRIP: [&str; 2] = ["distance|miles", "Tip"];

fn files<const N: usize>(texts: [&str; N]) -> (TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let paths = texts.iter().enumerate().map(|(number, text)| {
        let path = dir.path().join(format!("{number}.csv"));
        std::fs::write(&path, text).unwrap();
        path
    });
    let paths = paths.collect();
    (dir, paths)
}

fn open(paths: &[PathBuf], rows: usize) -> Chunks<Trip> {
    read_files(paths).chunk_rows(rows).columns(TRIP).unwrap()
}

#[test]
fn the_rows_are_those_of_the_files_one_after_the_other() {
    // Reordered, renamed, with others besides, in another case, of another type.
    let (_dir, paths) = files([
        "distance,tip\n1.5,\n2.5,2\n3.5,3\n",
        "TIP,vendor,miles\n4,x,4\n",
        "distance,tip\n5,5.0\n6.0,6\n",
    ]);
    for rows in [1, 2, 100] {
        let mut expected = Vec::new();
        for path in &paths {
            for chunk in read(path).chunk_rows(rows).columns::<Trip>(TRIP).unwrap() {
                let chunk = chunk.unwrap();
                assert_eq!(chunk.path(), Some(path.as_path()));
                expected.push((path.clone(), chunk.iter().collect::<Vec<_>>()));
            }
        }
        let found: Vec<_> = open(&paths, rows)
            .map(|chunk| {
                let chunk = chunk.unwrap();
                (chunk.path().unwrap().to_owned(), chunk.iter().collect())
            })
            .collect();
        assert_eq!(found, expected);
        check_split(|| open(&paths, rows));
    }
}

#[test]
fn an_error_in_a_file_leaves_the_others() {
    let good = "distance,tip\n1,1\n2,2\n";
    let (_dir, mut paths) = files([good, "distance,tip\n1,1\n1,\"", "distance\n1\n", good]);
    paths.insert(3, PathBuf::from("no-such.csv"));
    let found: Vec<_> = open(&paths, 10)
        .map(|chunk| {
            chunk
                .map(|chunk| chunk.len())
                .map_err(|error| error.to_string())
        })
        .collect();
    let [
        Ok(2),
        Ok(1),
        Err(open_quote),
        Err(no_column),
        Err(no_file),
        Ok(2),
    ] = &found[..]
    else {
        panic!("{found:?}");
    };
    let said = |path: &Path, problem: &str| format!("{}{problem}", path.display());
    let problem = ", line 3: a quote opens a field and never closes";
    assert_eq!(*open_quote, said(&paths[1], problem));
    let problem = format!(
        ": no column \"Tip\" (columns: distance); {} has distance, tip",
        paths[0].display()
    );
    assert_eq!(*no_column, said(&paths[2], &problem));
    assert!(
        no_file.starts_with("no-such.csv: cannot open the file: "),
        "{no_file}"
    );
    check_split(|| open(&paths, 10));
}

#[test]
fn the_first_file_is_opened_at_once_and_the_others_in_their_turn() {
    let error = read_files(["no-such.csv"])
        .columns::<Trip>(TRIP)
        .unwrap_err();
    assert!(
        error.to_string().starts_with("no-such.csv: cannot open"),
        "{error}"
    );
    let none: [&Path; 0] = [];
    let error = read_files(none).columns::<Trip>(TRIP).unwrap_err();
    assert_eq!(
        error.to_string(),
        "read_files: no file is named; name one at least"
    );

    let (_dir, paths) = files(["distance,tip\n1,1\n2,2\n", ""]);
    let mut chunks = open(&paths, 1);
    assert_eq!(chunks.path(), paths[0]);
    chunks.next().unwrap().unwrap();
    std::fs::write(&paths[1], "distance,tip\n3,3\n").unwrap();
    let rows = |chunk: Result<Chunk<Trip>>| chunk.unwrap().iter().collect::<Vec<_>>();
    let rest: Vec<_> = chunks.by_ref().flat_map(rows).collect();
    assert_eq!(rest, [(2.0, Some(2)), (3.0, Some(3))]);
    assert_eq!(chunks.path(), paths[1]);
}

#[cfg(feature = "arrow")]
#[test]
fn frames_of_all_files_have_the_columns_of_the_first() {
    let (_dir, mut paths) = files([
        "id,zone\n1,x\n2,y\n",
        "zone,other,ID\nz,0,3\n",
        "id,zone\nfour,z\n",
        "id\n5\n",
    ]);
    let last = paths.split_off(2);
    let frame = read_files(&paths).frames().whole().unwrap();
    assert_eq!(frame.shape(), (3, 2));
    for (path, problem) in last.iter().zip(["found \"four\"", "no column \"zone\""]) {
        let all = paths.iter().chain([path]);
        let error = read_files(all).frames().whole().unwrap_err();
        assert_eq!(error.path(), path);
        assert!(error.to_string().contains(problem), "{error}");
    }
}
