//! The plan, one line for each step; nodes are those of the graph's text.

use std::fmt::Write as _;

use super::graph::values;
use crate::pipeline::analyse::order::Schedule;
use crate::pipeline::ir::{Graph, NodeId};
use crate::pipeline::plan::{Action, BodyPlan, HandOver, LoopPlan, Pending, Plan, Step};

/// The text of `plan`, the plan of `graph`.
#[must_use]
pub fn plan(graph: &Graph, plan: &Plan) -> String {
    let mut out = String::new();
    body(graph, &plan.root, 0, &mut out);
    out
}

fn body(graph: &Graph, plan: &BodyPlan, depth: usize, out: &mut String) {
    steps(graph, &plan.steps, depth, out);
    if let Some(number) = plan.last {
        let _ = writeln!(out, "{:depth$}end with #{number}", "");
    }
}

fn steps(graph: &Graph, list: &[Step], depth: usize, out: &mut String) {
    for step in list {
        out.push_str(&" ".repeat(depth));
        match step {
            Step::Node(node, pending) => {
                let kept = kept(graph, *node, pending);
                let _ = writeln!(out, "run n{}{kept}", node.0);
            }
            Step::Fork(branches) => {
                let _ = writeln!(out, "fork");
                for branch in branches {
                    let gives = values(graph, branch.gives.iter().copied());
                    let _ = writeln!(out, "{:depth$}  branch gives {gives}", "");
                    steps(graph, &branch.steps, depth + 4, out);
                }
            }
            Step::Release(ended) => {
                let ended = values(graph, ended.iter().copied());
                let _ = writeln!(out, "end {ended}");
            }
            Step::Keep(kept) => {
                let kept = values(graph, kept.iter().copied());
                let _ = writeln!(out, "keep {kept}");
            }
            Step::Push(number) => {
                let _ = writeln!(out, "push #{number}");
            }
            Step::Value(node, pending) => {
                let kept = kept(graph, *node, pending);
                let _ = writeln!(out, "value n{}{kept}", node.0);
            }
            Step::Jump(node, pending) => {
                let _ = writeln!(out, "jump n{}{}", node.0, pushes(pending));
            }
            Step::Branch(node, arms, _) => {
                let _ = writeln!(out, "branch n{}", node.0);
                for arm in arms {
                    let _ = writeln!(out, "{:depth$}  arm", "");
                    body(graph, arm, depth + 4, out);
                }
            }
            Step::Loop(inner, pending) => for_loop(graph, inner, pending, depth, out),
        }
    }
}

fn for_loop(graph: &Graph, plan: &LoopPlan, pending: &Pending, depth: usize, out: &mut String) {
    let schedule = match plan.schedule {
        Schedule::Parallel => "parallel",
        Schedule::Serial(_) => "serial",
    };
    let (node, region) = (plan.node.0, plan.region.0);
    let kept = pushes(pending);
    let _ = writeln!(out, "{schedule} loop n{node} r{region}{kept}");
    body(graph, &plan.body, depth + 4, out);
    for (number, taken) in plan.hand_overs.iter().enumerate() {
        let taken = hand_over(graph, taken);
        let _ = writeln!(out, "{:depth$}  in turn #{number} {taken}", "");
    }
}

/// What an exit of `node` must not lose.
fn kept(graph: &Graph, node: NodeId, pending: &Pending) -> String {
    if graph.nodes[node.0].exit {
        pushes(pending)
    } else {
        String::new()
    }
}

fn pushes(pending: &Pending) -> String {
    if pending.is_empty() {
        return String::new();
    }
    let numbers: Vec<_> = pending.iter().map(|number| format!("#{number}")).collect();
    format!(", an exit pushes {}", numbers.join(", "))
}

fn hand_over(graph: &Graph, hand_over: &HandOver) -> String {
    let actions = hand_over.actions.iter().map(|action| match action {
        Action::Run(node) => format!("run n{}", node.0),
        Action::Forward(number, handed) => {
            let handed = values(graph, handed.iter().copied());
            format!("hand on {handed} as #{number}")
        }
    });
    let actions: Vec<_> = actions.collect();
    let handed = values(graph, hand_over.values.iter().copied());
    format!("with {handed}: {}", actions.join(", "))
}
