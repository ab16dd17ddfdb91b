"""`make bench`: how the path compares with bare DuckDB on the same rows, as ratios measured in one run.

Belongs here: timings. Does not belong here: claims; no test asserts a time.
"""

import datetime
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

from dagster_project import steps, warehouse
from dagster_project.demo import ASSESSMENT
from dagster_project.exports.contract import load_contracts
from dagster_project.home import make_home
from dagster_project.samples import generate
from dagster_project.steps import Run
from expectations import gate

ROWS, STAFF, MONTHS = 1_000_000, 2_000, 12
END = datetime.date(2026, 10, 1)

BARE = """
create or replace table bare as select * from read_csv(?, header=true, columns={
    'Staff ID': 'varchar', 'Date': 'date', 'Resource': 'varchar', 'Resource type': 'varchar', 'Mode': 'varchar',
    'Channel': 'varchar'}, ignore_errors=true)
"""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "home", {"sample": True, "settle_seconds": 0})
        (home.root / "assessment.yml").write_text(
            ASSESSMENT.format(approved="2020-01-01", notice="2020-01-01", review="2030-01-01"), encoding="utf-8"
        )
        exports = Path(folder) / "exports"
        generate(exports, staff=STAFF, months=MONTHS, usage_events=ROWS, end_month=END)
        files = sorted((exports / "resource_usage").iterdir())
        (home.inbox / "resource_usage").mkdir()
        bare = seconds(
            lambda: duckdb.connect(str(Path(folder) / "bare.duckdb")).execute(BARE, [[str(f) for f in files]])
        )
        for file in files:
            file.rename(home.inbox / "resource_usage" / file.name)
        contracts = load_contracts()
        run = Run(home, contracts, END, datetime.date(2026, 11, 22), "bench")
        land = seconds(lambda: steps.land(run))
        read = seconds(lambda: steps.stage_feed(run, "resource_usage"))
        rules = gate.feed_rules(contracts["resource_usage"])
        imports = seconds(lambda: __import__("great_expectations"))
        judged = seconds(lambda: steps.judge_feed(run, "resource_usage"))
        load = seconds(lambda: steps.load_feed(run, "resource_usage"))
        with warehouse.opened(home.warehouse) as connection:
            (loaded,) = connection.execute("select count(*) from raw.resource_usage").fetchone() or (0,)
    ingest = land + read + load
    found = {
        "rows_loaded": loaded, "bare_read_csv_s": bare, "land_s": land, "read_s": read, "load_s": load,
        "ingest_over_bare": ingest / bare, "gate_rules": len(rules), "gate_s": judged, "gate_import_s": imports,
    }  # fmt: skip
    rounded = {name: round(value, 3) for name, value in found.items()}
    print(json.dumps(rounded, indent=1))
    for name, value in rounded.items():
        print(f"{name:20} {value}", file=sys.stderr)


if __name__ == "__main__":
    main()
