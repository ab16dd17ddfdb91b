"""The use of evidence resources as the library's system reports it: one file a month, one row a use.

Belongs here: who used what on which days, at the levels of truths.py, as arrays; no row is ever a Python object.
Does not belong here: pages, titles or searches; there are none.

In a month a person uses evidence on several days, on one day, or not at all (then perhaps logs in or opens a policy).
The number of rows is shared out over all people and months first, so that it comes out exactly as asked.
"""

from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import duckdb
import numpy as np

from dagster_project.samples.draws import Whole, array_draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost, Person, Team
from dagster_project.samples.truths import SERVICES

HEADINGS = {
    "User ID": "person_id", "Access date": "usage_date", "Product": "resource_id", "Content type": "resource_type",
    "Format": "mode", "Recorded by": "channel",
}  # fmt: skip

# Product, content type, formats. Evidence is used through the system's log or declared by the practitioner.
EVIDENCE = (
    ("Evidence Library", "Research summary", ("Online", "Printed", "Audio")),
    ("Evidence Library", "Practice guidance", ("Online", "Printed")),
    ("Practice Journal Online", "Journal article", ("Online", "Printed", "Group supervision")),
    ("Law Finder", "Case law", ("Online", "Printed")),
    ("Law Finder", "Legislation", ("Online", "Printed")),
    ("Law Finder", "Legal guide", ("Online", "Group supervision")),
    ("Guidance Hub", "Guidance", ("Online", "Printed", "Group supervision")),
    ("Learning Bites", "Micro-learning", ("Online", "Audio", "Video", "Quiz")),
)
NO_EVIDENCE = (
    ("Policy Portal", "Policies and procedures", ("Online", "Printed")),
    ("Evidence Library", "Search results", ("Online",)),
    ("Evidence Library", "Log in", ("Online",)),
    ("Law Finder", "Search results", ("Online",)),
    ("Learning Bites", "Log in", ("Online",)),
)
CHANNELS = ("Log", "CPD record")
USES = [
    *((name, kind, mode, channel) for name, kind, modes in EVIDENCE for mode, channel in product(modes, CHANNELS)),
    *((name, kind, mode, "Log") for name, kind, modes in NO_EVIDENCE for mode in modes),
]
N_EVIDENCE = sum(len(modes) for _, _, modes in EVIDENCE) * len(CHANNELS)
N_OTHER = len(USES) - N_EVIDENCE

SEVERAL_DAYS, ONE_DAY, NO_DAY = 2, 1, 0
ONE_DAY_SHARE = 120  # per mille of staff who use evidence on one day only
HABIT = 750  # per mille of months in which a person does as usual
DECLARED = 300  # per mille, of the first use of a day, declared rather than logged

# Primes larger than the number of weekdays in a month, and than that of uses: stepping by one meets every place once.
DAY_STEPS = np.array([29, 31, 37, 41, 43, 47])
USE_STEPS = np.array([53, 59, 61, 67, 71, 73])

ROWS_AT_ONCE = 1_000_000
_USE_COLUMNS = ("product", "content_type", "format", "recorded_by")
_STREAMS = {
    name: number
    for number, name in enumerate(
        ("habit", "as usual", "mood", "appetite", "days", "start", "step", "use", "use step", "declared")
    )
}


@dataclass
class Plan:
    """Everyone at work in a month, one position of every array each: who, when, and how much evidence they use."""

    month: Month
    key: Whole  # of the person and month, for draws
    payroll: Whole
    first_weekday: Whole
    n_weekdays: Whole
    kind: Whole
    weight: Whole
    most: Whole  # rows that can differ from one another


def make_habits(seed: int, people: list[Person], teams: list[Team]) -> Whole:
    """Each person's place, per mille, in the order of use: spread evenly over a service, by chance over a team."""
    services = np.array([teams[person.team].service for person in people], dtype=np.int64)
    habits = np.zeros(len(people), dtype=np.int64)
    for service in range(len(SERVICES)):
        members = np.flatnonzero(services == service)
        order = np.argsort(array_draws(seed, _STREAMS["habit"], members, 2**31), kind="stable")
        habits[members[order]] = np.arange(len(members)) * 1000 // max(1, len(members))
    return habits


def plan_month(seed: int, month: Month, months: int, present: list[InPost], teams: list[Team], habits: Whole) -> Plan:
    """What everyone present would do; how many rows that makes is settled for all months together (share_out)."""
    levels = [service.using.at(month.index, months) for service in SERVICES]
    to = month.n_weekdays_to
    table = np.array(
        [
            (
                one.index,
                int(one.person.payroll[1:]),
                to[one.days[0] - 1],
                to[one.days[1]] - to[one.days[0] - 1],
                levels[teams[one.team].service],
                one.person.fte_tenths,
            )
            for one in present
            if one.days is not None
        ],
        dtype=np.int64,
    ).reshape(-1, 6)
    index, payroll, first_weekday, n_weekdays, level, fte_tenths = table.T
    key = index * 4096 + month.index
    is_usual = array_draws(seed, _STREAMS["as usual"], key, 1000) < HABIT
    place = np.where(is_usual, habits[index], array_draws(seed, _STREAMS["mood"], key, 1000))
    kind = np.select([place < level, place < level + ONE_DAY_SHARE], [SEVERAL_DAYS, ONE_DAY], NO_DAY)
    appetite = 40 + array_draws(seed, _STREAMS["appetite"], key, 121)
    share = np.choose(kind, [np.where(appetite < 100, 0, 12), 12, 100])
    most = np.choose(kind, [n_weekdays * N_OTHER, len(USES), n_weekdays * len(USES)])
    weight = n_weekdays * fte_tenths * appetite * share // 100
    return Plan(month, key, payroll, first_weekday, n_weekdays, kind, weight, most)


