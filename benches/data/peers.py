"""The main job beside the programs that people use for it.

    python3 benches/data/peers.py [ROWS A FILE [FOLDER]]

Twelve made-up files of taxi trips; how many trips took more than twenty minutes?
Ours is the example `long_trips` as a whole process, from its start to its end. Of
the others only the job counts, not how long their imports take; each runs in a
process of its own, on all processors, and says how long it worked. All take turns,
and all must come to the same count. The files are read once before, so that none
has to wait for the disk.

What the others are is pinned in requirements.txt; they are installed once, into the
target directory. 70950 rows a file are 133 MB, 1080000 are 2 GB.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
ROUNDS = 5

PICKUP, DROPOFF = "tpep_pickup_datetime", "tpep_dropoff_datetime"

# Each defines `job(paths)`, the number of long trips.
CSV = {
    "pandas": """
import pandas
def job(paths):
    long = 0
    for path in paths:
        trips = pandas.read_csv(path, usecols=[P, D], parse_dates=[P, D], date_format="%Y-%m-%d %H:%M:%S")
        long += int(((trips[D] - trips[P]).dt.total_seconds() > 1200).sum())
    return long
""",
    "dask": """
import dask, pandas
@dask.delayed
def count(path):
    trips = pandas.read_csv(path, usecols=[P, D], parse_dates=[P, D], date_format="%Y-%m-%d %H:%M:%S")
    return int(((trips[D] - trips[P]).dt.total_seconds() > 1200).sum())
def job(paths):
    return dask.delayed(sum)([count(path) for path in paths]).compute()
""",
    "polars": """
import polars
def job(paths):
    time = lambda name: polars.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S")
    long = (time(D) - time(P)).dt.total_seconds() > 1200
    return polars.scan_csv(paths).select(long.sum()).collect(engine="streaming").item()
""",
    "duckdb": """
import duckdb
def job(paths):
    query = f"select count(*) from read_csv({paths!r}) where {D} - {P} > interval 1200 seconds"
    return duckdb.sql(query).fetchall()[0][0]
""",
    "datafusion": """
import datafusion, pathlib
def job(paths):
    context = datafusion.SessionContext()
    context.register_csv("trips", str(pathlib.Path(paths[0]).parent) + "/", file_extension=".csv")
    query = f"select count(*) from trips where {D} - {P} > interval '1200 seconds'"
    return context.sql(query).collect()[0][0][0].as_py()
""",
}

PARQUET = {
    "polars": """
import polars
def job(paths):
    long = (polars.col(D) - polars.col(P)).dt.total_seconds() > 1200
    return polars.scan_parquet(paths).select(long.sum()).collect(engine="streaming").item()
""",
    "duckdb": """
import duckdb
def job(paths):
    query = f"select count(*) from read_parquet({paths!r}) where {D} - {P} > interval 1200 seconds"
    return duckdb.sql(query).fetchall()[0][0]
""",
    "datafusion": """
import datafusion, pathlib
def job(paths):
    context = datafusion.SessionContext()
    context.register_parquet("trips", str(pathlib.Path(paths[0]).parent) + "/")
    query = f"select count(*) from trips where {D} - {P} > interval '1200 seconds'"
    return context.sql(query).collect()[0][0][0].as_py()
""",
}

TIMED = """
import sys, time
paths = sys.argv[1:]
start = time.perf_counter()
long = job(paths)
print(long, time.perf_counter() - start)
"""

CONVERT = """
import sys, pathlib, pyarrow.csv, pyarrow.parquet
for path in map(pathlib.Path, sys.argv[2:]):
    to = pathlib.Path(sys.argv[1], path.stem + ".parquet")
    if not to.exists():
        table = pyarrow.csv.read_csv(path)
        pyarrow.parquet.write_table(table, to, row_group_size=131072, coerce_timestamps="us")
"""


def python():
    """The interpreter that has the others."""
    venv = TARGET / "peers"
    if not (venv / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        wanted = ["-r", HERE / "requirements.txt"]
        subprocess.run([venv / "bin/pip", "install", "--quiet", *wanted], check=True)
        (venv / "installed").touch()
    return venv / "bin/python"


def measured(command):
    """What it prints, its seconds as a whole, and its peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command[:2]}")
    return printed, time.perf_counter() - start, usage.ru_maxrss / 1000


def ours(paths):
    printed, seconds, peak = measured([TARGET / "release/examples/long_trips", *paths])
    return int(printed.splitlines()[1].split()[0]), seconds, peak


def other(interpreter, job, paths):
    program = f"P, D = {PICKUP!r}, {DROPOFF!r}\n{job}{TIMED}"
    printed, _, peak = measured([interpreter, "-c", program, *paths])
    # A bar of progress may come before.
    long, seconds = printed.split()[-2:]
    return int(long), float(seconds), peak


def compare(title, paths, ways, goal):
    runs = {name: [] for name in ways}
    counts = set()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            long, seconds, peak = way(paths)
            counts.add(long)
            runs[name].append((seconds, peak))
    if len(counts) != 1:
        sys.exit(f"the counts differ: {counts}")
    print(f"\n{title}: {counts.pop()} long trips")
    print("| | seconds | times ours | peak MB |\n|---|---|---|---|")
    mine = [seconds for seconds, _ in runs["delayed"]]
    fastest = float("inf")
    for name, run in runs.items():
        seconds = [seconds for seconds, _ in run]
        ratio = statistics.median(theirs / own for theirs, own in zip(seconds, mine))
        peak = statistics.median(peak for _, peak in run)
        print(f"| {name} | {statistics.median(seconds):.3f} | {ratio:.2f} | {peak:.0f} |")
        if name != "delayed":
            fastest = min(fastest, ratio)
    print(f"the fastest of them takes {fastest:.2f} times as long (goal {goal}){' !' if fastest < goal else ''}")


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 70950
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else TARGET / "peers-data" / str(rows))
    interpreter = python()
    build = ["cargo", "build", "--release", "--example", "long_trips", "--all-features"]
    subprocess.run(build, cwd=ROOT, check=True)
    made = ["cargo", "run", "--release", "--quiet", "--manifest-path", HERE / "Cargo.toml", "--", "make"]
    subprocess.run([*made, folder / "csv", str(rows)], check=True, stdout=subprocess.DEVNULL)
    csv = sorted(map(str, (folder / "csv").glob("*.csv")))
    (folder / "parquet").mkdir(exist_ok=True)
    subprocess.run([interpreter, "-c", CONVERT, folder / "parquet", *csv], check=True)
    parquet = sorted(map(str, (folder / "parquet").glob("*.parquet")))

    def ways(jobs):
        def of(job):
            return lambda paths: other(interpreter, job, paths)

        return {"delayed": ours, **{name: of(job) for name, job in jobs.items()}}

    size = sum(map(os.path.getsize, csv)) / 1e6
    goal = 4 if size > 1000 else 3
    compare(f"CSV, {size:.0f} MB", csv, ways(CSV), goal)
    compare(f"Parquet of the same {12 * rows} rows", parquet, ways(PARQUET), 1)


if __name__ == "__main__":
    main()
