//! One node of a graph that is built at run time: behind the header lies the
//! work, and where that was, later, the value.
//!
//! The types of work and value are known where a node is made. From then on a
//! table of functions stands for the one, and the handle's type for the other.

use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, offset_of};
use std::ptr::NonNull;

use super::header::{Header, Inputs, Label};
use super::input::{Argument, Due, Input, Link, Placing};
use super::memory;
use super::reference::{NodePtr, Owner, Tie};
use super::word::State;
use crate::Error;
use crate::executor::is_plain;

/// Who wants to know what a node reads.
pub(super) type Found<'a> = dyn FnMut(Link<'_>) + 'a;

/// What can be done with a node without its types.
///
/// Each function has the safety condition that the node's state says that it
/// holds what the function needs, and that nobody else touches it meanwhile.
pub(super) struct Table {
    pub(super) layout: Layout,
    /// Where the value is, in bytes from the header.
    value: usize,
    /// Whether the value costs next to nothing to keep.
    pub(super) is_plain: bool,
    /// Does the work, which ends it. Leaves the value there if it gives `Ok`,
    /// and nothing if it fails or unwinds.
    pub(super) run: unsafe fn(NodePtr) -> Result<(), Error>,
    /// Shows what the work reads.
    pub(super) links: unsafe fn(NodePtr, &mut Found<'_>),
    pub(super) drop_work: unsafe fn(NodePtr),
    pub(super) drop_value: unsafe fn(NodePtr),
}

#[repr(C)]
struct Node<I, F, T> {
    header: Header,
    content: UnsafeCell<Content<I, F, T>>,
}

/// The header's state says which it is.
union Content<I, F, T> {
    work: ManuallyDrop<Work<I, F>>,
    value: ManuallyDrop<T>,
}

/// What makes a node's value.
struct Work<I, F> {
    inputs: I,
    body: F,
}

impl<I, F, T> Node<I, F, T>
where
    I: Input,
    F: for<'a> FnOnce(I::Value<'a>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    const TABLE: Table = Table {
        layout: Layout::new::<Self>(),
        value: offset_of!(Self, content),
        is_plain: is_plain::<T>(),
        run: Self::run,
        links: Self::links,
        drop_work: Self::drop_work,
        drop_value: Self::drop_value,
    };

    fn create(label: Label, state: State, depth: u16, content: Content<I, F, T>) -> Owner {
        let inputs = Inputs {
            borrows: I::BORROWS,
            depth,
        };
        let (memory, place) = memory::allocate(Layout::new::<Self>());
        let node: NonNull<Self> = memory.cast();
        let content = UnsafeCell::new(content);
        let header = Header::new(&Self::TABLE, label, state, place, inputs);
        // SAFETY: the memory is new, and has room for a node.
        unsafe { node.write(Self { header, content }) };
        // SAFETY: the node is new.
        unsafe { Owner::new(node.cast()) }
    }

    /// # Safety
    ///
    /// The node is of these types.
    unsafe fn content(node: NodePtr) -> *mut Content<I, F, T> {
        let node: *mut Self = node.0.as_ptr().cast();
        // SAFETY: a place in the node, which is there.
        unsafe { UnsafeCell::raw_get(&raw const (*node).content) }
    }

    unsafe fn run(node: NodePtr) -> Result<(), Error> {
        /// Drops the inputs in their place: that is where ties are listed.
        struct Used<'a, I>(&'a mut ManuallyDrop<I>);
        impl<I> Drop for Used<'_, I> {
            fn drop(&mut self) {
                // SAFETY: this is the one time.
                unsafe { ManuallyDrop::drop(self.0) };
            }
        }
        // SAFETY: the table belongs to the types, and the node holds its work.
        let content = unsafe { Self::content(node) };
        // SAFETY: as above. What is moved out of here is the body; the inputs
        // are used and dropped in their place.
        let (body, inputs) = unsafe {
            let work = (&raw mut (*content).work).cast::<Work<I, F>>();
            let inputs = (&raw mut (*work).inputs).cast::<ManuallyDrop<I>>();
            ((&raw const (*work).body).read(), &mut *inputs)
        };
        let used = Used(inputs);
        let result = body(used.0.take(&Due(())));
        drop(used);
        let value = ManuallyDrop::new(result?);
        // SAFETY: the work is over, and its place is the value's.
        unsafe { content.write(Content { value }) };
        Ok(())
    }

    unsafe fn links(node: NodePtr, found: &mut Found<'_>) {
        // SAFETY: the table belongs to the types, and the node holds its work.
        let work = unsafe { &(*Self::content(node)).work };
        work.inputs.links(found);
    }

    unsafe fn drop_work(node: NodePtr) {
        // SAFETY: the table belongs to the types, and the node holds its work.
        unsafe { ManuallyDrop::drop(&mut (*Self::content(node)).work) };
    }

    unsafe fn drop_value(node: NodePtr) {
        // SAFETY: the table belongs to the types, and the node holds its value.
        unsafe { ManuallyDrop::drop(&mut (*Self::content(node)).value) };
    }
}

