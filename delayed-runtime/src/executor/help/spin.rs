//! Waiting awake.

use std::time::{Duration, Instant};

use crate::sync::spin_loop;

/// About what it takes to put a thread to sleep and to wake it up again. Whoever
/// waits so long awake and then sleeps waits at most twice as long as he had to
/// (Karlin, Li, Manasse and Owicki, "Empirical studies of competitive spinning",
/// SOSP 1991).
const WAKE: Duration = Duration::from_micros(40);
/// How many pauses there are between two looks: what is looked at stays where it
/// is written for as long.
const PAUSES: usize = 8;
/// How often to look before a look at the clock.
const LOOKS: usize = 16;

/// Waits for `is_over`, and gives up when sleeping is the better way to wait.
pub(crate) fn spin(mut is_over: impl FnMut() -> bool) -> bool {
    // A model need not look twice: nothing changes unless others go on.
    if cfg!(loom) {
        return is_over();
    }
    let mut since = None;
    loop {
        for _ in 0..LOOKS {
            if is_over() {
                return true;
            }
            for _ in 0..PAUSES {
                spin_loop();
            }
        }
        if since.get_or_insert_with(Instant::now).elapsed() > WAKE {
            return false;
        }
    }
}
