//! What the compiler says to users, case by case: see `tests/`.
