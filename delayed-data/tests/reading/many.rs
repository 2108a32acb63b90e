//! Many files as one source.

use std::path::{Path, PathBuf};

use crate::oracle::{check_split, rows};
use delayed_data::{Chunk, Chunks, MissingColumns, Result, read, read_files};
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

#[test]
fn columns_that_a_file_lacks_are_nulls_if_asked_for() {
    let (_dir, paths) = files([
        "vendor,distance\nx,1.5\n,2.5\n",
        "tip,distance\n3,3\n",
        "tip\n4\n",
        "Tip,miles,other\n5,5.5,x\n",
    ]);
    let reader = read_files(&paths).missing_columns(MissingColumns::Nulls);
    let mut chunks = reader.columns::<Trip>(TRIP).unwrap();
    let mut next = || {
        let chunk = chunks.next().unwrap();
        chunk.map(|chunk| chunk.iter().collect::<Vec<_>>())
    };
    assert_eq!(next(), Ok(vec![(1.5, None), (2.5, None)]));
    assert_eq!(next(), Ok(vec![(3.0, Some(3))]));
    // The distance is no `Option`.
    let error = next().unwrap_err().to_string();
    let [first, third] = [0, 2].map(|file: usize| paths[file].display());
    assert_eq!(
        error,
        format!(
            "{third}: no column \"distance\" or \"miles\" (columns: tip); \
             {first} has vendor, distance"
        )
    );
    assert_eq!(next(), Ok(vec![(5.5, Some(5))]));

    // Unless asked for, the first file is refused at once.
    let error = read_files(&paths).columns::<Trip>(TRIP).unwrap_err();
    assert!(error.to_string().contains("no column \"Tip\""), "{error}");
    let of_none = read(&paths[2]).missing_columns(MissingColumns::Nulls);
    let chunks = of_none.columns::<(Option<f64>, Option<String>)>(["a", "b"]);
    let rows: Vec<_> = chunks
        .unwrap()
        .flat_map(rows::<(Option<f64>, Option<String>)>)
        .collect();
    assert_eq!(rows, [["(None, None)"]]);
}

#[cfg(all(feature = "parquet", feature = "write"))]
#[test]
fn columns_that_a_file_of_parquet_lacks_are_nulls_if_asked_for() {
    let (_dir, mut paths) = files(["tip,distance\n1,1.5\n", "distance,zone\n2.5,x\n"]);
    for path in &mut paths {
        let frame = read(&path).frames().whole().unwrap();
        path.set_extension("parquet");
        let mut out = delayed_data::write(&*path).file().unwrap();
        out.write(&frame).unwrap();
        out.finish().unwrap();
    }
    let open = || read_files(&paths).missing_columns(MissingColumns::Nulls);
    type Row = (Option<String>, Option<i64>, Option<f64>);
    let chunks = open().columns::<Row>(["zone", "tip", "distance"]).unwrap();
    let found: Vec<_> = chunks.flat_map(|chunk| rows(chunk).unwrap()).collect();
    assert_eq!(
        found,
        [
            "(None, Some(1), Some(1.5))",
            "(Some(\"x\"), None, Some(2.5))"
        ]
    );
    let chunks = open().columns::<(Option<bool>,)>(["no"]).unwrap();
    let found: Vec<_> = chunks.flat_map(|chunk| rows(chunk).unwrap()).collect();
    assert_eq!(found, ["(None,)", "(None,)"]);

    let error = read_files(&paths).frames().whole().unwrap_err().to_string();
    assert!(error.contains("no column \"tip\""), "{error}");
    let frame = open().frames().whole().unwrap();
    let chunk = frame
        .chunk::<(Option<i64>, f64)>(["tip", "distance"])
        .unwrap();
    assert_eq!(
        chunk.iter().collect::<Vec<_>>(),
        [(Some(1), 1.5), (None, 2.5)]
    );
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
    let nulls = read_files([&paths[0], &paths[3]]).missing_columns(MissingColumns::Nulls);
    let frame = nulls.frames().whole().unwrap();
    let chunk = frame
        .chunk::<(i64, Option<String>)>(["id", "zone"])
        .unwrap();
    assert_eq!(chunk.iter().last(), Some((5, None)));
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
