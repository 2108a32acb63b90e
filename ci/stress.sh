#!/usr/bin/env bash
# Ten million values in runs that fail, panic, are cancelled and come too late,
# on 1 to 16 threads: `ci/stress.sh [TASKS]`. What it looks at is said in
# tests/stress/main.rs. Takes some ten seconds on two cores, once it is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DELAYED_STRESS_TASKS=${1:-10000000}
exec cargo test --release --package delayed --test stress -- --nocapture
