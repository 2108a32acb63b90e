//! Nodes of run-time graphs, and their memory, in every order that threads can
//! meet there.
//!
//! The memory of nodes comes from loom, which sees what is not given back or
//! given back twice, and a value that is touched by two threads at once.

use std::alloc::Layout;
use std::sync::Arc;

use loom::cell::Cell;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::input::Lending;
use super::value::Loan;
use super::{Delayed, memory};
use crate::TaskInfo;
use crate::models::explore;

/// A value that loom watches, and that counts how often it is made and dropped.
struct Watched {
    number: Cell<u64>,
    drops: Arc<AtomicUsize>,
}

// SAFETY: loom checks that no thread writes while another one looks.
unsafe impl Sync for Watched {}

impl Drop for Watched {
    fn drop(&mut self) {
        self.number.set(0);
        self.drops.fetch_add(1, Ordering::Relaxed);
    }
}

/// A node that makes a watched 7, once.
fn watched(drops: &Arc<AtomicUsize>) -> Delayed<Watched> {
    let drops = Arc::clone(drops);
    Delayed::from(7).map(|number| Watched {
        number: Cell::new(number),
        drops,
    })
}

/// A node that looks at another.
fn look(argument: &Delayed<Watched>) -> Delayed<u64> {
    const INFO: TaskInfo = TaskInfo::new("look", "models.rs", 1, 1, false);
    let input: Lending<'_, Watched, Watched> = Lending::new(argument);
    Delayed::task(&INFO, input, |value: Loan<'_, Watched, Watched>| {
        Ok(value.number.get())
    })
}

/// Runs `model` with a count of drops, of which there must be one in the end.
fn dropped_once(preemptions: usize, model: impl Fn(&Arc<AtomicUsize>) + Send + Sync + 'static) {
    explore(preemptions, move || {
        let drops = Arc::new(AtomicUsize::new(0));
        model(&drops);
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn runs_on_two_threads_share_a_node() {
    dropped_once(2, |drops| {
        let base = watched(drops);
        let (first, second) = (look(&base), look(&base));
        drop(base);
        let other = thread::spawn(move || assert_eq!(first.compute().unwrap(), 7));
        assert_eq!(second.compute().unwrap(), 7);
        other.join().unwrap();
    });
}

#[test]
fn a_value_is_taken_while_another_thread_drops_its_reader() {
    dropped_once(2, |drops| {
        let base = watched(drops);
        let reader = look(&base);
        let other = thread::spawn(move || drop(reader));
        let taken = base.compute().unwrap();
        assert_eq!(taken.number.get(), 7);
        drop(taken);
        other.join().unwrap();
    });
}

#[test]
fn a_value_is_taken_while_another_thread_looks_at_it() {
    // Two runs that wait for each other's nodes take many steps.
    dropped_once(1, |drops| {
        let base = watched(drops);
        let reader = look(&base);
        let other = thread::spawn(move || assert_eq!(reader.compute().unwrap(), 7));
        drop(base.compute().unwrap());
        other.join().unwrap();
    });
}

#[test]
fn the_last_of_two_threads_drops_a_node() {
    dropped_once(4, |drops| {
        let base = watched(drops).persist().unwrap();
        let reader = look(&base);
        let other = thread::spawn(move || drop(reader));
        drop(base);
        other.join().unwrap();
    });
}

/// A run that gives work to a helper.
#[test]
fn a_run_shares_its_steps() {
    dropped_once(4, |drops| {
        let base = watched(drops);
        let readers = [look(&base), look(&base)];
        drop(base);
        assert_eq!(super::compute(readers).unwrap(), [7, 7]);
    });
}

/// A step waits for two others, which two threads may do.
#[test]
fn a_step_with_two_inputs_runs_once() {
    dropped_once(2, |drops| {
        let base = watched(drops);
        let sum = look(&base) + look(&base);
        drop(base);
        assert_eq!(sum.compute().unwrap(), 14);
    });
}

/// The same where others hold one of the nodes, so that each has to be locked.
#[test]
fn a_step_with_two_inputs_runs_once_where_others_have_one() {
    dropped_once(1, |drops| {
        let base = watched(drops);
        let sum = look(&base) + look(&base);
        assert_eq!(sum.compute().unwrap(), 14);
        drop(base);
    });
}

/// A block of memory ends once, whichever thread frees the last of it.
#[test]
fn a_block_is_given_back_once() {
    /// A node's memory.
    struct Memory(std::ptr::NonNull<u8>, memory::Place);
    // SAFETY: one thread has it at a time.
    unsafe impl Send for Memory {}
    impl Memory {
        fn free(self) {
            // SAFETY: it was allocated with this layout, and nobody uses it.
            unsafe { memory::free(self.0, self.1, LAYOUT) };
        }
    }
    const LAYOUT: Layout = Layout::new::<[u64; 8]>();
    explore(4, || {
        let [a, b, c] = [(); 3].map(|()| {
            let (memory, place) = memory::allocate(LAYOUT);
            Memory(memory, place)
        });
        let others = [b, c].map(|memory| thread::spawn(|| memory.free()));
        a.free();
        for other in others {
            other.join().unwrap();
        }
    });
}
