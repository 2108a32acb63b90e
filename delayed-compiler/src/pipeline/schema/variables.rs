//! What steps do with variables that iterations change, element by element.
//!
//! Each mention of such a variable in a step's expression that is an element of it,
//! `t[i - 1][j]`, or the variable itself is found here. A step that names it in
//! another way, in a closure or a macro, say, is taken to use all of it.

use std::collections::{BTreeMap, BTreeSet};

use delayed_graph as shown;
use shown::AccessKind;
use syn::visit::{self, Visit};
use syn::{Expr, Ident};

use super::Named;
use super::ranges::Ranges;
use super::sums::{Range, Sum};
use crate::pipeline::arrays::affine::Affine;
use crate::pipeline::form::names::{Mode, mentions};
use crate::pipeline::form::{is_change_op, methods, places, variable};
use crate::pipeline::ir::{Binding, Graph, Node, ROOT, RegionId, Role, ValueId};
use crate::pipeline::text::text;

/// What is done with a variable, whichever step does it.
#[derive(Clone)]
pub(super) struct Touch {
    pub(super) variable: ValueId,
    kind: AccessKind,
    subscripts: Vec<Option<Sum>>,
    text: String,
    /// Nothing but its length is asked for.
    asks_length: bool,
}

impl Touch {
    /// All of a variable.
    fn whole(variable: ValueId, kind: AccessKind) -> Self {
        Self {
            variable,
            kind,
            subscripts: Vec::new(),
            text: String::new(),
            asks_length: false,
        }
    }

    fn changes(&self) -> bool {
        matches!(self.kind, AccessKind::Changed | AccessKind::Assigned)
    }

    /// The subscripts that name no constants.
    fn known(&self) -> Vec<Option<shown::Affine>> {
        let subscripts = self.subscripts.iter();
        let known = subscripts.map(|subscript| subscript.as_ref()?.known());
        known.collect()
    }

    /// Whether a subscript names a constant.
    fn names_constants(&self) -> bool {
        let mut subscripts = self.subscripts.iter().flatten();
        subscripts.any(|subscript| subscript.known().is_none())
    }

    fn at(self, node: shown::NodeId, words: &dyn Fn(&str) -> String) -> shown::Access {
        shown::Access {
            node,
            kind: self.kind,
            subscripts: self.known().into(),
            text: words(&self.text).into(),
        }
    }
}

/// What the steps that are shown do with the variables that iterations change.
pub(super) struct Variables {
    changed: BTreeSet<ValueId>,
    ranges: Ranges,
    /// What is done with variables to make a value that is not shown.
    hidden: BTreeMap<ValueId, Vec<Touch>>,
    found: BTreeMap<ValueId, Vec<(shown::NodeId, Touch)>>,
}

