#!/usr/bin/env bash
# How long a user's crate with 50 pipelines takes to compile, against the same
# loops written with rayon by hand. Dependencies are built before; each number is
# the median of 5 builds of that crate alone. And how many processor seconds a clean
# build takes, with all that is needed: of `delayed`, with and without pictures and
# with a reader of CSV, beside crates that many programs need anyway.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/compile-time
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# manifest NAME DEPENDENCY: an empty crate with the workspace's versions.
manifest() {
    mkdir -p "$folder/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n%s\n\n[workspace]\n' \
        "$1" "$2" >"$folder/$1/Cargo.toml"
    cp Cargo.lock "$folder/$1/"
}

task='(x: u64) -> u64 { (0..x % 7).fold(x, |x, y| x ^ y.rotate_left(3)) }'

manifest with-pipelines "delayed = { path = \"$root\" }"
{
    printf 'use delayed::prelude::*;\n'
    for i in {1..50}; do
        printf '#[delayed]\nfn step%s%s\n' "$i" "$task"
        printf 'pub fn job%s(n: u64) -> Result<u64, delayed::Error> {
    pipeline!({
        let mut total = 0;
        for x in 0..n {
            let y = step%s(x);
            let z = 2 * y + 1;
            if z %% 3 == 0 { continue; }
            total += z;
        }
        total
    }).compute()
}\n' "$i" "$i"
    done
} >"$folder/with-pipelines/src/lib.rs"

manifest with-rayon 'rayon = "1.12"'
{
    printf 'use rayon::prelude::*;\n'
    for i in {1..50}; do
        printf 'fn step%s%s\n' "$i" "$task"
        printf 'pub fn job%s(n: u64) -> u64 {
    (0..n).into_par_iter().map(step%s).map(|y| 2 * y + 1).filter(|z| z %% 3 != 0).sum()
}\n' "$i" "$i"
    done
} >"$folder/with-rayon/src/lib.rs"

# seconds NAME COMMAND…: the median of 5 runs of cargo on that crate.
seconds() {
    local name=$1 begun
    shift
    cd "$folder/$name"
    cargo "$@" --quiet
    for _ in {1..5}; do
        touch src/lib.rs
        begun=$EPOCHREALTIME
        cargo "$@" --quiet
        awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
    done | sort -n | sed -n 3p
    cd "$root"
}

printf '%-18s%12s%12s%10s\n' command 'pipelines s' 'rayon s' ratio
for command in check build 'build --release'; do
    # shellcheck disable=SC2086 # the words of a command
    pipelines=$(seconds with-pipelines $command)
    # shellcheck disable=SC2086
    rayon=$(seconds with-rayon $command)
    awk -v c="$command" -v p="$pipelines" -v r="$rayon" \
        'BEGIN { printf "%-18s%12.2f%12.2f%10.2f\n", c, p, r, p / r }'
done

manifest with-nothing "delayed = { path = \"$root\" }"
manifest without-pictures "delayed = { path = \"$root\", default-features = false }"
manifest yardstick 'csv = "1"
serde = { version = "1", features = ["derive"] }
chrono = "0.4"'
manifest with-csv "delayed = { path = \"$root\" }
delayed-data = { path = \"$root/delayed-data\" }"
touch "$folder"/{with-nothing,without-pictures,yardstick,with-csv}/src/lib.rs

# processor NAME: the processor seconds of a clean release build of that crate.
processor() {
    cd "$folder/$1"
    cargo fetch --quiet
    local TIMEFORMAT='%U %S'
    # What cargo says goes to the terminal, what `time` says to awk.
    { { time CARGO_TARGET_DIR=$folder/clean cargo build --release --quiet 2>&3; } 2>&1 |
        awk '{ print $1 + $2 }'; } 3>&2
    rm -rf "$folder/clean"
    cd "$root"
}

printf '\n%-24s%20s%8s\n' 'clean build --release' 'processor seconds' goal
printf '%-24s%20.1f%8d\n' delayed "$(processor with-nothing)" 20
printf '%-24s%20.1f%8d\n' 'without pictures' "$(processor without-pictures)" 20
printf '%-24s%20.1f%8d\n' 'with delayed-data' "$(processor with-csv)" 60
printf '%-24s%20.1f\n' 'csv, serde and chrono' "$(processor yardstick)"
