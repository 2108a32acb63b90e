//! What has to compile without a word, and gives what it says: pipelines in
//! every kind of surroundings. Where users' names meet the names of the
//! expansion is in `hygiene.rs`.
#![deny(warnings)]

mod hygiene;
mod surroundings;
