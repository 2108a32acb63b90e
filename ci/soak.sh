#!/usr/bin/env bash
# The runs of tests/stress for so many seconds: `ci/soak.sh [SECONDS [SEED]]`,
# ten minutes if nothing is said. Each seed is a case of its own; without one,
# the seeds begin where the clock says, so that each soak tries new ones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DELAYED_STRESS_SECONDS=${1:-600} DELAYED_SEED=${2:-$(date +%s)000}
printf 'seeds from %s\n' "$DELAYED_SEED"
exec cargo test --release --package delayed --test stress -- --nocapture
