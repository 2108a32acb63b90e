#!/usr/bin/env bash
# The executor's core and the nodes of run-time graphs under loom, which runs
# each model once for every order in which its threads can take their steps.
# Models say how many preemptions they allow; LOOM_MAX_PREEMPTIONS=3 allows more
# in all of them, and takes hours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export RUSTFLAGS="--cfg loom ${RUSTFLAGS:-}"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/loom
exec cargo test --release --package delayed-runtime --lib models -- --nocapture --test-threads 1
