// Lending a value to other threads asks for `Sync`.
use delayed::prelude::*;
use std::cell::Cell;

#[delayed]
fn make() -> Cell<u8> {
    Cell::new(1)
}

#[delayed]
fn look(cell: &Cell<u8>) -> u8 {
    cell.get()
}

fn main() {
    let cell = make();
    let _ = look(&cell);
}
