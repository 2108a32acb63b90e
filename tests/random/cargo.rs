//! Builds programs into crates of their own, and runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use random_programs::{Program, TASKS, Version};

/// How many crates the programs are spread over, to be built side by side.
const CRATES: usize = 4;

/// What became of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It ends with a value, an error or a panic, in both versions alike.
    Same(String),
    /// The generator made something that is not Rust.
    NotRust(String),
    /// Plain Rust, but the pipeline was refused.
    Refused(String),
    /// It was run, and the pipeline does something else.
    Differs(String),
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Same(end) => write!(f, "ends with a {end}"),
            Self::NotRust(text) => write!(f, "the generator's fault, as rustc says:\n{text}"),
            Self::Refused(text) => write!(f, "plain Rust takes it, the pipeline does not:\n{text}"),
            Self::Differs(text) => write!(f, "the pipeline differs {text}"),
        }
    }
}

impl Verdict {
    pub(crate) fn is_same(&self) -> bool {
        matches!(self, Self::Same(_))
    }

    /// Whether two programs fail in the same way: with one code of the compiler's.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let code = |text: &str| text.split(['[', ']']).nth(1).map(str::to_owned);
        match (self, other) {
            (Self::NotRust(one), Self::NotRust(two)) => code(one) == code(two),
            (Self::Refused(one), Self::Refused(two)) => code(one) == code(two),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// The verdict on each of `programs`, which must have seeds of their own.
pub(crate) fn judge(programs: &[Program]) -> BTreeMap<u64, Verdict> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random-programs");
    fs::create_dir_all(&home).expect("a directory for the programs");
    let mut verdicts = BTreeMap::new();
    loop {
        write_crates(&home, programs, &verdicts);
        let built = cargo(&home);
        if built.status.success() {
            break;
        }
        let messages = String::from_utf8_lossy(&built.stderr).into_owned();
        let refused = refusals(&messages);
        assert!(
            !refused.is_empty(),
            "the programs cannot be built:\n{messages}"
        );
        for (seed, verdict) in refused {
            // A fault in the pipeline may come out before one of the plain text.
            if !matches!(verdicts.get(&seed), Some(Verdict::NotRust(_))) {
                verdicts.insert(seed, verdict);
            }
        }
    }
    for part in 0..CRATES {
        run(
            &home.join(format!("target/debug/part{part}")),
            &mut verdicts,
        );
    }
    for program in programs {
        verdicts
            .entry(program.seed)
            .or_insert_with(|| Verdict::Differs("it never ended".to_owned()));
    }
    verdicts
}

/// Writes the crates without what has been refused. The plain text of a
/// refused pipeline stays, as it may turn out to be no Rust either.
fn write_crates(home: &Path, programs: &[Program], verdicts: &BTreeMap<u64, Verdict>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let members: Vec<_> = (0..CRATES).map(|part| format!("\"part{part}\"")).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\noverflow-checks = false\nincremental = false\n\n\
         [profile.dev.package.delayed-runtime]\nopt-level = 2\n",
        members.join(", ")
    );
    write(&home.join("Cargo.toml"), &manifest);
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("the workspace's lock file");
    if !home.join("Cargo.lock").exists() {
        write(&home.join("Cargo.lock"), &lock);
    }
    for part in 0..CRATES {
        let here = home.join(format!("part{part}"));
        let manifest = format!(
            "[package]\nname = \"part{part}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ndelayed = {{ path = {root:?}, default-features = false }}\n"
        );
        write(&here.join("Cargo.toml"), &manifest);
        write(&here.join("src/main.rs"), include_str!("generated/main.rs"));
        write(
            &here.join("src/harness.rs"),
            include_str!("generated/harness.rs"),
        );
        write(&here.join("src/tasks.rs"), TASKS);
        let mut list = String::from("use crate::Program;\n\n");
        let mut table = String::from("\npub const ALL: &[Program] = &[\n");
        for program in programs.iter().skip(part).step_by(CRATES) {
            let seed = program.seed;
            let folder = here.join("src/programs");
            let verdict = verdicts.get(&seed);
            if matches!(verdict, Some(Verdict::NotRust(_))) {
                continue;
            }
            let _ = writeln!(list, "mod plain_{seed};");
            write(
                &folder.join(format!("plain_{seed}.rs")),
                &program.module(Version::Plain),
            );
            if verdict.is_some() {
                continue;
            }
            let _ = writeln!(list, "mod pipeline_{seed};");
            write(
                &folder.join(format!("pipeline_{seed}.rs")),
                &program.module(Version::Pipeline),
            );
            let has_nests = seed >= crate::FIRST_NEST;
            let _ = writeln!(
                table,
                "    Program {{ seed: {seed}, has_nests: {has_nests}, plain: plain_{seed}::run, pipeline: pipeline_{seed}::run }},"
            );
        }
        write(&here.join("src/programs.rs"), &(list + &table + "];\n"));
    }
}

