#!/usr/bin/env bash
# The tests of the runtime under the sanitizers of a nightly toolchain:
# `ci/sanitizers.sh [short]`.
#
# AddressSanitizer with LeakSanitizer watches all that is `unsafe`: the lifetimes
# that `executor/help/board.rs` erases, elements that `nest/view.rs` and `nest/ndarray.rs` share, and nodes
# and their memory in `delayed/` (`node.rs`, `header.rs`, `reference.rs`, `memory.rs`, `discard.rs`, `plan.rs`,
# `run.rs`, `worker.rs`).
# `short` is that alone, and over the runtime's own tests.
#
# ThreadSanitizer has to see how threads wait for each other. The standard
# library is used as it was compiled, without it, so its locks would make a race
# of whatever they guard. The runtime therefore takes other locks (`--cfg tsan`,
# `delayed-runtime/src/sync/`), what rayon and the tests' own channels do is
# left out by name (`tsan-suppressions.txt`), and so are tests that wait for a
# pool in rayon's way and bring home what they were given there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
# The standard library writes backtraces under a lock of its own, too.
export RUST_BACKTRACE=0
target=x86_64-unknown-linux-gnu
base=${CARGO_TARGET_DIR:-$PWD/target}

if ! cargo +nightly --version >/dev/null 2>&1; then
    printf 'there is no nightly toolchain: rustup toolchain install nightly\n' >&2
    exit 1
fi

# test_with FLAGS FOLDER …: the tests named by the rest, built with these flags.
test_with() {
    local flags=$1 folder=$2
    shift 2
    RUSTFLAGS=$flags CARGO_TARGET_DIR=$base/$folder cargo +nightly test --target "$target" "$@"
}

printf '\n== address\n'
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
test_with -Zsanitizer=address address -p delayed-runtime --lib
if [ "${1:-}" = short ]; then
    exit
fi
test_with -Zsanitizer=address address -p delayed --features ndarray \
    --test oracle --test delayed --test associative --test control --test stress

printf '\n== thread\n'
export TSAN_OPTIONS=suppressions=$PWD/ci/tsan-suppressions.txt
# Output that is captured goes through the standard library's locks. Graphs of a
# million nodes take too long.
test_with '-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg tsan' thread \
    -p delayed-runtime --lib -- executor:: delayed:: nest:: --nocapture \
    --skip depth:: --skip failures:: --skip tasks_may_use_the_pool_that_helps \
    --skip a_run_waits_for_a_node_that_another_run_is_at
