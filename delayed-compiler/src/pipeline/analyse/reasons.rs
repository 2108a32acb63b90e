//! Why a loop's iterations cannot overlap, in the words of the graph, in one
//! table. The guide's chapter on state says what to write instead.

macro_rules! table {
    ($($(#[doc = $doc:literal])* $name:ident = $reason:literal;)*) => {
        $($(#[doc = $doc])* pub const $name: &str = $reason;)*

        /// Every reason.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

table! {
    /// `break` or `?` inside of `for x in iter.by_ref()`.
    OUTLIVES = "leaving it early must leave its source where it stands";
    /// `break 'outer`.
    OUTER_JUMP = "a jump inside belongs to a loop further out";
    /// See `arrays/`: the graph has better words.
    CELLS = "its cells run side by side";
    /// A loop inside of a cell.
    IN_A_CELL = "inside of a cell of an array loop";
    /// A loop around cells.
    AROUND_CELLS = "the cells inside run side by side";
    /// Glue alone costs less than handing it to threads.
    NO_TASK = "no task inside";
    /// One statement reads or changes state of two loops.
    TWO_LOOPS = "a statement inside needs variables of two loops";
    /// `#[cfg(…)]` on the change.
    CONDITIONAL = "an ordered change is there under a condition only";
    /// What an inner loop runs over is state.
    INNER_SOURCE = "an inner loop depends on the iteration before";
    /// An `if` or `match` decides on state.
    BRANCH = "a branch depends on the iteration before";
    /// `let id = state.next();`, then an exit, then a use of `id` in order.
    BOUND_FOR_LATER = "an ordered change binds a variable for a later one";
    /// An inner loop's change needs a value of the outer iteration.
    OUTER_VARIABLE = "an ordered change inside needs a variable of this loop";
    /// `all.append(&mut own)`.
    OWN_CHANGE = "an ordered change changes a variable of its iteration, too";
    /// `all.extend(&list); list.clear();`: the turn may come after the `clear`.
    CHANGED_LATER = "a variable is changed after an ordered change has used it";
    /// What is handed over leaves its iteration, and what lends stays.
    BORROWED = "an ordered change uses what borrows from its iteration";
    /// `let view = &pair.0; for … { pair.1 = …; } view`: the turns have all of it.
    LENT = "a part of a variable of its ordered changes is lent";
    /// `names.push(own.name); all.extend(&own.list);`: the rest of it cannot go.
    PARTED = "an ordered change uses a variable of which a part is taken";
    /// `let x` twice, the first one used in order.
    HIDDEN_NAME = "a variable that is handed on is hidden by one of its name";
    /// An inner serial loop cannot give a value away again and again.
    SURROUNDINGS = "a serial loop inside hands its surroundings' variable on";
    /// Two hand-overs of one value.
    SHARED = "two ordered changes share a variable of the iteration";
    /// A value that is handed over is gone.
    LATER_USE = "an ordered change shares a variable with what follows it";
    /// A hand-over binds its values by their names.
    ONE_NAME = "two variables of one name are handed on together";
}
