//! What users read when something is wrong: each case of `cases/` is compiled,
//! and the compiler's words must be those of the `.stderr` file beside it.

use std::fs;
use std::path::{Path, PathBuf};

use delayed_compiler::diagnostics::rules;

#[test]
fn messages_are_as_recorded() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/delayed/*.rs");
    cases.compile_fail("cases/pipeline/*.rs");
    cases.compile_fail("cases/nbytes/*.rs");
    cases.compile_fail("cases/record/*.rs");
    // One with the features of `delayed`, and one without them.
    if cfg!(feature = "checkpoint") {
        cases.compile_fail("cases/checkpoint/*.rs");
    } else {
        cases.compile_fail("cases/features/*.rs");
    }
}

#[test]
fn every_diagnostic_has_a_case() {
    let messages = messages();
    let missing = rules::ALL.iter().filter(|rule| {
        let code = format!("[{}]", rule.code);
        !messages.iter().any(|(_, message)| message.contains(&code))
    });
    let missing: Vec<_> = missing.map(|rule| rule.code).collect();
    assert!(
        missing.is_empty(),
        "no case in ui-tests/cases shows {missing:?}"
    );
}

/// Users are shown the token that is wrong, and not everything from
/// `pipeline!(` to its end. Only where the pipeline itself goes unused is it
/// what is wrong.
#[test]
fn no_message_underlines_a_whole_pipeline() {
    for (path, message) in messages() {
        let is_unused = path.ends_with("unused_pipeline.stderr");
        let lines: Vec<_> = message.lines().collect();
        let is_whole = lines.windows(2).any(|pair| {
            let underline = pair[1].trim_start().trim_start_matches('|').trim_start();
            pair[0].contains("pipeline!(") && underline.starts_with("____")
        });
        assert!(
            !is_whole || is_unused,
            "{} points at a whole pipeline:\n{message}",
            path.display()
        );
    }
}

/// The recorded messages, each with its file.
fn messages() -> Vec<(PathBuf, String)> {
    let folders = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"));
    let files = folders.iter().flat_map(|folder| files(folder));
    let recorded = files.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "stderr")
    });
    recorded
        .map(|path| {
            let message = fs::read_to_string(&path).expect("a recorded message can be read");
            (path, message)
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the cases can be read");
    entries
        .map(|entry| entry.expect("an entry of the folder can be read").path())
        .collect()
}
