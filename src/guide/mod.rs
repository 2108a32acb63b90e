//! The guide: the language of `delayed`, from the first loop on.
//!
//! Each chapter is short, and each block of code in it runs as a test. Where a
//! construct has a graph, the graph stands below it as text, and the test
//! compares the two, so what you read here is what this version does.
//!
//! | chapter | what it is about |
//! |---|---|
//! | [1. A first loop](_01_first_loop) | tasks, `pipeline!`, `compute`, and the one rule behind it all |
//! | [2. Sources and nested loops](_02_sources) | ranges, vectors, iterators, files in chunks; how far ahead a loop runs |
//! | [3. Sums, effects and lists](_03_results) | what comes out of a loop, and in which order |
//! | [4. Errors](_04_errors) | `?`, `match`, panics, and what an error says |
//! | [5. Branches and jumps](_05_branches) | `if`, `match`, `let … else`, `continue`, `break`, labels |
//! | [6. State](_06_state) | chains from iteration to iteration; what makes a loop serial, and the way out |
//! | [7. Surroundings](_07_surroundings) | borrowing, `move`, fields of `self`, `Send` and `Sync` |
//! | [8. Graphs made at run time](_08_run_time_graphs) | `Delayed<T>`, operators, sharing, `persist` |
//! | [9. Looking at graphs](_09_looking) | text, pictures, the critical path, the stages of the compiler |
//! | [10. What is refused](_10_refused) | each message, and what to write instead |
//! | [11. Coming from Dask](_11_dask) | the same programs side by side |
//! | [12. Control](_12_control) | retries, timeouts, limits; tokens, deadlines, Ctrl-C |
//! | [13. Checkpoints](_13_checkpoints) | results that are kept from run to run (feature `checkpoint`) |
//! | [14. Rows and frames](_14_frames) | rows as structs, Arrow's data frames, and files made of them |
//! | [15. Reading files](_15_readers) | many files as one, delimiters, headers, nulls, encodings, sizes of chunks |
//! | [16. Plots](_16_plots) | columns as pictures: points, lines, histograms, bars, heat maps |
//! | [17. Array loops](_17_arrays) | wavefronts and parallel rows from plain loops over arrays |
//! | [18. Seeing what a run does](_18_seeing) | profiles, timelines, what bounded a run (feature `profile`) |
//! | [19. Memory](_19_memory) | what a program, a value and a list in between hold, and how far away data is |

// A chapter is a file of Markdown. A picture follows after an empty line, which
// makes it a block of HTML; `tests/guide.rs` draws it and checks it.

#[doc = include_str!("01_first_loop.md")]
#[doc = ""]
#[doc = include_str!("../../docs/first_loop.svg")]
pub mod _01_first_loop {}

#[doc = include_str!("02_sources.md")]
#[doc = ""]
#[doc = include_str!("../../docs/trips.svg")]
pub mod _02_sources {}

#[doc = include_str!("03_results.md")]
#[doc = ""]
#[doc = include_str!("../../docs/results.svg")]
pub mod _03_results {}

#[doc = include_str!("04_errors.md")]
pub mod _04_errors {}

#[doc = include_str!("05_branches.md")]
#[doc = ""]
#[doc = include_str!("../../docs/branches.svg")]
pub mod _05_branches {}

#[doc = include_str!("06_state.md")]
#[doc = ""]
#[doc = include_str!("../../docs/state.svg")]
#[doc = ""]
#[doc = include_str!("../../docs/chains.svg")]
pub mod _06_state {}

#[doc = include_str!("07_surroundings.md")]
pub mod _07_surroundings {}

#[doc = include_str!("08_run_time_graphs.md")]
pub mod _08_run_time_graphs {}

#[doc = include_str!("09_looking.md")]
#[doc = ""]
#[doc = include_str!("../../docs/iterations.svg")]
pub mod _09_looking {}

#[doc = include_str!("10_refused.md")]
pub mod _10_refused {}

#[doc = include_str!("11_dask.md")]
pub mod _11_dask {}

#[doc = include_str!("12_control.md")]
pub mod _12_control {}

#[cfg_attr(feature = "checkpoint", doc = include_str!("13_checkpoints.md"))]
#[cfg_attr(
    not(feature = "checkpoint"),
    doc = "# 13. Checkpoints\n\nThis chapter is there with the feature `checkpoint`."
)]
pub mod _13_checkpoints {}

#[doc = include_str!("14_frames.md")]
pub mod _14_frames {}

#[doc = include_str!("15_readers.md")]
pub mod _15_readers {}

#[doc = include_str!("16_plots.md")]
#[doc = ""]
#[doc = include_str!("../../docs/chunks.svg")]
pub mod _16_plots {}

#[doc = include_str!("17_arrays.md")]
#[doc = ""]
#[doc = include_str!("../../docs/wavefront.svg")]
#[doc = ""]
#[doc = include_str!("../../docs/factorisation.svg")]
#[doc = ""]
#[doc = include_str!("../../docs/cells.svg")]
pub mod _17_arrays {}

#[cfg_attr(feature = "profile", doc = include_str!("18_seeing.md"))]
#[cfg_attr(
    not(feature = "profile"),
    doc = "# 18. Seeing what a run does\n\nThis chapter is there with the feature `profile`."
)]
pub mod _18_seeing {}

#[doc = include_str!("19_memory.md")]
pub mod _19_memory {}
