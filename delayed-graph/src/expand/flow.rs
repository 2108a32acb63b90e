//! Who has left what, as the iterations run in the order of the program.

use super::instances::Instance;
use crate::numbers::Numbers;
use crate::{Access, AccessKind, EdgeKind, NodeId, Variable};

/// Subscripts: unknown ones are `None`, and what is behind them is all there is.
type Pattern = Vec<Option<i64>>;

/// Something that a step has to come after.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) from: NodeId,
    pub(super) kind: EdgeKind,
    /// What it has left there.
    pub(super) label: String,
    /// Whether just this element is read of it, or perhaps another one or more.
    pub(super) is_exact: bool,
    /// Whether it has left all of the variable: then whatever has used a part of it
    /// since has come after it, too.
    pub(super) is_whole: bool,
}

/// A variable while the iterations run.
pub(super) struct Elements<'a> {
    variable: &'a Variable,
    rank: usize,
    /// The elements that steps have named.
    names: Numbers,
    /// What has been done with each of them since it was written.
    single: Vec<Vec<Mark>>,
    /// What has been done with several at once, since all of these were written.
    several: Vec<Mark>,
    /// Who has used it since all of it was written, in order.
    users: Vec<NodeId>,
    time: usize,
}

#[derive(Debug)]
struct Mark {
    by: NodeId,
    pattern: Pattern,
    writes: bool,
    time: usize,
}

/// What a step does with the variable.
struct Use {
    kind: AccessKind,
    pattern: Pattern,
    /// The number of its name, if it is a single element.
    element: Option<usize>,
}

/// The subscripts that a step names, where `instance` stands.
pub(super) fn pattern(access: &Access, instance: &Instance) -> Pattern {
    let number = |region| instance.place.number(region);
    let subscripts = access.subscripts.iter();
    let known = subscripts.map(|subscript| subscript.as_ref()?.at(number));
    known.collect()
}

/// Whether all that is in `inner` is surely in `outer`, too.
fn covers(outer: &Pattern, inner: &Pattern) -> bool {
    let mut pairs = outer.iter().zip(inner);
    outer.len() <= inner.len() && pairs.all(|(outer, inner)| outer.is_some() && outer == inner)
}

fn overlap(one: &Pattern, other: &Pattern) -> bool {
    let mut pairs = one.iter().zip(other);
    pairs.all(|(one, other)| one.is_none() || other.is_none() || one == other)
}

/// An element as users write it.
pub(super) fn element(name: &str, pattern: &[i64]) -> String {
    let subscripts = pattern.iter().map(|subscript| format!("[{subscript}]"));
    subscripts.fold(name.to_owned(), |name, subscript| name + &subscript)
}

impl<'a> Elements<'a> {
    pub(super) fn of(variable: &'a Variable) -> Self {
        let ranks = variable
            .accesses
            .iter()
            .map(|access| access.subscripts.len());
        Self {
            variable,
            rank: ranks.max().unwrap_or(0),
            names: Numbers::default(),
            single: Vec::new(),
            several: Vec::new(),
            users: Vec::new(),
            time: 0,
        }
    }

    /// What the step `id` needs because of what it does with the variable.
    pub(super) fn step(&mut self, id: NodeId, instance: &Instance) -> Vec<Need> {
        let accesses = &self.variable.accesses;
        let first = accesses.partition_point(|access| access.node < instance.node);
        let own = accesses[first..]
            .iter()
            .take_while(|access| access.node == instance.node);
        let own: Vec<_> = own
            .map(|access| self.named(kind(access, instance), pattern(access, instance)))
            .collect();
        let mut needs = Vec::new();
        for used in own.iter().filter(|used| used.kind.reads()) {
            self.read(id, used, &mut needs);
        }
        for used in own.iter().filter(|used| used.kind.writes()) {
            self.write(id, used, &mut needs);
        }
        needs
    }

