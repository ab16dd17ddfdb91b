"""One more month added to sixty months of history, against adding it to twelve.

Belongs here: whether a month costs more the longer a home has run. Does not belong here: what any one step costs.
"""

import datetime
import shutil
from pathlib import Path

from dagster_project import steps
from dagster_project.home import Home
from dagster_project.steps import Run
from tests.bench import homes
from tests.bench.measure import Found, in_turn, measured, seconds

STAFF, EVENTS_A_MONTH = 2_000, 28_000
LONG, SHORT = 60, 12
TIMES = 3
LIMIT = "dbt's start-up; of what grows, the staff x month models, which are rebuilt whole."
MONTH_BEFORE, AS_AT_BEFORE = datetime.date(2026, 9, 1), datetime.date(2026, 10, 22)


def run(folder: Path) -> Found:
    long, short = (home_before(folder / str(months), months) for months in (LONG, SHORT))
    ours, bare = in_turn(lambda: measured(add_month, long), lambda: measured(add_month, short), TIMES)
    grown = {f"{step}_over": ours.result[step] / bare.result[step] for step in ours.result}
    long_s, short_s = sum(ours.result.values()), sum(bare.result.values())  # without copying the home
    return {
        "long_s": long_s, "short_s": short_s, "long_over_short": long_s / short_s, **grown,
        "long_cpu_s": ours.cpu, "short_cpu_s": bare.cpu, "cpu_over": ours.cpu / bare.cpu,
    }  # fmt: skip


def home_before(root: Path, months: int) -> Home:
    """A home that has modelled all but the last of its `months` + 1 months, whose files wait in its inbox."""
    home = homes.empty_home(root)
    homes.fill_inbox(home, staff=STAFF, months=months + 1, usage_events=EVENTS_A_MONTH * (months + 1))
    waiting = root.with_name(f"{root.name}_waiting")
    last = f"{homes.LAST_MONTH:%Y-%m}"
    for path in [path for path in home.inbox.rglob("*") if path.is_file() and last in path.name]:
        target = waiting / path.relative_to(home.inbox)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    run = homes.run_of(home, MONTH_BEFORE, AS_AT_BEFORE)
    homes.load_inbox(run)
    homes.dbt(run, "run", "--full-refresh")
    steps.modelled(run)
    shutil.copytree(waiting, home.inbox, dirs_exist_ok=True)
    return Home(home.root)  # without its keys, which go to no other process


def add_month(home: Home) -> Found:
    """Seconds by step, on a copy of the home, so that the month can be added again."""
    copy = home.root.with_name(f"{home.root.name}_copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home.root, copy)
    run = homes.run_of(Home(copy))
    return {
        "land": seconds(steps.land, run),
        "load": seconds(load_feeds, run),
        "dbt": seconds(homes.dbt, run, "run"),
        "analyse": seconds(steps.analyse, run),
        "read_copy": seconds(steps.copy_for_readers, run),
    }


def load_feeds(run: Run) -> None:
    for feed in run.contracts:
        steps.stage_feed(run, feed)
        homes.load_feed(run, feed)
