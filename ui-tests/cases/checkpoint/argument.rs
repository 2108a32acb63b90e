//! A result is found by the arguments, which must be told from others.
use delayed::prelude::*;
use std::fs::File;

struct Session(u64);

#[delayed(checkpoint)]
fn login(session: Session, user: &str, also: &[Session]) -> u64 {
    session.0 + user.len() as u64 + also.len() as u64
}

#[delayed(checkpoint)]
fn read(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}

#[delayed(checkpoint)]
fn send<T: Into<u64>>(value: T, by: impl Fn(u64) -> u64) -> u64 {
    by(value.into())
}

fn main() {
    let _ = pipeline!({ login(Session(1), "me", &[]) });
}