def share_out(n_rows: int, plans: list[Plan]) -> list[Whole]:
    """Rows for each position of each plan: in proportion to its weight, at most what it can hold, `n_rows` together."""
    weight, most = np.concatenate([plan.weight for plan in plans]), np.concatenate([plan.most for plan in plans])
    possible = int(most[weight > 0].sum())
    if n_rows > possible:
        raise ValueError(
            f"usage_events={n_rows:,} is more than these staff can make in these months (at most {possible:,} different"
            " uses): give more staff or more months"
        )
    rows, left = np.zeros_like(weight), n_rows
    while left:
        passed = np.cumsum(np.where(rows < most, weight, 0))
        share = np.minimum(np.diff(left * passed // passed[-1], prepend=0), most - rows)
        rows += share
        left -= int(share.sum())
    return np.split(rows, np.cumsum([len(plan.weight) for plan in plans])[:-1])


def write_months(folder: Path, seed: int, plans: list[Plan], rows: list[Whole]) -> list[Path]:
    """The months' files, by day and person, and how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        unnested = ", ".join(f"unnest(?) as {name}" for name in ("use", *_USE_COLUMNS))
        texts = [list(column) for column in zip(*USES, strict=True)]
        connection.execute(f"create table used_as as select {unnested}", [list(range(len(USES))), *texts])
        connection.execute("create table uses (payroll integer, day date, use utinyint)")
        return [
            _write_month(connection, folder, seed, plan, of_month) for plan, of_month in zip(plans, rows, strict=True)
        ]


def _write_month(connection: duckdb.DuckDBPyConnection, folder: Path, seed: int, plan: Plan, rows: Whole) -> Path:
    """Sorted by all that tells rows apart, so that the file is the same however many threads write it."""
    path = folder / f"evidence_usage_{plan.month.text}.csv"
    connection.execute("truncate uses")
    for part in _parts(rows):
        connection.register("part", _draw_uses(seed, plan, rows, part))
        first = f"date '{plan.month.first}'"
        connection.execute(f"insert into uses select payroll, {first} + (day - 1)::integer, use from part")
        connection.unregister("part")
    columns = zip(HEADINGS, ("'P' || lpad(payroll::varchar, 6, '0')", "day", *_USE_COLUMNS), strict=True)
    select = ", ".join(f'{column} as "{heading}"' for heading, column in columns)
    target = str(path).replace("'", "''")
    connection.execute(
        f"copy (select {select} from uses join used_as using (use) order by day, payroll, use) to '{target}' (header)"
    )
    return path


def _parts(rows: Whole) -> list[slice]:
    """Slices of positions with at most about ROWS_AT_ONCE rows each, so that memory stays bounded."""
    passed = np.cumsum(rows)
    n_parts = int(rows.sum()) // ROWS_AT_ONCE + 1
    edges = np.searchsorted(passed, np.arange(1, n_parts) * ROWS_AT_ONCE)
    bounds = [0, *edges.tolist(), len(rows)]
    return [slice(low, high) for low, high in pairwise(bounds)]


def _draw_uses(seed: int, plan: Plan, rows: Whole, part: slice) -> dict[str, Whole]:
    """Payroll number, day of the month and use of every row: no two rows the same."""
    n, key, kind, n_weekdays = rows[part], plan.key[part], plan.kind[part], plan.n_weekdays[part]
    busy = n * (5 + array_draws(seed, _STREAMS["days"], key, 8)) // 16
    days = np.choose(kind, [n // 2, np.ones_like(n), np.maximum(busy, 2)])
    days = np.maximum(1, np.minimum(days, n_weekdays))

    at = np.repeat(np.arange(len(n)), n)
    number = np.arange(len(at)) - np.repeat(np.cumsum(n) - n, n)
    turn, round_ = number % days[at], number // days[at]  # every day of use gets one row before any gets its second
    start = array_draws(seed, _STREAMS["start"], key, n_weekdays)
    step = DAY_STEPS[array_draws(seed, _STREAMS["step"], key, len(DAY_STEPS))]
    weekday = plan.first_weekday[part][at] + (start[at] + turn * step[at]) % n_weekdays[at]

    key_of_day = key[at] * 32 + turn
    is_declared = array_draws(seed, _STREAMS["declared"], key_of_day, 1000) < DECLARED
    evidence = array_draws(seed, _STREAMS["use"], key_of_day, N_EVIDENCE // 2) * 2 + is_declared
    use_step = USE_STEPS[array_draws(seed, _STREAMS["use step"], key_of_day, len(USE_STEPS))]
    other = array_draws(seed, _STREAMS["use"], key_of_day, N_OTHER)
    use = np.where(
        kind[at] == NO_DAY, N_EVIDENCE + (other + round_) % N_OTHER, (evidence + round_ * use_step) % len(USES)
    )
    return {"payroll": plan.payroll[part][at], "day": np.array(plan.month.weekdays)[weekday], "use": use}
