//! The programs: random ones, and some by hand for what luck meets too rarely.

use std::collections::BTreeMap;
use std::rc::Rc;

use random_programs::{Face, Program, Version, generate, nest};
use syn::{Block, ItemFn, Stmt};

/// What the compiler does not yet do as plain Rust does; a fix ends in the
/// removal of its line here.
const OPEN: &[&str] = &[];

/// A program as it is written, with what it captures.
pub(crate) struct Written {
    pub(crate) name: String,
    /// What a report shows of it.
    pub(crate) text: String,
    /// The input of the compiler.
    pub(crate) pipeline: String,
    pub(crate) given: Vec<Stmt>,
    /// The fields of `self`.
    pub(crate) fields: Vec<Stmt>,
    /// The functions that the program defines.
    pub(crate) functions: Rc<BTreeMap<String, ItemFn>>,
    pub(crate) body: Block,
    /// The captured variables that are compared afterwards.
    pub(crate) seen: Vec<String>,
}

fn block(text: &str) -> syn::Result<Block> {
    syn::parse_str(&format!("{{ {text} }}"))
}

/// The random program of `seed`.
pub(crate) fn random(seed: u64) -> syn::Result<Written> {
    let open = OPEN.iter().map(|construct| (*construct).to_owned());
    written(&generate::program(seed, &open.collect()))
}

/// The random array loops of `seed`, over `Vec`s.
pub(crate) fn random_nest(seed: u64) -> syn::Result<Written> {
    let containers = "containers".to_owned();
    written(&nest(seed, &[containers].into()))
}

fn written(program: &Program) -> syn::Result<Written> {
    let mut given = program.given.join("\n    ");
    if program.face == Face::Generic {
        given += "\n    let extra = 7_i64;\n    let scale = |y: i64| y * 2 + 1;";
    }
    let is_method = matches!(program.face, Face::Method | Face::OwnedMethod);
    // What is moved into a pipeline is not seen afterwards.
    let is_moved = matches!(program.face, Face::Move | Face::Node);
    let captures = if is_moved { "move " } else { "" };
    let body = program.body_text(Version::Pipeline);
    Ok(Written {
        name: format!("program {}", program.seed),
        text: format!("    {given}\n{body}"),
        pipeline: format!("{captures}{{ {body} }}"),
        given: block(&given)?.stmts,
        fields: block(if is_method { WORLD } else { "" })?.stmts,
        functions: functions(program)?.into(),
        body: block(&program.body_text(Version::Plain))?,
        seen: if is_moved {
            Vec::new()
        } else {
            program.seen.clone()
        },
    })
}

fn functions(program: &Program) -> syn::Result<BTreeMap<String, ItemFn>> {
    let functions = program.tasks.iter().map(|task| {
        let function: ItemFn = syn::parse_str(task)?;
        Ok((function.sig.ident.to_string(), function))
    });
    functions.collect()
}

/// The programs by hand: what they capture, and the body.
pub(crate) fn by_hand() -> syn::Result<Vec<Written>> {
    let programs = BY_HAND.iter().map(|(name, given, body)| {
        Ok(Written {
            name: (*name).to_owned(),
            text: format!("{given}\n{body}"),
            pipeline: format!("{{ {body} }}"),
            given: block(given)?.stmts,
            fields: Vec::new(),
            functions: Rc::default(),
            body: block(body)?,
            seen: vec!["log".to_owned()],
        })
    });
    programs.collect()
}

const BY_HAND: &[(&str, &str, &str)] = &[
    (
        "an error of an inner loop after an effect",
        "let mut log = Vec::<i64>::new();",
        "for i in 0..6_i64 {
            log.push(churn(i));
            for j in 0..3_i64 {
                check(i * 3 + j, 11)?;
            }
        }",
    ),
    (
        "a change between equal calls",
        "let mut log = Vec::<i64>::new();",
        "let first = total(&spread(log.len() as i64));
        let one = measure(&shout(format!(\"{log:?}\")));
        append(&mut log, first);
        let other = measure(&shout(format!(\"{log:?}\")));
        (one, other,)",
    ),
    (
        "an operand that fails before a task does",
        "let log = 0_i64;",
        "let x = mix(1 / log, check(4, 5)?);
        (x,)",
    ),
    (
        "an operand that a later one changes",
        "let mut log = 3_i64;",
        "let x = log + draw(&mut log, 4);
        let y = mix(log, draw(&mut log, x));
        (x, y,)",
    ),
    (
        "a variable that changes behind an ordered use of it",
        "let mut log = String::from(\"-\");",
        "for i in 0..5_i64 {
            let mut text = stretch(\"a\", i);
            log.push_str(&text);
            text.push_str(\"b\");
            log += &stretch(&text, 7);
        }",
    ),
    (
        "a captured state, and an error behind a change of it",
        "let mut log = 0_i64;",
        "for i in 0..9_i64 {
            log += 1;
            log = check(log * 7 + i, 19)?;
        }",
    ),
    (
        "a state that is taken, behind an exit",
        "let mut log = Vec::<i64>::new();",
        "let mut state = String::from(\"-\");
        for i in 0..9_i64 {
            state = advance(state, churn(i))?;
            log.push(measure(&state));
            if churn(i) % 5 == 4 {
                break;
            }
        }
        (state,)",
    ),
    (
        "a value that is lent and then taken",
        "let log = 0_i64;",
        "let token = forge(log);
        let one = weigh(&token);
        let two = melt(token);
        let three = churn(2);
        (one, two, three,)",
    ),
    (
        "a branch that fails beside one that fails earlier in the program",
        "let log = 0_i64;",
        "let one = step(churn(1));
        let two = check(churn(4 - 5), 7)?;
        let three = fragile(churn(-2), 3);
        (one, two, three,)",
    ),
];

/// The fields of `self` in a method, as variables.
const WORLD: &str = r#"
    let base = 7_i64;
    let title = "a title".to_owned();
    let words = ["12", "x7", "5", "", "31"].map(str::to_owned).to_vec();
    let digit_words = ["1", "22", "333", "4"].map(str::to_owned).to_vec();
    let list = (0..9_i64).map(|x| x * 13 % 31).collect::<Vec<i64>>();
    let many = (0..70_i64).map(|x| x * 13 % 47).collect::<Vec<i64>>();
    let token = Token::new(3);
    let tokens = (0..6_i64).map(Token::new).collect::<Vec<Token>>();
    let log = Vec::<i64>::new();
    let count = 0_i64;
    let line = String::from("-");
    let tally = BTreeMap::<i64, i64>::new();
    let chest = vec![Token::new(1)];
    let numbers = 0..40_i64;
"#;
