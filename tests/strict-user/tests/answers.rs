//! The answers, so that the crate is run as well as read.

use std::path::PathBuf;

use dask::{Error, Runtime};
use strict_user::loops::{self, Library};
use strict_user::tasks::{Count, NoText};
use strict_user::{arrays, branches, dynamic, loops::pair};

#[test]
fn static_graphs_give_the_answers_of_their_loops() -> Result<(), Error> {
    let total = loops::total(&["to be\nor not", "to be"])?;
    assert_eq!(
        total,
        Count {
            words: 6,
            letters: 13
        }
    );
    let table = loops::table(vec![("a".to_owned(), "one two\nsix".to_owned())])?;
    assert_eq!(table, [("a: 2 lines".to_owned(), vec![2, 1], 3)]);
    assert_eq!(pair("abc de", "abc de").compute()?, (2, 2));
    assert_eq!(loops::squares(4)?.0, 14);
    assert_eq!(loops::owned("one two".to_owned()).compute()?, 2);
    let library = Library {
        texts: vec!["one".to_owned()],
    };
    assert!(library.has_words()?);
    Ok(())
}

#[test]
fn failures_carry_the_users_error() {
    let error = loops::total(&["one\n\ntwo"]).err();
    assert_eq!(error.as_ref().and_then(loops::cause), Some(&NoText));
    let missing = [PathBuf::from("no such file")];
    assert!(loops::files(&missing, &Runtime::default()).is_err());
}

#[test]
fn run_time_graphs_give_the_answers_of_their_calls() -> Result<(), Error> {
    assert_eq!(dynamic::words(&["one two", "three"])?, 3);
    assert_eq!(
        dynamic::both("a\nbc")?,
        (vec!["a".to_owned(), "bc".to_owned()], 3)
    );
    Ok(())
}

#[test]
fn branches_and_states_are_as_in_the_loop() -> Result<(), Error> {
    let text = "one\n# two\nto be or not\nstop\nsix";
    let (short, long, skipped) = branches::sort(text)?;
    assert_eq!((short, skipped), (vec!["one".to_owned()], 1));
    assert_eq!(long, ["to be or not (1)"]);
    let (state, all) = branches::chain("a b\nc")?;
    assert_eq!(
        state,
        Count {
            words: 3,
            letters: 2
        }
    );
    assert_eq!(all, ["a b", "c"]);
    let (firsts, words) = branches::first_words("tobe or\nnot\nto be")?;
    assert_eq!(
        (firsts, words),
        (vec!["TOBE".to_owned(), "to".to_owned()], 5)
    );
    Ok(())
}

#[test]
fn a_loop_that_is_left_early_gives_what_it_has_done() -> Result<(), Error> {
    let (words, read) = branches::beginning("to be\nor not to be, that\nis")?;
    assert_eq!((words, read.len()), (7, 2));
    Ok(())
}

#[test]
fn array_loops() -> Result<(), Error> {
    assert_eq!(arrays::distance(b"kitten", b"sitting")?, 3);
    let mut grid = vec![vec![1.0; 4]; 3];
    grid[1][0] = 3.0;
    arrays::smooth(&mut grid, 1)?;
    assert!((grid[1][1] - 2.0).abs() < 1e-12);
    Ok(())
}
