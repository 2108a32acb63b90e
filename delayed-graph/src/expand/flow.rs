//! Who has left what, as the iterations run in the order of the program.

use std::collections::{BTreeMap, BTreeSet};

use super::instances::Instance;
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
    /// What has been done with single elements, and with others, since all of the
    /// same was written.
    marks: BTreeMap<Option<Vec<i64>>, Vec<Mark>>,
    /// Who has used it since all of it was written.
    users: BTreeSet<NodeId>,
    time: usize,
}

#[derive(Debug)]
struct Mark {
    by: NodeId,
    pattern: Pattern,
    writes: bool,
    time: usize,
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
            marks: BTreeMap::new(),
            users: BTreeSet::new(),
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
            .map(|access| (kind(access, instance), pattern(access, instance)))
            .collect();
        let mut needs = Vec::new();
        for (kind, pattern) in own.iter().filter(|(kind, _)| kind.reads()) {
            self.read(id, *kind, pattern, &mut needs);
        }
        for (kind, pattern) in own.into_iter().filter(|(kind, _)| kind.writes()) {
            self.write(id, kind, pattern, &mut needs);
        }
        needs
    }

    fn read(&mut self, by: NodeId, kind: AccessKind, pattern: &Pattern, needs: &mut Vec<Need>) {
        let is_exact = self.exact(pattern).is_some();
        for mark in self
            .since_written(pattern)
            .iter()
            .filter(|mark| mark.writes && mark.by != by)
        {
            needs.push(Need {
                from: mark.by,
                kind: match kind {
                    AccessKind::Borrowed => EdgeKind::Borrowed,
                    _ => EdgeKind::Moved,
                },
                label: self.label(&mark.pattern),
                is_exact,
                is_whole: mark.pattern.is_empty(),
            });
        }
        self.users.insert(by);
        self.mark(by, pattern.clone(), false);
    }

    fn write(&mut self, by: NodeId, kind: AccessKind, pattern: Pattern, needs: &mut Vec<Need>) {
        if kind == AccessKind::Declared {
            self.marks.clear();
        }
        for mark in self
            .since_written(&pattern)
            .iter()
            .filter(|mark| mark.by != by)
        {
            needs.push(Need {
                from: mark.by,
                kind: EdgeKind::Order,
                label: String::new(),
                is_exact: false,
                is_whole: mark.writes && mark.pattern.is_empty(),
            });
        }
        match self.exact(&pattern) {
            Some(exact) => {
                self.marks.remove(&Some(exact));
            }
            None => {
                for marks in self.marks.values_mut() {
                    marks.retain(|mark| !covers(&pattern, &mark.pattern));
                }
                self.marks.retain(|_, marks| !marks.is_empty());
            }
        }
        if pattern.is_empty() {
            self.users.clear();
        } else {
            self.users.insert(by);
        }
        self.mark(by, pattern, true);
    }

    /// Whether `step` has used a part of it since all of it was written.
    pub(super) fn is_user(&self, step: NodeId) -> bool {
        self.users.contains(&step)
    }

    /// What has been done with `pattern`, the latest first, up to what has surely
    /// written all of it.
    fn since_written(&self, pattern: &Pattern) -> Vec<&Mark> {
        let (own, others);
        let marks: &mut dyn Iterator<Item = &Mark> = match self.exact(pattern) {
            Some(exact) => {
                own = self.marks.get(&Some(exact));
                others = self.marks.get(&None);
                &mut own.into_iter().chain(others).flatten()
            }
            None => &mut self.marks.values().flatten(),
        };
        let mut found: Vec<_> = marks
            .filter(|mark| overlap(&mark.pattern, pattern))
            .collect();
        found.sort_by_key(|mark| std::cmp::Reverse(mark.time));
        let last = found
            .iter()
            .position(|mark| mark.writes && covers(&mark.pattern, pattern));
        found.truncate(last.map_or(found.len(), |last| last + 1));
        found
    }

    fn mark(&mut self, by: NodeId, pattern: Pattern, writes: bool) {
        let (exact, time) = (self.exact(&pattern), self.time);
        self.time += 1;
        self.marks.entry(exact).or_default().push(Mark {
            by,
            pattern,
            writes,
            time,
        });
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
