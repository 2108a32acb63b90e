//! Where work is offered to helpers.
//!
//! A loop that lives on its owner's stack posts itself here, and helpers visit
//! it. The board holds a plain pointer to the loop, so everything rests on one
//! rule: *a post is taken down, and its last visitor is gone, before the job it
//! points to ends*. [`Board::post`] gives a guard that keeps the rule, on
//! return and on unwinding alike.

use std::cell::Cell;
use std::ptr::NonNull;
use std::sync::PoisonError;
use std::time::Duration;

use super::spin::spin;
use crate::executor::position::Position;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use crate::sync::{Condvar, Mutex, MutexGuard, thread_local};

/// Work that others can help with.
pub(crate) trait Job: Sync {
    /// Whether a visit would find something to do. Cheap, and never blocks.
    fn available(&self) -> bool;

    /// Does what can be done now, then leaves. Must not unwind.
    fn visit(&self);
}

/// The offers of one run.
pub(crate) struct Board {
    state: Mutex<State>,
    changed: Condvar,
    /// How many threads wait on `changed`.
    parked: AtomicUsize,
    /// How many helpers have been asked for and have not left.
    helpers: AtomicUsize,
    /// How many of them look for work right now.
    looking: AtomicUsize,
    /// How many posts there are, and whether there will be more, for whoever
    /// would rather not take the lock.
    posts: AtomicUsize,
    is_closed: AtomicBool,
}

