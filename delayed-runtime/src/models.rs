//! What runs under loom: each model is run once for each order in which its
//! threads can take their steps, up to a number of preemptions. `ci/loom.sh`
//! runs them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};

/// Runs `model` in every order of steps with at most so many `preemptions`, or
/// as many as `LOOM_MAX_PREEMPTIONS` says.
pub(crate) fn explore(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    // Runs ask for as many helpers as rayon has threads. Under loom, a helper
    // is one of loom's threads; rayon's own stay idle.
    static HELPERS: Once = Once::new();
    HELPERS.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
        pool.build_global().expect("no pool has been made before");
    });
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_branches = 20_000;
    let orders = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&orders);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    eprintln!("{} orders", orders.load(Ordering::Relaxed));
}
