#!/usr/bin/env bash
# Fuzzes the readers of files, each target for so many seconds:
# `ci/fuzz.sh [SECONDS] [TARGET]…`, a minute and all targets of `fuzz/` unless said.
# It takes the nightly toolchain and a C++ compiler, and does what `cargo fuzz run`
# does, which works as well. What it found before is kept in `fuzz/corpus`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"
seconds=${1:-60}
targets=("${@:2}")
[ "${#targets[@]}" -gt 0 ] || targets=(csv dialects frames packed parquet)
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
options=()
for target in "${targets[@]}"; do
    options+=(--bin "$target")
    case $target in frames | parquet) options+=(--features columnar) ;; esac
done
llvm() { printf -- '-Cllvm-args=-sanitizer-coverage-%s ' "$@"; }
RUSTFLAGS="-Zsanitizer=address -Cpasses=sancov-module $(llvm level=4 inline-8bit-counters pc-table trace-compares)" \
    cargo +nightly build --release --target "$host" "${options[@]}"
folder=$(cargo +nightly metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
for target in "${targets[@]}"; do
    printf '\n== %s\n' "$target"
    mkdir -p "corpus/$target" "artifacts/$target"
    "$folder/$host/release/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -artifact_prefix="artifacts/$target/" "corpus/$target"
done