impl Variables {
    pub(super) fn of(graph: &Graph) -> Self {
        let ranges = Ranges::of(graph);
        Self {
            changed: changed(graph, &ranges),
            ranges,
            hidden: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// Notes that `id` makes `value`.
    pub(super) fn declare(&mut self, id: shown::NodeId, value: ValueId) {
        if self.changed.contains(&value) {
            let touch = Touch::whole(value, AccessKind::Declared);
            self.found.entry(value).or_default().push((id, touch));
        }
    }

    /// Notes what `node`, which is shown as `id`, does.
    pub(super) fn step(&mut self, graph: &Graph, id: shown::NodeId, node: &Node) {
        for touch in self.touches(graph, node) {
            let found = self.found.entry(touch.variable).or_default();
            found.push((id, touch));
        }
    }

    /// Notes that whoever uses what `bind` binds does what `node` does.
    pub(super) fn hide(&mut self, graph: &Graph, node: &Node, bind: Option<&Binding>) {
        let touches = self.touches(graph, node);
        for value in bind.iter().flat_map(|bind| &bind.values) {
            let hidden = self.hidden.entry(*value).or_default();
            hidden.extend(touches.iter().cloned());
        }
    }

    fn touches(&self, graph: &Graph, node: &Node) -> Vec<Touch> {
        let of_values = node
            .uses
            .iter()
            .filter_map(|used| self.hidden.get(&used.value));
        let mut touches: Vec<_> = of_values.flatten().cloned().collect();
        touches.extend(own(graph, &self.ranges, &self.changed, node));
        touches
    }

    /// The variables as users' graphs have them, by `name`, with elements in the user's
    /// `words`. What names constants is noted in `named`.
    pub(super) fn shown(
        &mut self,
        named: &mut Named,
        words: &dyn Fn(&str) -> String,
        name: impl Fn(ValueId) -> String,
    ) -> Vec<shown::Variable> {
        let found = std::mem::take(&mut self.found).into_iter().enumerate();
        let variable = found.map(|(variable, (value, mut touches))| {
            let changes = touches.iter().filter(|(_, touch)| touch.changes());
            let least = changes.map(|(_, touch)| touch.subscripts.len()).min();
            // What changes elements only leaves lengths as they are.
            let matters = |touch: &Touch| Some(touch.subscripts.len()) >= least;
            touches.retain(|(_, touch)| !touch.asks_length || matters(touch));
            touches.sort_by_key(|(id, _)| *id);
            for (access, (_, touch)) in touches.iter().enumerate() {
                if touch.names_constants() {
                    let subscripts = touch.subscripts.clone();
                    named.subscripts.insert((variable, access), subscripts);
                }
            }
            let accesses = touches.into_iter().map(|(id, touch)| touch.at(id, words));
            shown::Variable {
                name: name(value).into(),
                accesses: accesses.collect::<Vec<_>>().into(),
            }
        });
        variable.collect()
    }

    pub(super) fn range(&self, region: RegionId) -> Option<&Range> {
        self.ranges.ranges.get(&region)
    }
}

/// The variables from outside of a loop that goes through known numbers, and that
/// it changes.
fn changed(graph: &Graph, ranges: &Ranges) -> BTreeSet<ValueId> {
    let mut changed = BTreeSet::new();
    for region in ranges.ranges.keys() {
        let collected = graph.regions[region.0].collected;
        for id in graph.nodes_inside(*region) {
            for used in graph.nodes[id.0]
                .uses
                .iter()
                .filter(|used| used.mode == Mode::Change)
            {
                let home = graph.values[used.value.0].home;
                let is_own = home.is_some_and(|home| graph.is_inside(home, *region));
                if !is_own && Some(used.value) != collected {
                    changed.insert(used.value);
                }
            }
        }
    }
    changed
}

/// What `node` does with `variables`.
fn own(graph: &Graph, ranges: &Ranges, variables: &BTreeSet<ValueId>, node: &Node) -> Vec<Touch> {
    let used: BTreeMap<ValueId, Mode> = node
        .uses
        .iter()
        .filter(|used| variables.contains(&used.value))
        .map(|used| (used.value, used.mode))
        .collect();
    if used.is_empty() {
        return Vec::new();
    }
    let mut elements = Elements {
        graph,
        ranges,
        node,
        used: &used,
        is_conditional: is_conditional(graph, node.region),
        kind: None,
        asks_length: false,
        found: Vec::new(),
    };
    elements.visit_expr(&node.expr);
    let mut found = elements.found;
    for (value, mode) in used {
        let mentions = mentions(&node.expr);
        let mentions = mentions
            .iter()
            .filter(|one| one.find(&node.names) == Some(value));
        if mentions.count() != found.iter().filter(|touch| touch.variable == value).count() {
            found.retain(|touch| touch.variable != value);
            found.push(Touch::whole(value, of_mode(mode)));
        }
    }
    found
}

fn of_mode(mode: Mode) -> AccessKind {
    match mode {
        Mode::Borrow => AccessKind::Borrowed,
        Mode::Change => AccessKind::Changed,
        _ => AccessKind::Moved,
    }
}

/// Whether a branch, and not each iteration, runs what stands in `region`.
fn is_conditional(graph: &Graph, region: RegionId) -> bool {
    let mut outwards = graph.outwards(region);
    outwards.any(|region| graph.regions[region.0].role == Role::Arm)
}

struct Elements<'a> {
    graph: &'a Graph,
    ranges: &'a Ranges,
    node: &'a Node,
    used: &'a BTreeMap<ValueId, Mode>,
    is_conditional: bool,
    /// What is done with the place that is visited; `None` for its value.
    kind: Option<AccessKind>,
    /// Nothing but the length of the place that is visited is asked for.
    asks_length: bool,
    found: Vec<Touch>,
}

impl Elements<'_> {
    fn place(&mut self, expr: &Expr, kind: AccessKind) {
        let outside = self.kind.replace(kind);
        self.visit_expr(expr);
        self.kind = outside;
    }

    fn value(&mut self, expr: &Expr) {
        let outside = self.kind.take();
        self.visit_expr(expr);
        self.kind = outside;
    }

