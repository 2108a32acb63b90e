//! Threads that are gone when the work is done, and all that they kept.

use std::thread::{Builder, JoinHandle};

/// Runs `work` on a pool of `threads`, and waits until its threads have ended.
pub(crate) fn on_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let mut handles: Vec<JoinHandle<()>> = Vec::new();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .spawn_handler(|thread| {
            handles.push(Builder::new().spawn(|| thread.run())?);
            Ok(())
        })
        .build()
        .expect("threads can be had");
    let done = pool.install(work);
    drop(pool);
    for handle in handles {
        handle.join().expect("a pool's thread does not panic");
    }
    done
}
