//! The variables that a random program can name, and what the borrow checker
//! would let it do with them.

use crate::rng::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    Int,
    Float,
    /// `String`, and `&str` or `&String`.
    Text,
    TextRef,
    /// `Vec<i64>`, and `&[i64]`.
    List,
    Slice,
    /// `Vec<String>`.
    Words,
    Token,
    TokenRef,
    /// `Vec<Token>`.
    Tokens,
    /// `BTreeMap<i64, i64>`.
    Map,
    /// `Fn(i64) -> i64`.
    Closure,
    /// A range of integers that loops take from.
    Numbers,
    Bool,
    /// `Pairwise<f64>`.
    Pairwise,
    /// `Affine`, whose `+=` is associative.
    Affine,
    /// A struct of a text, a list and a token.
    Parcel,
    /// A `Delayed<i64>`.
    Later,
}

#[derive(Clone, Debug)]
pub(crate) struct Var {
    pub(crate) name: String,
    /// How its value is read, if not by its name.
    pub(crate) read: String,
    pub(crate) ty: Ty,
    pub(crate) mutable: bool,
    pub(crate) captured: bool,
    /// It is lent by the surroundings, and cannot be moved.
    lent: bool,
    /// How many loops stand around it.
    loops: usize,
    moved: bool,
    /// How many borrows of it are alive.
    frozen: usize,
}

impl Var {
    /// Whether it can be named where nothing but a name can stand: it is no
    /// field, and need not be converted.
    pub(crate) fn is_name(&self) -> bool {
        !self.name.contains('.') && !self.read.contains("::")
    }
}

/// The variables in scope, the innermost last.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    vars: Vec<Var>,
    /// How many loops stand around the next statement.
    pub(crate) loops: usize,
}

/// The index of a variable in its scope.
pub(crate) type VarId = usize;

impl Scope {
    pub(crate) fn declare(&mut self, name: &str, ty: Ty, mutable: bool) -> VarId {
        self.declare_read(name, name, ty, mutable)
    }

    pub(crate) fn declare_read(&mut self, name: &str, read: &str, ty: Ty, mutable: bool) -> VarId {
        self.vars.push(Var {
            name: name.to_owned(),
            read: read.to_owned(),
            ty,
            mutable,
            captured: false,
            lent: false,
            loops: self.loops,
            moved: false,
            frozen: 0,
        });
        self.vars.len() - 1
    }

    pub(crate) fn capture(&mut self, name: &str, ty: Ty, mutable: bool, lent: bool) -> VarId {
        let id = self.declare(name, ty, mutable);
        self.vars[id].captured = true;
        self.vars[id].lent = lent;
        id
    }

    /// How a captured variable is read.
    pub(crate) fn set_read(&mut self, id: VarId, read: &str) {
        read.clone_into(&mut self.vars[id].read);
    }

    /// What `name` stands for here.
    pub(crate) fn find(&self, name: &str) -> Option<&Var> {
        self.vars.iter().rev().find(|var| var.name == name)
    }

    pub(crate) fn var(&self, id: VarId) -> &Var {
        &self.vars[id]
    }

    /// Where the scope ends now, for [`Self::leave`].
    pub(crate) fn enter(&self) -> usize {
        self.vars.len()
    }

    pub(crate) fn leave(&mut self, mark: usize) {
        self.vars.truncate(mark);
    }

    /// The variables of these types that are not shadowed and fit.
    fn fitting(&self, types: &[Ty], fits: impl Fn(&Var) -> bool) -> Vec<VarId> {
        let shown = |id: &VarId| {
            let name = &self.vars[*id].name;
            self.vars[id + 1..].iter().all(|later| later.name != *name)
        };
        let ids = (0..self.vars.len()).filter(shown);
        ids.filter(|id| types.contains(&self.vars[*id].ty) && fits(&self.vars[*id]))
            .collect()
    }

    pub(crate) fn readable(&self, types: &[Ty]) -> Vec<VarId> {
        self.fitting(types, |var| !var.moved)
    }

    /// What may be read; mostly without what changes, as reading that leaves
    /// little to run in parallel.
    pub(crate) fn calm(&self, types: &[Ty], rng: &mut Rng) -> Vec<VarId> {
        let mut ids = self.readable(types);
        if rng.chance(93) {
            ids.retain(|id| !self.vars[*id].mutable);
        }
        ids
    }

    pub(crate) fn movable(&self, ty: Ty) -> Vec<VarId> {
        self.fitting(&[ty], |var| {
            !var.moved && var.frozen == 0 && !var.lent && var.loops == self.loops
        })
    }

    pub(crate) fn changeable(&self, types: &[Ty]) -> Vec<VarId> {
        self.fitting(types, |var| var.mutable && !var.moved && var.frozen == 0)
    }

    pub(crate) fn set_moved(&mut self, id: VarId, moved: bool) {
        self.vars[id].moved = moved;
    }

    pub(crate) fn freeze(&mut self, id: VarId) {
        self.vars[id].frozen += 1;
    }

    pub(crate) fn thaw(&mut self, id: VarId) {
        self.vars[id].frozen -= 1;
    }

    /// Which variables are moved, for the arms of a branch.
    pub(crate) fn moves(&self) -> Vec<bool> {
        self.vars.iter().map(|var| var.moved).collect()
    }

    pub(crate) fn set_moves(&mut self, moves: &[bool]) {
        for (var, moved) in self.vars.iter_mut().zip(moves) {
            var.moved = *moved;
        }
    }
}