    fn find(&self, name: &str) -> Option<ValueId> {
        let value = self.node.names.get(name).copied();
        value.filter(|value| self.used.contains_key(value))
    }

    /// The variable and subscripts of `t[i][j]`, `t` or `self.t[i]`.
    fn element<'e>(&self, expr: &'e Expr) -> Option<(ValueId, Vec<&'e Expr>)> {
        match expr {
            Expr::Index(index) => {
                let (value, mut subscripts) = self.element(&index.expr)?;
                match &*index.index {
                    Expr::Array(several) => subscripts.extend(&several.elems),
                    Expr::Tuple(several) => subscripts.extend(&several.elems),
                    one => subscripts.push(one),
                }
                Some((value, subscripts))
            }
            Expr::Paren(paren) => self.element(&paren.expr),
            Expr::Field(field) => match (variable(&field.base), &field.member) {
                (Some(name), syn::Member::Named(field)) if name == "self" => {
                    let value = self.find(&format!("self.{field}"))?;
                    Some((value, Vec::new()))
                }
                _ => None,
            },
            expr => {
                let name: &Ident = variable(expr)?;
                Some((self.find(&name.to_string())?, Vec::new()))
            }
        }
    }

    /// Notes that `expr` names an element, if it does.
    fn note(&mut self, expr: &Expr) -> bool {
        let Some((variable, subscripts)) = self.element(expr) else {
            return false;
        };
        let kind = match self.kind {
            Some(kind) => kind,
            None if subscripts.is_empty() => of_mode(self.used[&variable]),
            None => AccessKind::Borrowed,
        };
        let known = subscripts.iter().map(|subscript| {
            let affine = Affine::of(subscript, &self.node.names, self.graph, ROOT)?;
            self.ranges.sum(&affine)
        });
        self.found.push(Touch {
            variable,
            kind,
            subscripts: known.collect(),
            text: text(expr),
            asks_length: self.asks_length,
        });
        subscripts
            .into_iter()
            .for_each(|subscript| self.value(subscript));
        true
    }

    /// What `call` does with what it is called on.
    fn receiver(&mut self, call: &syn::ExprMethodCall) {
        let changes = self
            .element(&call.receiver)
            .is_some_and(|(value, _)| self.used[&value] == Mode::Change && !methods::looks(call));
        let kind = match changes {
            true => AccessKind::Changed,
            false => AccessKind::Borrowed,
        };
        self.asks_length = call.method == "len" || call.method == "is_empty";
        self.place(&call.receiver, kind);
        self.asks_length = false;
    }
}

impl<'ast> Visit<'ast> for Elements<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            expr if self.note(expr) => {}
            Expr::Assign(assign) => {
                let kind = match self.is_conditional {
                    true => AccessKind::Changed,
                    false => AccessKind::Assigned,
                };
                for place in places(&assign.left) {
                    self.place(place, kind);
                }
                self.value(&assign.right);
            }
            Expr::Binary(binary) if is_change_op(&binary.op) => {
                self.place(&binary.left, AccessKind::Changed);
                self.value(&binary.right);
            }
            Expr::Reference(inner) => {
                let kind = match inner.mutability {
                    Some(_) => AccessKind::Changed,
                    None => AccessKind::Borrowed,
                };
                self.place(&inner.expr, kind);
            }
            Expr::MethodCall(call) => {
                self.receiver(call);
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Index(index) => {
                // A part of an element, such as `t[i].row[j]`.
                self.visit_expr(&index.expr);
                self.value(&index.index);
            }
            Expr::Field(field) => {
                let kind = match self.kind {
                    // The rest of it stays.
                    Some(AccessKind::Assigned) => AccessKind::Changed,
                    Some(kind) => kind,
                    None => AccessKind::Borrowed,
                };
                self.place(&field.base, kind);
            }
            Expr::Paren(paren) => self.visit_expr(&paren.expr),
            Expr::If(inner) => {
                self.value(&inner.cond);
                if let Some((_, other)) = &inner.else_branch {
                    self.value(other);
                }
            }
            Expr::Match(inner) => self.value(&inner.expr),
            // What these name is not looked for, so that it counts as unknown.
            Expr::Closure(_) | Expr::Block(_) | Expr::Macro(_) => {}
            expr => {
                let outside = self.kind.take();
                visit::visit_expr(self, expr);
                self.kind = outside;
            }
        }
    }
}