    fn named(&mut self, kind: AccessKind, pattern: Pattern) -> Use {
        let exact = self.exact(&pattern);
        let element = exact.map(|exact| self.names.give(element("", &exact)));
        self.single.resize_with(self.names.len(), Vec::new);
        Use {
            kind,
            pattern,
            element,
        }
    }

    fn read(&mut self, by: NodeId, used: &Use, needs: &mut Vec<Need>) {
        for mark in self
            .since_written(used)
            .iter()
            .filter(|mark| mark.writes && mark.by != by)
        {
            needs.push(Need {
                from: mark.by,
                kind: match used.kind {
                    AccessKind::Borrowed => EdgeKind::Borrowed,
                    _ => EdgeKind::Moved,
                },
                label: self.label(&mark.pattern),
                is_exact: used.element.is_some(),
                is_whole: mark.pattern.is_empty(),
            });
        }
        self.use_by(by);
        self.mark(by, used, false);
    }

    fn write(&mut self, by: NodeId, used: &Use, needs: &mut Vec<Need>) {
        if used.kind == AccessKind::Declared {
            self.single.iter_mut().for_each(Vec::clear);
            self.several.clear();
        }
        for mark in self.since_written(used).iter().filter(|mark| mark.by != by) {
            needs.push(Need {
                from: mark.by,
                kind: EdgeKind::Order,
                label: String::new(),
                is_exact: false,
                is_whole: mark.writes && mark.pattern.is_empty(),
            });
        }
        match used.element {
            Some(element) => self.single[element].clear(),
            None => {
                for marks in self.single.iter_mut().chain([&mut self.several]) {
                    marks.retain(|mark| !covers(&used.pattern, &mark.pattern));
                }
            }
        }
        if used.pattern.is_empty() {
            self.users.clear();
        } else {
            self.use_by(by);
        }
        self.mark(by, used, true);
    }

    /// Whether `step` has used a part of it since all of it was written.
    pub(super) fn is_user(&self, step: NodeId) -> bool {
        self.users.binary_search(&step).is_ok()
    }

    /// What has been done with the same, the latest first, up to what has surely
    /// written all of it.
    fn since_written(&self, used: &Use) -> Vec<&Mark> {
        let single = match used.element {
            Some(element) => &self.single[element..=element],
            None => &self.single,
        };
        let marks = single.iter().flatten().chain(&self.several);
        let mut found: Vec<_> = marks
            .filter(|mark| overlap(&mark.pattern, &used.pattern))
            .collect();
        found.sort_by_key(|mark| std::cmp::Reverse(mark.time));
        let last = found
            .iter()
            .position(|mark| mark.writes && covers(&mark.pattern, &used.pattern));
        found.truncate(last.map_or(found.len(), |last| last + 1));
        found
    }

    fn mark(&mut self, by: NodeId, used: &Use, writes: bool) {
        let marks = match used.element {
            Some(element) => &mut self.single[element],
            None => &mut self.several,
        };
        marks.push(Mark {
            by,
            pattern: used.pattern.clone(),
            writes,
            time: self.time,
        });
        self.time += 1;
    }

    /// Steps come in order, so the users are, too.
    fn use_by(&mut self, by: NodeId) {
        if self.users.last() != Some(&by) {
            self.users.push(by);
        }
    }

    /// The subscripts, if they are those of one element.
    fn exact(&self, pattern: &Pattern) -> Option<Vec<i64>> {
        let known: Option<Vec<i64>> = pattern.iter().copied().collect();
        known.filter(|known| known.len() == self.rank)
    }

    fn label(&self, pattern: &Pattern) -> String {
        let exact = self.exact(pattern).unwrap_or_default();
        element(&self.variable.name, &exact)
    }
}

/// What is assigned in a box may not be, or more than once.
fn kind(access: &Access, instance: &Instance) -> AccessKind {
    match access.kind {
        AccessKind::Assigned if instance.is_in_box => AccessKind::Changed,
        kind => kind,
    }
}