thread_local! {
    /// This thread works on a computation already, further down its stack.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Marks the thread as working on a computation until it is dropped.
pub(crate) struct Inside {
    outside: bool,
}

impl Inside {
    pub(crate) fn enter() -> Self {
        Self {
            outside: INSIDE.replace(true),
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.outside);
    }
}

/// How long a helper waits for work before it leaves. Its thread belongs to a
/// pool that others use, too: one that slept there until the end would keep
/// tasks waiting that use the pool themselves.
const PATIENCE: Duration = Duration::from_micros(500);

struct State {
    /// In serial order, so that the earliest work is found first.
    posts: Vec<Post>,
    next_id: u64,
    closed: bool,
}

struct Post {
    id: u64,
    position: Position,
    job: NonNull<dyn Job>,
    visitors: usize,
    /// Taken down: nobody may enter any more.
    closed: bool,
}

// SAFETY: the pointer is only followed under the rule at the top of this file,
// and what it points to is `Sync`, so any thread may look at it.
unsafe impl Send for Post {}

impl State {
    /// The first open post that `admit` lets through and that has work.
    fn find(&self, admit: impl Fn(&Position) -> bool) -> Option<usize> {
        self.posts.iter().position(|post| {
            // SAFETY: the post stands, and taking it down needs the lock that
            // whoever sees this state holds: the job is alive.
            !post.closed && admit(&post.position) && unsafe { post.job.as_ref() }.available()
        })
    }
}

impl Board {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                posts: Vec::new(),
                next_id: 0,
                closed: false,
            }),
            changed: Condvar::new(),
            parked: AtomicUsize::new(0),
            helpers: AtomicUsize::new(0),
            looking: AtomicUsize::new(0),
            posts: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
        }
    }

    /// How many helpers there are, or are on their way.
    pub(crate) fn helpers(&self) -> usize {
        self.helpers.load(Ordering::Relaxed)
    }

    /// Whether one of them would see a post at once.
    pub(crate) fn is_watched(&self) -> bool {
        self.looking.load(Ordering::Relaxed) > 0
    }

    /// Counts one more helper, unless there are `most` already. Who gets `true`
    /// has to have somebody [`serve`](Self::serve).
    pub(crate) fn wants_helper(&self, most: usize) -> bool {
        let more = |helpers| (helpers < most).then_some(helpers + 1);
        self.helpers
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_ok()
    }

    /// Offers `job` until the guard is dropped; dropping it waits for visitors.
    pub(crate) fn post<'a>(&'a self, job: &'a (dyn Job + 'a), position: Position) -> Posted<'a> {
        let job: *const (dyn Job + 'a) = job;
        // SAFETY: only the lifetime is erased. `Posted` borrows the job for 'a
        // and its drop takes the post down and waits for the visitors, so the
        // pointer is not followed after 'a. `Posted` is never forgotten: it
        // does not leave this module's callers, who keep it on their stack.
        let job: *const (dyn Job + 'static) = unsafe { std::mem::transmute(job) };
        let job = NonNull::new(job.cast_mut()).expect("a reference is not null");
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        let at = state
            .posts
            .partition_point(|post| post.position <= position);
        state.posts.insert(
            at,
            Post {
                id,
                position,
                job,
                visitors: 0,
                closed: false,
            },
        );
        self.posts.fetch_add(1, Ordering::Relaxed);
        drop(state);
        self.bump();
        Posted { board: self, id }
    }

    /// Visits the first post that has work and that `admit` lets through.
    /// Gives whether there was one.
    pub(crate) fn help(&self, admit: impl Fn(&Position) -> bool) -> bool {
        let mut state = self.lock();
        let Some(at) = state.find(admit) else {
            return false;
        };
        let post = &mut state.posts[at];
        post.visitors += 1;
        let visit = Visit {
            board: self,
            id: post.id,
        };
        let job = post.job;
        drop(state);
        // SAFETY: we are counted as a visitor, and the job outlives its visitors.
        unsafe { job.as_ref() }.visit();
        drop(visit);
        true
    }

    /// Helps whoever needs help, until there has been nothing to do for a while
    /// or the board is closed.
    ///
    /// A thread that is inside of a computation leaves at once: it came here
    /// while a task of its own waits in the pool, and that task has to go on.
    pub(crate) fn serve(&self) {
        if !INSIDE.get() {
            let _inside = Inside::enter();
            while !self.lock().closed && (self.help(|_| true) || self.work_comes()) {}
        }
        self.helpers.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether there is work that `admit` lets through, as far as can be seen
    /// without waiting.
    fn has_work(&self, admit: impl Fn(&Position) -> bool) -> bool {
        self.posts.load(Ordering::Relaxed) > 0
            && match self.state.try_lock() {
                Ok(state) => state.find(admit).is_some(),
                Err(_) => false,
            }
    }

    /// Waits a while for something to do.
    fn work_comes(&self) -> bool {
        self.looking.fetch_add(1, Ordering::Relaxed);
        let comes = spin(|| self.is_closed.load(Ordering::Relaxed) || self.has_work(|_| true));
        self.looking.fetch_sub(1, Ordering::Relaxed);
        if comes {
            return true;
        }
        let mut state = self.lock();
        self.parked.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let mut comes = state.find(|_| true).is_some();
        if !comes && !state.closed {
            let waited = self.changed.wait_timeout(state, PATIENCE);
            let (woken, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            (state, comes) = (woken, !timeout.timed_out());
        }
        self.parked.fetch_sub(1, Ordering::SeqCst);
        drop(state);
        comes
    }

    /// Waits until something changes, unless `until` holds already or there
    /// is work that `admit` lets through.
    pub(crate) fn wait_for_change(
        &self,
        admit: impl Fn(&Position) -> bool,
        until: impl Fn() -> bool,
    ) {
        if !spin(|| until() || self.has_work(&admit)) {
            self.park(admit, |_| until());
        }
    }

    /// Sleeps until the next change if there is still nothing to do once this
    /// thread is counted as parked: who changes something after that sees the
    /// count and wakes it.
    fn park(&self, admit: impl Fn(&Position) -> bool, until: impl Fn(&State) -> bool) {
        let mut state = self.lock();
        self.parked.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        if !until(&state) && state.find(admit).is_none() {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.parked.fetch_sub(1, Ordering::SeqCst);
        drop(state);
    }

    /// Wakes the parked after a change that they may wait for.
    pub(crate) fn bump(&self) {
        fence(Ordering::SeqCst);
        if self.parked.load(Ordering::SeqCst) > 0 {
            // Whoever is counted holds the lock until it sleeps.
            drop(self.lock());
            self.changed.notify_all();
        }
    }

    /// Sends the helpers home. Nothing may be posted any more.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.is_closed.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An offer that stands on the board.
pub(crate) struct Posted<'a> {
    board: &'a Board,
    id: u64,
}

impl Posted<'_> {
    /// Lets nobody in any more.
    pub(crate) fn shut(&self) {
        let mut state = self.board.lock();
        if let Some(post) = state.posts.iter_mut().find(|post| post.id == self.id) {
            post.closed = true;
        }
    }
}

impl Posted<'_> {
    /// Whether all have left, as far as can be seen without waiting.
    fn has_no_visitors(&self) -> bool {
        let Ok(state) = self.board.state.try_lock() else {
            return false;
        };
        let mut posts = state.posts.iter();
        posts.any(|post| post.id == self.id && post.visitors == 0)
    }
}

impl Drop for Posted<'_> {
    fn drop(&mut self) {
        self.shut();
        spin(|| self.has_no_visitors());
        let mut state = self.board.lock();
        self.board.parked.fetch_add(1, Ordering::SeqCst);
        loop {
            let at = state.posts.iter().position(|post| post.id == self.id);
            match at {
                Some(at) if state.posts[at].visitors == 0 => {
                    state.posts.remove(at);
                    self.board.posts.fetch_sub(1, Ordering::Relaxed);
                    break;
                }
                Some(_) => {
                    state = self
                        .board
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                None => break,
            }
        }
        self.board.parked.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A visitor inside a post; leaves also when the job unwinds.
struct Visit<'a> {
    board: &'a Board,
    id: u64,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let mut state = self.board.lock();
        if let Some(post) = state.posts.iter_mut().find(|post| post.id == self.id) {
            post.visitors -= 1;
        }
        drop(state);
        self.board.bump();
    }
}
