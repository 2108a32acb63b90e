//! Ctrl-C as a word that a run should stop.
//!
//! Once a runtime has asked for it, the process has a handler. While a run
//! listens, the first Ctrl-C is noted for it; the second, and any when no run
//! listens, ends the process as usual.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

static HANDLER: OnceLock<Handler> = OnceLock::new();
static LISTENING: Mutex<usize> = Mutex::new(0);

struct Handler {
    /// Whether Ctrl-C has been pressed while a run listened.
    is_pressed: Arc<AtomicBool>,
    /// Whether the next one ends the process.
    ends_process: Arc<AtomicBool>,
}

/// Puts the handler up, if it is not up already.
pub(crate) fn install() -> io::Result<()> {
    // One at a time, so that it is put up once.
    let _listening = lock();
    if HANDLER.get().is_some() {
        return Ok(());
    }
    let handler = Handler {
        is_pressed: Arc::new(AtomicBool::new(false)),
        ends_process: Arc::new(AtomicBool::new(true)),
    };
    // In this order: the first Ctrl-C makes the second one end the process.
    flag::register_conditional_default(SIGINT, Arc::clone(&handler.ends_process))?;
    flag::register(SIGINT, Arc::clone(&handler.ends_process))?;
    flag::register(SIGINT, Arc::clone(&handler.is_pressed))?;
    HANDLER.get_or_init(|| handler);
    Ok(())
}

/// Whether Ctrl-C was pressed while a run listened that has not ended.
pub(crate) fn is_pressed() -> bool {
    HANDLER
        .get()
        .is_some_and(|handler| handler.is_pressed.load(Ordering::Relaxed))
}

/// A run that listens, until this is dropped.
pub(crate) struct Listening(());

impl Listening {
    pub(crate) fn begin() -> Self {
        let mut listening = lock();
        *listening += 1;
        if *listening == 1 {
            set(false);
        }
        Self(())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listening = lock();
        *listening -= 1;
        if *listening == 0 {
            set(true);
        }
    }
}

/// Forgets what was pressed, and sets what the next Ctrl-C does.
fn set(ends_process: bool) {
    if let Some(handler) = HANDLER.get() {
        handler.is_pressed.store(false, Ordering::SeqCst);
        handler.ends_process.store(ends_process, Ordering::SeqCst);
    }
}

fn lock() -> MutexGuard<'static, usize> {
    LISTENING.lock().unwrap_or_else(PoisonError::into_inner)
}