/// The owner of a node whose value is a `T`.
pub(super) struct Handle<T> {
    owner: Owner,
    value: PhantomData<T>,
}

// SAFETY: through a shared handle one sees the header, and the value only where
// it may be shared: a `Loan` asks for that. The node's work is `Send`.
unsafe impl<T: Send> Send for Handle<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Handle<T> {}

impl<T: Send + 'static> Handle<T> {
    /// A node that reads `arguments` and makes its value of them by `body`.
    pub(super) fn new<A, F>(label: Label, arguments: A, body: F) -> Self
    where
        A: Argument,
        F: for<'a> FnOnce(<A::Input as Input>::Value<'a>) -> Result<T, Error> + Send + 'static,
    {
        let inputs = arguments.place(&Placing(()));
        let mut depth = 0;
        inputs.links(&mut |link: Link<'_>| {
            // SAFETY: the node is there: `inputs` own it, or `arguments` borrow
            // its owner.
            let below = unsafe { link.node().get() }.depth;
            depth = depth.max(below.saturating_add(1));
        });
        let work = ManuallyDrop::new(Work { inputs, body });
        let owner = Node::create(label, State::Pending, depth, Content { work });
        if A::Input::BORROWS {
            let node = owner.node();
            let mut link = |link: Link<'_>| {
                if let Some(tie) = link.tie() {
                    // SAFETY: the tie is in the node's work, which does not
                    // move, and its owner is there: `arguments` borrow it.
                    unsafe { tie.link(node) };
                }
            };
            // SAFETY: the node is new, so it holds its work.
            unsafe { Node::<A::Input, F, T>::links(node, &mut link) };
        }
        Self {
            owner,
            value: PhantomData,
        }
    }

    /// A node whose value is there from the start.
    pub(super) fn ready(label: Label, value: T) -> Self {
        /// The type of the work that there never was.
        type NoWork<T> = Node<(), fn(()) -> Result<T, Error>, T>;
        let value = ManuallyDrop::new(value);
        let content = Content { value };
        let owner = NoWork::create(label, State::Done, 0, content);
        Self {
            owner,
            value: PhantomData,
        }
    }
}

impl<T> Handle<T> {
    pub(super) fn header(&self) -> &Header {
        self.owner.header()
    }

    pub(super) fn node(&self) -> NodePtr {
        self.owner.node()
    }

    /// The value, for good.
    ///
    /// # Panics
    ///
    /// If it is not there, or somebody looks at it: a plan lets neither happen.
    pub(super) fn take(&mut self) -> T {
        let header = self.header();
        let word = header.word();
        let is_there = if word.is_sole() {
            header.set_state(State::Taken);
            word.state() == State::Done
        } else {
            let mut locked = header.lock();
            let is_there = locked.state() == State::Done && !locked.is_borrowed();
            if is_there {
                locked.set_state(State::Taken);
            }
            is_there
        };
        assert!(is_there, "{MISSING}");
        // SAFETY: the state said that the value is there, and now says that it
        // is not; nobody borrows it, and nobody else owns it.
        unsafe { value::<T>(self.node()).read() }
    }
}

const MISSING: &str = "a plan runs a node before its readers, and who takes its value last";

/// Where the value of a node is.
///
/// # Safety
///
/// The node is there, and its value is a `T`.
unsafe fn value<T>(node: NodePtr) -> *mut T {
    // SAFETY: as the caller says.
    let offset = unsafe { node.get() }.table.value;
    // SAFETY: the table says where the value is in the node.
    unsafe { node.0.as_ptr().byte_add(offset) }.cast()
}

/// A borrower of a node whose value is a `T`.
pub(super) struct Borrow<T> {
    tie: Tie,
    value: PhantomData<T>,
}

impl<T> Borrow<T> {
    pub(super) fn new(handle: &Handle<T>) -> Self {
        Self {
            tie: Tie::new(&handle.owner),
            value: PhantomData,
        }
    }

    pub(super) fn tie(&self) -> &Tie {
        &self.tie
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// If it is not there: a plan does not let that happen.
    pub(super) fn look(&self, _: &Due) -> &T
    where
        T: Sync,
    {
        // SAFETY: who says that the value is due has a place for the work, so
        // the tie is linked.
        let state = unsafe { self.tie.header() }.word().state();
        assert!(state == State::Done, "{MISSING}");
        // SAFETY: the value is there, and who takes it waits until this tie is
        // gone. The handle it comes from has this type.
        unsafe { &*value::<T>(self.tie.node()) }
    }
}
