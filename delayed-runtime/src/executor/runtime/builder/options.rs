//! What was asked of a runtime, in words.

use super::{Panics, RuntimeBuilder};
use crate::Bytes;

impl RuntimeBuilder {
    /// All that was chosen but the number of threads, as a report shows it; `None`
    /// if nothing was.
    pub(super) fn options(&self) -> Option<String> {
        let Self {
            seed,
            name,
            stack_size,
            window,
            deadline,
            panics,
            bounds,
            ..
        } = self;
        let limit = self.memory_limit.as_ref();
        let limit = limit.and_then(|limit| limit.bytes().ok()).map(Bytes);
        let stack = stack_size.map(|bytes| Bytes(bytes as u64));
        let panics = (*panics == Panics::Resume).then(|| "panics go on".to_owned());
        let interrupts = bounds.interrupts.then(|| "ends at Ctrl-C".to_owned());
        let token = bounds.token.as_ref();
        let chosen = [
            seed.map(|seed| format!("serial, seed {seed}")),
            name.as_ref().map(|name| format!("threads called {name:?}")),
            stack.map(|stack| format!("stacks of {stack}")),
            window.map(|window| format!("window {window}")),
            limit.map(|limit| format!("memory limit {limit}")),
            deadline.map(|after| format!("deadline after {after:?}")),
            panics,
            interrupts,
            token.map(|_| "cancel token".to_owned()),
            self.checkpoints_in(),
        ];
        let chosen: Vec<_> = chosen.into_iter().flatten().collect();
        (!chosen.is_empty()).then(|| chosen.join(", "))
    }

    #[cfg(feature = "checkpoint")]
    fn checkpoints_in(&self) -> Option<String> {
        let folder = self.checkpoint.as_ref();
        folder.map(|folder| format!("checkpoints in {}", folder.display()))
    }

    #[cfg(not(feature = "checkpoint"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn checkpoints_in(&self) -> Option<String> {
        None
    }
}
