//! All tries but the last get a clone of what the task takes.
use delayed::prelude::*;
use std::fs::File;
use std::io::{self, Read};

struct Session(u64);

#[delayed(retries = 3)]
fn login(session: Session, user: &str, host: String) -> io::Result<u64> {
    Ok(session.0 + user.len() as u64 + host.len() as u64)
}

#[delayed(retries = 1, backoff = "1s")]
fn read(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[delayed(retries = 1)]
fn send<T: Into<u64>>(value: T) -> io::Result<u64> {
    Ok(value.into())
}

#[delayed(timeout = "1s", limit = 1)]
fn tried_once(session: Session) -> u64 {
    session.0
}

fn main() {
    let _ = login(Session(1), "me", "here".to_string());
    let _ = tried_once(Session(1));
}
