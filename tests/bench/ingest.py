"""Ten million rows of the use of resources from delivered files to typed rows in `raw`, against DuckDB's own reader.

Belongs here: that comparison. Does not belong here: gates, models.
"""

from pathlib import Path

import duckdb

from dagster_project import steps
from dagster_project.home import Home
from tests.bench import homes
from tests.bench.measure import Cost, Found, measured, seconds

ROWS, STAFF, MONTHS = 10_000_000, 20_000, 36
FEED = "resource_usage"
LIMIT = (
    "Packing text into DuckDB's columns, with six columns more than the bare table; then the joins that type each "
    "distinct text once and the look for keys that are there twice. Sealing and opening use one core."
)

BARE = """
create table bare as select * from read_csv(?, header = true, ignore_errors = true, columns = {
    'person_id': 'varchar', 'usage_date': 'date', 'resource_id': 'varchar', 'resource_type': 'varchar',
    'mode': 'varchar', 'channel': 'varchar'})
"""


def run(folder: Path) -> Found:
    home = homes.empty_home(folder / "home")
    homes.fill_inbox(home, staff=STAFF, months=MONTHS, usage_events=ROWS)
    files = []
    for path in sorted((home.inbox / FEED).glob("*.csv")):  # linked, because landing takes them out of the inbox
        files.append(str(folder / path.name))
        (folder / path.name).hardlink_to(path)
    before = measured(bare, folder / "before.duckdb", files)
    ours = measured(ingest, home)
    after = measured(bare, folder / "after.duckdb", files)
    return compared(ours, before, after)


def compared(ours: Cost, before: Cost, after: Cost) -> Found:
    bare_s, bare_cpu = (before.seconds + after.seconds) / 2, (before.cpu + after.cpu) / 2
    return {
        "rows": ROWS, **ours.result, "ingest_s": ours.seconds, "bare_s": bare_s, "over_bare": ours.seconds / bare_s,
        "ingest_cpu_s": ours.cpu, "bare_cpu_s": bare_cpu, "cpu_over_bare": ours.cpu / bare_cpu,
        "peak_mb": ours.peak_mb, "bare_peak_mb": before.peak_mb,
    }  # fmt: skip


def bare(database: Path, files: list[str]) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(BARE, [files])


def ingest(home: Home) -> Found:
    run = homes.run_of(home)
    return {
        "land_s": seconds(steps.land, run),
        "read_s": seconds(steps.stage_feed, run, FEED),
        "load_s": seconds(homes.load_feed, run, FEED),
    }
