"""`dbt run` over ten million events of 20,000 staff in 36 months, against the same SELECTs as one script.

Belongs here: what dbt adds to its queries, and a hundred million events. Does not belong here: what the models mean.
"""

import json
from pathlib import Path

from dagster_project import parsed_models, warehouse
from dagster_project.home import Home
from tests.bench import homes
from tests.bench.measure import Found, in_turn, measured

ROWS, STAFF, MONTHS = 10_000_000, 20_000, 36
TIMES = 3
HUNDRED = 10  # times the events
LIMIT = "dbt's start-up (imports, reading the project); of the queries, the distinct days of each person and month."
LIMIT_OF_HUNDRED = "Distinct days of each person and month over all events, in the memory the models are given."


def run(folder: Path) -> Found:
    return compared(filled(folder))


def run_hundred(folder: Path) -> Found:
    return hundred(filled(folder))


def filled(folder: Path) -> Home:
    home = homes.empty_home(folder / "home")
    homes.fill_inbox(home, staff=STAFF, months=MONTHS, usage_events=ROWS)
    homes.load_inbox(homes.run_of(home))
    return Home(home.root)  # without its keys, which go to no other process


def compared(home: Home) -> Found:
    homes.dbt(homes.run_of(home), "parse")
    start_up = measured(dbt_run, home, "--select", "stg_resource_usage")
    ours, script = in_turn(lambda: measured(dbt_run, home), lambda: measured(run_script, home), TIMES)
    return {
        "rows": ROWS, "dbt_s": ours.seconds, "start_up_s": start_up.seconds, "script_s": script.seconds,
        "over_script": (ours.seconds - start_up.seconds) / script.seconds,
        "dbt_cpu_s": ours.cpu, "start_up_cpu_s": start_up.cpu, "script_cpu_s": script.cpu,
        "cpu_over_script": (ours.cpu - start_up.cpu) / script.cpu,
        "peak_mb": ours.peak_mb, "script_peak_mb": script.peak_mb,
    }  # fmt: skip


def hundred(home: Home) -> Found:
    """Each event again on other days of its month, so that there are as many more different days as fit."""
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(
            "create table raw.more as select * replace (cast(date_trunc('month', usage_date) as date) "
            "+ cast((day(usage_date) + 7 * n) % 28 as integer) as usage_date, resource_id || n as resource_id) "
            f"from raw.resource_usage, range({HUNDRED}) as times (n)"
        )
        connection.execute("drop table raw.resource_usage")
        connection.execute("alter table raw.more rename to resource_usage")
        rows = connection.execute("select count(*) from raw.resource_usage").fetchall()[0][0]
    ours = measured(dbt_run, home)
    return {"rows": rows, "dbt_s": ours.seconds, "dbt_cpu_s": ours.cpu, "peak_mb": ours.peak_mb}


def dbt_run(home: Home, *arguments: str) -> None:
    homes.dbt(homes.run_of(home), "run", "--full-refresh", *arguments)


def run_script(home: Home) -> None:
    """What dbt has compiled, in dbt's order, each as a table or view, in a database of its own schemas."""
    with warehouse.opened(home.warehouse) as connection:
        for statement in script(home):
            connection.execute(statement)


def script(home: Home) -> list[str]:
    """The statements; sources are read where they are, models go to schemas called `bench_...`."""
    manifest = json.loads(parsed_models.manifest_path(home).read_text("utf-8"))
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    compiled = home.state / "dbt" / "target" / "compiled" / "practice_metrics"
    statements = [f"create schema if not exists bench_{schema}" for schema in {node["schema"] for node in models}]
    for node in in_order(models):
        sql = (compiled / node["original_file_path"]).read_text("utf-8")
        for other in models:
            sql = sql.replace(f'"{other["schema"]}"."{other["name"]}"', f'"bench_{other["schema"]}"."{other["name"]}"')
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        statements.append(f'create or replace {kind} "bench_{node["schema"]}"."{node["name"]}" as ({sql})')
    return statements


def in_order(models: list[dict]) -> list[dict]:
    """Each model after those it reads."""
    waiting, done, ordered = list(models), set(), []
    names = {node["unique_id"] for node in models}
    while waiting:
        ready = [node for node in waiting if set(node["depends_on"]["nodes"]) & names <= done]
        ordered += ready
        done |= {node["unique_id"] for node in ready}
        waiting = [node for node in waiting if node["unique_id"] not in done]
    return ordered
