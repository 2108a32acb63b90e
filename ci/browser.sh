#!/usr/bin/env bash
# Opens the report of the taxi job, that of a million calls and a live page in headless Chromium. The
# browser and Node are Debian's packages, the driver is playwright-core at the version of the lockfile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export REPORT=$folder/run.html TRACE=$folder/run.json SOURCE=$PWD/examples/profile.rs
CHROMIUM=$(command -v chromium)
export CHROMIUM
cargo build --release --features dashboard --example profile --example dashboard
DASHBOARD=${CARGO_TARGET_DIR:-$PWD/target}/release/examples/dashboard
export DASHBOARD
cargo run --release --features dashboard --example profile -- "$REPORT" "$TRACE"
export LARGE=$folder/large.html
DELAYED_LARGE_REPORT=$LARGE cargo test --all-features --test profile the_report_of_a_million_calls
cp ci/browser/package.json ci/browser/package-lock.json ci/browser/*.mjs "$folder"
cd "$folder"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
node --test
