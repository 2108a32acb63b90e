#!/usr/bin/env bash
# The executor's and the oracle's tests under the sanitizers of a nightly
# toolchain: AddressSanitizer with LeakSanitizer for the lifetimes that
# `board.rs` erases and for values dropped twice or never, ThreadSanitizer for
# data races.
#
# ThreadSanitizer has to see how std locks. Where the nightly toolchain has no
# `rust-src`, std cannot be built with it, each lock that was waited for looks
# like a race, in rayon as in our own code, and a report says nothing. So that
# part is then skipped, not silenced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
target=x86_64-unknown-linux-gnu
base=${CARGO_TARGET_DIR:-$PWD/target}

if ! cargo +nightly --version >/dev/null 2>&1; then
    printf 'there is no nightly toolchain: rustup toolchain install nightly --component rust-src\n' >&2
    exit 1
fi

# sanitize NAME FLAGS…: the tests with `-Zsanitizer=NAME`, in a folder of its own.
sanitize() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    export CARGO_TARGET_DIR=$base/$name RUSTFLAGS="-Zsanitizer=$name"
    cargo +nightly test "$@" --target "$target" -p delayed-runtime --lib
    cargo +nightly test "$@" --target "$target" -p delayed --test oracle --test delayed
}

export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
sanitize address

if [ -d "$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library" ]; then
    export TSAN_OPTIONS=suppressions=$PWD/ci/tsan-suppressions.txt
    sanitize thread -Zbuild-std
else
    printf '\n== thread\nskipped: this nightly has no rust-src (rustup component add rust-src --toolchain nightly)\n'
fi
