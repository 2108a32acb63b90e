//! Each stage of the compiler as text, case by case: see `tests/`.
