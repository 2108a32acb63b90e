#!/usr/bin/env bash
# The runtime's unsafe code in Miri, which needs a nightly toolchain with its
# component `miri`: nodes of run-time graphs and their memory, the board and the
# loops. Graphs of a million nodes are left out, as Miri takes minutes for each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    printf 'there is no Miri: rustup component add miri --toolchain nightly\n' >&2
    exit 1
fi
# Clocks decide how much is claimed at once; rayon's queues keep memory, and its
# threads may outlive the tests.
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-ignore-leaks ${MIRIFLAGS:-}"
exec cargo +nightly miri test --package delayed-runtime --lib -- executor:: delayed:: nest:: \
    --skip depth:: --skip random
