//! Makes a failing program as short as it can be.

use random_programs::{Face, Program, Stmt};

use crate::cargo::{Verdict, judge};

/// The shortest program found that fails as `program` does, and its verdict.
pub(crate) fn shrink(program: &Program, verdict: Verdict) -> (Program, Verdict) {
    let mut best = (program.clone(), verdict);
    loop {
        let candidates = candidates(&best.0);
        let verdicts = judge(&candidates);
        let mut failing: Vec<_> = candidates
            .into_iter()
            .filter_map(|candidate| {
                let verdict = verdicts.get(&candidate.seed)?;
                verdict
                    .is_like(&best.1)
                    .then(|| (candidate, verdict.clone()))
            })
            .collect();
        failing.sort_by_key(|(program, _)| program.size());
        match failing.into_iter().next() {
            Some((mut shorter, verdict)) => {
                shorter.seed = program.seed;
                best = (shorter, verdict);
            }
            None => return best,
        }
    }
}

/// Programs that are `program` with something left out, each with a seed of its own.
fn candidates(program: &Program) -> Vec<Program> {
    let mut bodies = Vec::new();
    without_one(&program.body, &mut |body| bodies.push(body));
    let mut all: Vec<_> = bodies
        .into_iter()
        .map(|body| Program {
            body,
            ..program.clone()
        })
        .collect();
    if let Some(last) = &program.last {
        without_one(std::slice::from_ref(last), &mut |mut last| {
            if last.len() < 2 {
                all.push(Program {
                    last: last.pop(),
                    ..program.clone()
                });
            }
        });
    }
    if program.face != Face::default() {
        all.push(Program {
            face: Face::default(),
            ..program.clone()
        });
    }
    for index in 0..program.outputs.len() {
        let mut shorter = program.clone();
        shorter.outputs.remove(index);
        all.push(shorter);
    }
    for index in 0..program.seen.len() {
        let mut shorter = program.clone();
        shorter.seen.remove(index);
        all.push(shorter);
    }
    for index in 0..program.given.len() {
        let mut shorter = program.clone();
        shorter.given.remove(index);
        all.push(shorter);
    }
    for (index, candidate) in all.iter_mut().enumerate() {
        candidate.seed = index as u64;
    }
    all
}

/// Gives `found` each body that is `body` without one statement, or with a
/// statement's own bodies in its place.
fn without_one(body: &[Stmt], found: &mut dyn FnMut(Vec<Stmt>)) {
    for (index, stmt) in body.iter().enumerate() {
        let replace = |with: Vec<Stmt>| {
            let mut shorter = body.to_vec();
            shorter.splice(index..=index, with);
            shorter
        };
        found(replace(Vec::new()));
        match stmt {
            Stmt::Line(_) => {}
            Stmt::Nest(bodies, foot) => {
                found(replace(
                    bodies.iter().flat_map(|(_, body)| body.clone()).collect(),
                ));
                for (at, (_, inner)) in bodies.iter().enumerate() {
                    let mut fewer = bodies.clone();
                    if at > 0 {
                        fewer.remove(at);
                        found(replace(vec![Stmt::Nest(fewer, foot)]));
                    }
                    without_one(inner, &mut |inner| {
                        let mut bodies = bodies.clone();
                        bodies[at].1 = inner;
                        found(replace(vec![Stmt::Nest(bodies, foot)]));
                    });
                }
            }
            Stmt::Collect {
                name,
                head,
                body: inner,
                tail,
            } => {
                without_one(inner, &mut |body| {
                    let (name, head, tail) = (name.clone(), head.clone(), tail.clone());
                    found(replace(vec![Stmt::Collect {
                        name,
                        head,
                        body,
                        tail,
                    }]));
                });
            }
        }
    }
}
