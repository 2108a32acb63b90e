//! A pipeline inside of a pipeline, run where it stands.

use super::Generator;
use crate::program::Stmt;
use crate::scope::Ty;

impl Generator {
    /// What is around it is read only, as nobody promises what a failure leaves
    /// of changes.
    pub(super) fn nested(&mut self) -> Option<Vec<Stmt>> {
        if self.scope.loops > 1 {
            return None;
        }
        let around = self.scope.enter();
        (0..around).for_each(|id| self.scope.freeze(id));
        // A closure from outside is called as a function that is no task.
        let closures: Vec<_> = (0..around)
            .filter(|id| self.scope.var(*id).ty == Ty::Closure)
            .map(|id| (id, self.scope.var(id).read.clone()))
            .collect();
        for (id, _) in &closures {
            let read = format!("({})", self.scope.var(*id).name);
            self.scope.set_read(*id, &read);
        }
        let labels = std::mem::take(&mut self.labels);
        let mut body = vec![self.accumulator()];
        body.extend(self.block(5));
        let value = self.int(2);
        body.push(Stmt::Line(value));
        for (id, read) in closures {
            self.scope.set_read(id, &read);
        }
        self.labels = labels;
        self.scope.leave(around);
        (0..around).for_each(|id| self.scope.thaw(id));
        let name = self.name("x");
        self.scope.declare(&name, Ty::Int, false);
        let head = format!("let {name} = delayed::pipeline!({{");
        Some(vec![Stmt::Nest(
            vec![(head, body)],
            "}).compute().unwrap_or(7);",
        )])
    }
}