/// Writes a file unless it is as it should be, so that cargo builds no more
/// than it must.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return;
    }
    let folder = path.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .expect("a file of a program");
}

fn cargo(home: &Path) -> Output {
    Command::new(env!("CARGO"))
        .args([
            "build",
            "--offline",
            "--quiet",
            "--keep-going",
            "--color=never",
        ])
        .current_dir(home)
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo starts")
}

/// The programs that rustc's messages speak of.
fn refusals(messages: &str) -> BTreeMap<u64, Verdict> {
    let mut found: BTreeMap<(u64, bool), String> = BTreeMap::new();
    for message in messages.split("\n\n") {
        if !message.trim_start().starts_with("error") {
            continue;
        }
        let places = message
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("--> "));
        let file = places.map(PathBuf::from).find_map(|path| {
            let name = path.file_name()?.to_str()?.split('.').next()?.to_owned();
            let (version, seed) = name.split_once('_')?;
            Some((seed.parse().ok()?, version == "plain"))
        });
        if let Some(file) = file {
            found
                .entry(file)
                .or_default()
                .push_str(&format!("{message}\n\n"));
        }
    }
    let plain: BTreeSet<u64> = found.keys().filter(|key| key.1).map(|key| key.0).collect();
    let verdicts = found
        .into_iter()
        .filter(|((seed, is_plain), _)| *is_plain || !plain.contains(seed));
    verdicts
        .map(|((seed, is_plain), text)| {
            (
                seed,
                if is_plain {
                    Verdict::NotRust(text)
                } else {
                    Verdict::Refused(text)
                },
            )
        })
        .collect()
}

/// Runs the programs of one crate.
fn run(executable: &Path, verdicts: &mut BTreeMap<u64, Verdict>) {
    let output = Command::new(executable)
        .output()
        .expect("the programs start");
    let text = String::from_utf8_lossy(&output.stdout);
    for part in text
        .split("\nFAILED ")
        .skip(1)
        .chain(text.strip_prefix("FAILED "))
    {
        let part = part.split("\nRAN ").next().unwrap_or(part).trim_end();
        if let Some((seed, fault)) = part.split_once(' ')
            && let Ok(seed) = seed.parse()
        {
            verdicts.insert(seed, Verdict::Differs(fault.to_owned()));
        }
    }
    for line in text.lines().filter_map(|line| line.strip_prefix("RAN ")) {
        if let Some((seed, kind)) = line.split_once(' ')
            && let Ok(seed) = seed.parse()
        {
            verdicts
                .entry(seed)
                .or_insert_with(|| Verdict::Same(kind.to_owned()));
        }
    }
    if !text.contains("DONE") {
        let errors = String::from_utf8_lossy(&output.stderr);
        eprintln!(
            "{} ended early: {}\n{errors}",
            executable.display(),
            output.status
        );
    }
}
