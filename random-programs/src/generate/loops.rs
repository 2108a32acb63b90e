//! Random loops.

use super::Generator;
use crate::program::Stmt;
use crate::scope::Ty;

/// How deep loops nest.
const DEPTH: usize = 3;

impl Generator {
    pub(super) fn for_loop(&mut self) -> Option<Vec<Stmt>> {
        let (head, body, ()) = self.looped(|_| ())?;
        Some(vec![Stmt::Nest(vec![(head, body)], "}")])
    }

    /// A loop as a value.
    pub(super) fn collect(&mut self) -> Option<Vec<Stmt>> {
        let kind = self.rng.below(6);
        let (head, body, (tail, ty)) = self.looped(|this| match kind {
            0 => (this.text(2), Ty::Words),
            1 => (this.token(2), Ty::Tokens),
            // Results, which are collected once more.
            2 => (format!("check({}, 500)", this.int(1)), Ty::Numbers),
            _ => (this.int(2), Ty::List),
        })?;
        let name = self.name("all");
        let mut stmts = vec![Stmt::Collect {
            name: name.clone(),
            head,
            body,
            tail,
        }];
        if ty == Ty::Numbers {
            let values = self.name("all");
            stmts.push(Stmt::Line(if self.has("try") {
                format!("let {values} = {name}.into_iter().collect::<Result<Vec<i64>, _>>()?;")
            } else {
                format!("let {values} = {name}.into_iter().flatten().collect::<Vec<i64>>();")
            }));
            self.scope.declare(&values, Ty::List, false);
        } else {
            self.scope.declare(&name, ty, false);
        }
        Some(stmts)
    }

    /// A loop that is the value of the whole body.
    pub(super) fn last_loop(&mut self) -> Option<Stmt> {
        if self.rng.chance(40) {
            let mut stmt = self.for_loop()?.pop()?;
            if let Stmt::Nest(bodies, _) = &mut stmt
                && !self.has("last_branch")
            {
                bodies[0].1.push(Stmt::Line("();".to_owned()));
            }
            return Some(stmt);
        }
        let mut stmt = self.collect()?.swap_remove(0);
        if let Stmt::Collect { name, .. } = &mut stmt {
            name.clear();
        }
        Some(stmt)
    }

    /// A loop's head and body, and what `tail` makes in the body's scope.
    fn looped<T>(&mut self, tail: impl FnOnce(&mut Self) -> T) -> Option<(String, Vec<Stmt>, T)> {
        if self.scope.loops == DEPTH {
            return None;
        }
        let source = self.source()?;
        let label = (self.has("labels") && self.rng.chance(20)).then(|| self.name("'l"));
        let head = match &label {
            Some(label) => format!("{label}: for {} in {} {{", source.pat, source.expr),
            None => format!("for {} in {} {{", source.pat, source.expr),
        };
        self.labels.push(label);
        let mark = self.scope.enter();
        self.scope.loops += 1;
        for (name, read, ty) in &source.items {
            let mutable = source.mutable && *ty == Ty::Int;
            self.scope.declare_read(name, read, *ty, mutable);
        }
        // What is borrowed to be changed cannot even be read.
        let hidden = source.borrowed.filter(|_| source.mutable);
        if let Some(id) = hidden {
            self.scope.set_moved(id, true);
        }
        let (body, tail) = self.while_frozen(source.borrowed, |this| {
            let mut body = Vec::new();
            if source.fallible {
                body.push(Stmt::Line(format!("let {0} = {0}?;", source.pat)));
            }
            let size = this.rng.pick(&[2, 4, 6, 8]);
            body.extend(this.block(size));
            let number = source.items.iter().find(|item| item.2 == Ty::Int);
            let number = number.and_then(|(name, ..)| this.scope.find(name));
            let number = number.filter(|var| var.ty == Ty::Int);
            if let Some(read) = number.map(|var| var.read.clone())
                && this.rng.chance(40)
            {
                body.extend(this.exit_between_effects(&read));
            }
            (body, tail(this))
        });
        if let Some(id) = hidden {
            self.scope.set_moved(id, false);
        }
        self.scope.loops -= 1;
        self.labels.pop();
        self.scope.leave(mark);
        Some((head, body, tail))
    }

    /// Perhaps an effect, something that leaves in one iteration of many, and
    /// another effect: what stands before it happens, and what stands after does not.
    fn exit_between_effects(&mut self, item: &str) -> Vec<Stmt> {
        let mut body = Vec::new();
        if self.rng.chance(60) {
            body.extend(self.effect().into_iter().flatten());
        }
        let of = self.rng.pick(&[3, 5, 30, 600]);
        let jump = self.rng.pick(&["continue", "break"]);
        let exit = match self.rng.below(3) {
            0 if self.has("try") => format!("check({item}, {of})?;"),
            1 if self.has("panic") => format!("fragile({item}, {of});"),
            _ => format!("if churn({item}) % {of} == {of} - 1 {{ {jump}; }}"),
        };
        body.push(Stmt::Line(exit));
        body.extend(self.effect().into_iter().flatten());
        body
    }
}
