//! Folders that cannot be written to, and what lies around in them.

use std::fs;
use std::io;

use delayed::checkpoint::TroubleKind;
use delayed::prelude::*;

use crate::{entries, keeping, result, results, temporary, told};

#[delayed(checkpoint, name = "../add 1: ä")]
fn increment(x: u64) -> u64 {
    x + 1
}

#[test]
fn a_folder_that_cannot_be_had_is_an_error_before_the_run() {
    let folder = temporary();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.join("kept"), file.clone()] {
        let error = Runtime::builder().checkpoint(&path).build().unwrap_err();
        let text = error.to_string();
        let expected = format!("cannot keep the results of tasks in {}: ", path.display());
        assert!(text.contains(&expected), "{text}");
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.is::<io::Error>());
    }
    assert!(Runtime::builder().checkpoint("").build().is_err());
}

#[test]
fn folders_are_made_and_names_are_only_names() {
    let folder = temporary();
    let deep = folder.path().join("a/b");
    let runtime = keeping(&deep, 1);
    assert_eq!(pipeline!({ increment(1) }).compute_on(&runtime).unwrap(), 2);
    assert_eq!(entries(folder.path()), [folder.path().join("a")]);
    let kept = result(&deep);
    assert_eq!(kept.parent().unwrap(), deep.join("___add_1___"));
}

#[test]
fn a_result_that_cannot_be_kept_is_used_all_the_same() {
    let folder = temporary();
    let runtime = keeping(folder.path(), 2);
    fs::write(folder.path().join("___add_1___"), "in the way").unwrap();
    let all = pipeline!({
        let mut sum = 0;
        for x in 0..10 {
            sum += increment(x);
        }
        sum
    });
    assert_eq!(all.compute_on(&runtime).unwrap(), 55);
    let checkpoints = runtime.checkpoints();
    // Each was looked for in vain, and could not be kept.
    let (reused, written, troubles) = told(&checkpoints);
    assert_eq!((reused, written, troubles.len()), (0, 0, 20));
    let not_kept = |(kind, _): &&(_, _)| *kind == TroubleKind::NotKept;
    assert_eq!(troubles.iter().filter(not_kept).count(), 10);
    let text = checkpoints.troubles[19].to_string();
    assert!(text.contains("`../add 1: ä`"), "{text}");
    assert_eq!(entries(&folder.path().join(".partial")).len(), 0);
}

#[test]
fn a_folder_that_goes_away_in_the_middle_costs_nothing_but_the_results() {
    let folder = temporary();
    let kept = folder.path().join("kept");
    let runtime = keeping(&kept, 1);
    assert_eq!(pipeline!({ increment(1) }).compute_on(&runtime).unwrap(), 2);
    fs::remove_dir_all(&kept).unwrap();
    assert_eq!(pipeline!({ increment(1) }).compute_on(&runtime).unwrap(), 2);
    let checkpoints = runtime.checkpoints();
    let (reused, written, troubles) = told(&checkpoints);
    assert_eq!((reused, written), (0, 1));
    assert!(matches!(troubles[..], [(TroubleKind::NotKept, _)]));
}

#[test]
fn a_folder_in_place_of_a_file_is_no_result() {
    let folder = temporary();
    let run = || {
        let runtime = keeping(folder.path(), 1);
        assert_eq!(pipeline!({ increment(1) }).compute_on(&runtime).unwrap(), 2);
        runtime.checkpoints()
    };
    run();
    let kept = result(folder.path());
    fs::remove_file(&kept).unwrap();
    fs::create_dir(&kept).unwrap();
    let checkpoints = run();
    let (reused, written, troubles) = told(&checkpoints);
    let rejected = (TroubleKind::Rejected, "it is no result of a task");
    assert_eq!((reused, written, troubles[0]), (0, 0, rejected));
    assert_eq!(troubles[1].0, TroubleKind::NotKept);
    assert!(kept.is_dir());
}

#[test]
fn only_the_first_thousand_troubles_are_told() {
    let folder = temporary();
    let runtime = keeping(folder.path(), 1);
    fs::write(folder.path().join("___add_1___"), "in the way").unwrap();
    let all = pipeline!({
        for x in 0..600 {
            increment(x);
        }
    });
    all.compute_on(&runtime).unwrap();
    let checkpoints = runtime.checkpoints();
    assert_eq!(
        (checkpoints.troubles.len(), checkpoints.untold),
        (1000, 200)
    );
}

#[test]
fn what_ended_processes_have_left_is_removed_and_nothing_else() {
    let folder = temporary();
    let partial = folder.path().join(".partial");
    let first = keeping(folder.path(), 1);
    pipeline!({ increment(1) }).compute_on(&first).unwrap();
    fs::write(partial.join("4000000-7"), "half of a res").unwrap();
    let writing = fs::File::create(partial.join("4000000-8")).unwrap();
    writing.lock().unwrap();
    let theirs = folder.path().join("notes.txt");
    fs::write(&theirs, "mine").unwrap();

    let second = keeping(folder.path(), 1);
    assert_eq!(entries(&partial), [partial.join("4000000-8")]);
    assert!(theirs.is_file());
    assert_eq!(pipeline!({ increment(1) }).compute_on(&second).unwrap(), 2);
    assert_eq!(told(&second.checkpoints()), (1, 0, vec![]));
    drop(writing);
    keeping(folder.path(), 1);
    assert_eq!(entries(&partial).len(), 0);
    fs::remove_file(&theirs).unwrap();
    assert_eq!(results(folder.path()).len(), 1);
}

#[test]
fn many_open_a_folder_at_once() {
    let folder = temporary();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| drop(keeping(folder.path(), 1))));
        }
    });
    assert_eq!(entries(&folder.path().join(".partial")).len(), 0);
}
