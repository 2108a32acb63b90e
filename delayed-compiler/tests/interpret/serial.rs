//! What a program means: its statements, one by one.

use std::rc::Rc;

use syn::Attribute;

use crate::machine::{FUEL, Flow, Machine, Out, fault};
use crate::programs::Written;
use crate::value::Value;

/// How a program ended, and what it left in its surroundings.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) end: End,
    pub(crate) seen: String,
    /// How many expressions were evaluated.
    pub(crate) work: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Value(String),
    Error(String),
    Panic(String),
}

impl Outcome {
    pub(crate) fn kind(&self) -> &'static str {
        match self.end {
            End::Value(_) => "value",
            End::Error(_) => "error",
            End::Panic(_) => "panic",
        }
    }

    /// Whether it is what serial elision promises. What the iteration that
    /// panics leaves in the surroundings, nobody promises; so where an effect of it
    /// panics, and behind that a value that is made before, the latter is met. Of
    /// random programs that is so where several subscripts are out of bounds.
    pub(crate) fn is_as(&self, serial: &Self) -> bool {
        match (&self.end, &serial.end) {
            (End::Panic(found), End::Panic(expected)) => {
                let is_outside = |message: &str| message.starts_with("index out of bounds");
                found == expected || is_outside(found) && is_outside(expected)
            }
            (found, expected) => found == expected && self.seen == serial.seen,
        }
    }
}

/// Whether `#[cfg(any())]` says that a statement is not there.
pub(crate) fn is_absent(attrs: &[Attribute]) -> bool {
    let absent: Attribute = syn::parse_quote!(#[cfg(any())]);
    !attrs.is_empty() && attrs.contains(&absent)
}

/// Runs a program as plain Rust.
pub(crate) fn run(program: &Written) -> Out<Outcome> {
    let mut machine = Machine::new(0, FUEL);
    surround(&mut machine, program)?;
    let result = machine.block(&program.body);
    outcome(&mut machine, result, &program.seen)
}

/// Makes what a program captures.
pub(crate) fn surround(machine: &mut Machine<'_>, program: &Written) -> Out<()> {
    machine.functions = Rc::clone(&program.functions);
    machine.statements(&program.fields)?;
    let fields = machine.env.clone();
    for field in fields.iter() {
        let name = format!("self.{}", field.name).into();
        machine.env.bind(name, None, Rc::clone(&field.cell), false);
    }
    machine.statements(&program.given)?;
    Ok(())
}

/// What is seen of a run.
pub(crate) fn outcome(
    machine: &mut Machine<'_>,
    result: Out<Value>,
    seen: &[String],
) -> Out<Outcome> {
    let end = match result {
        Ok(value) => End::Value(format!("{value:?}")),
        Err(Flow::Error(error)) => End::Error(machine.text(&error)?),
        Err(Flow::Panic(message)) => End::Panic(message),
        Err(Flow::Break(_) | Flow::Continue(_)) => return fault("a jump leaves the program"),
        Err(flow) => return Err(flow),
    };
    let seen = seen.iter().map(|name| {
        let found = machine.env.find(name.as_str());
        let value = found.map(|binding| format!("{:?}", binding.cell.value.borrow()));
        format!("{name} = {}", value.unwrap_or_default())
    });
    let seen: Vec<_> = seen.collect();
    Ok(Outcome {
        end,
        seen: seen.join("; "),
        work: machine.work(),
    })
}
