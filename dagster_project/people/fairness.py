"""The yearly fairness report: each stage of progression, and regular use, by group.

Belongs here: who is at which stage, groups, suppression, intervals and ratios. Does not belong here: the sealed answers
(characteristics), layout. Groups are told apart, people never; what is small is hidden as everywhere else.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.dbt_call import thresholds
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from dagster_project.people.characteristics import NOT_KNOWN, TRAITS, open_characteristics, take_in
from dagster_project.people.issues import after_months, issue
from dagster_project.people.managers import View, agreed, read_views, spread
from dagster_project.people.records import has_table
from dagster_project.problems import SettingsProblem
from dagster_project.statistics import intervals
from dagster_project.statistics.disclosure import MetricValue, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings

MONTHS_KEPT = 36
GROUPINGS = ("hours", "time away", *TRAITS)
Groups = Mapping[str, Mapping[str, str]]

ENTRIES = {
    "Could apply, of employed staff in a round": ("true", "is_eligible"),
    "Applied, of those who could": ("is_eligible", "is_application"),
    "Portfolio complete, of applications": ("is_application and has_portfolio is not null", "has_portfolio"),
    "Progressed, of applications decided": (
        "is_application and outcome in ('progressed', 'not_progressed')", "outcome = 'progressed'",
    ),
}  # fmt: skip
REGULAR = "Regularly using evidence, of staff who are counted"
SEEN = "Seen as regularly using evidence by the manager, of those named in a return"
ALIKE = "Manager and records say the same, of those named in a return whose use is counted"
# F3: what was offered and taken, by the time people work; at which hours of a day is not collected.
OFFERED = "Offered at least as much protected time per available day as staff together, of those in post"
TAKEN = "Protected time taken, of sessions booked"


@dataclass(frozen=True)
class Entry:
    """One application, or one person, at a stage."""

    person_id: str
    is_in: bool


@dataclass(frozen=True)
class GroupResult:
    """One group at one stage; no numbers where they are hidden. `ratio` is to the group with the highest share."""

    grouping: str
    group: str
    numerator: int | None
    denominator: int | None
    share: tuple[float, float, float] | None
    ratio: tuple[float, float, float] | None


def write_fairness(home: Home, year: int, as_at: datetime.date, *, role: str) -> Path:
    """Issue the year's report, owner-only; raises SettingsProblem where the year has no round and no use."""
    from dagster_project.publishing import csv_bytes
    from dashboards.people_pages import fairness_page

    take_in(home)
    with_use = home.joins(as_at)["use_by_protected_group"]
    with warehouse.opened(home.warehouse) as connection:
        stages = read_stages(connection, year, thresholds(home.settings.thresholds), with_use=with_use)
        groups = read_groups(connection, year)
        views = read_views(connection, year) if with_use and stages else []
    if views:
        stages |= of_views(views)
    if not any(stages.values()):
        raise SettingsProblem(f"Nothing of {year} is modelled: run its months first.")
    groups = {**groups, **protected_groups(home, {each.person_id for rows in stages.values() for each in rows}, role)}
    rules = replace(home.settings.disclosure.rules(), is_on=True, rounding=None)
    results = {stage: by_group(stage, rows, groups, rules, year) for stage, rows in stages.items()}
    rows: list[dict[str, object]] = [
        {"stage": stage, "grouping": each.grouping, "group": each.group, "numerator": each.numerator,
         "denominator": each.denominator, "share": each.share and each.share[0], "ratio": each.ratio and each.ratio[0]}
        for stage, found in results.items() for each in found
    ]  # fmt: skip
    files = {
        "index.html": fairness_page(
            results,
            year,
            home.settings.organisation,
            as_at,
            has_use=with_use,
            has_views=bool(views),
            spread=spread(views),
            agreement=agreed(views, rules),
        ),
        "fairness.csv": csv_bytes(rows),
    }
    facts = {
        "year": year,
        "issued_to": role,
        "as_at": as_at,
        "keep_until": after_months(as_at, MONTHS_KEPT),
        "people": [],
    }
    return issue(home.hr / "fairness" / str(year), files, facts)


def read_stages(
    connection: duckdb.DuckDBPyConnection, year: int, asked: Mapping[str, object], *, with_use: bool
) -> dict[str, list[Entry]]:
    """Who is at each stage; of use only where the assessment switches it on."""
    queries = {
        stage: f"select person_id, coalesce({is_in}, false) from intermediate.int_progression__entries "
        f"where year(period_end) = {year} and {of} order by all"
        for stage, (of, is_in) in ENTRIES.items()
    }
    if with_use:
        queries[REGULAR] = (
            f"select person_id, sum(is_regular) >= {asked['progression_regular_share']} * count(*) "
            f"from intermediate.int_staff__regular_use where year(month) = {year} and not is_agency "
            "group by 1 order by 1"
        )
    queries[OFFERED] = (
        "with booked as (select person_id, sum(hours_booked) as hours from intermediate.int_protected_time__placed "
        f"where year(month) = {year} group by 1), "
        "time as (select person_id, sum(available_days) as days from intermediate.int_staff__months "
        f"where year(month) = {year} and not is_agency group by 1 having sum(available_days) > 0), "
        "known as (select person_id, days, coalesce(hours, 0) as hours from time left join booked using (person_id)) "
        "select person_id, hours / days >= (select sum(hours) / sum(days) from known) from known "
        "where exists (select 1 from booked) order by 1"
    )
    queries[TAKEN] = (
        "select person_id, outcome = 'taken' from intermediate.int_protected_time__placed "
        f"where year(month) = {year} and outcome <> 'not_recorded' order by all"
    )
    if not has_table(connection, "intermediate", "int_progression__entries"):
        return {}
    return {stage: [Entry(*row) for row in connection.execute(query).fetchall()] for stage, query in queries.items()}


def of_views(views: Sequence[View]) -> dict[str, list[Entry]]:
    """What managers say, and whether records say the same, as stages by group (F13)."""
    return {
        SEEN: [Entry(each.person_id, each.is_seen) for each in views],
        ALIKE: [
            Entry(each.person_id, each.is_seen == each.is_recorded) for each in views if each.is_recorded is not None
        ],
    }


def read_groups(connection: duckdb.DuckDBPyConnection, year: int) -> dict[str, dict[str, str]]:
    """Hours at the year's last month in post, and whether a month of the year went by without an available day."""
    rows = connection.execute(
        "select person_id, arg_max(hours_band, month), bool_or(available_days = 0 and contracted_days > 0) "
        f"from intermediate.int_staff__months where year(month) = {year} group by person_id"
    ).fetchall()
    return {
        "hours": {person: hours.replace("_", " ") for person, hours, _ in rows},
        "time away": {person: "a month or more" if was_away else "less or none" for person, _, was_away in rows},
    }


def protected_groups(home: Home, people: Iterable[str], role: str) -> dict[str, dict[str, str]]:
    """By trait, each person's group. The two sealed files meet here only, in memory."""
    held, keys = open_characteristics(home)
    names = open_vault(home.vault, home.keys, role=role, why="fairness report", people=set(people)) if keys else {}
    return {
        trait: {
            person: held.get(keys.person_id(entry["staff_id"]), {}).get(trait, NOT_KNOWN)
            for person, entry in names.items()
            if keys is not None
        }
        for trait in TRAITS
    }


def by_group(
    stage: str, rows: Sequence[Entry], groups: Groups, rules: DisclosureSettings, year: int
) -> list[GroupResult]:
    """The whole and each group of each grouping, hidden where small or where it could be worked out."""
    values = [_value(stage, "all", "all", rows, year)]
    for grouping in GROUPINGS:
        of = groups.get(grouping, {})
        parts: dict[str, list[Entry]] = {}
        for each in rows:
            parts.setdefault(of.get(each.person_id, NOT_KNOWN), []).append(each)
        values += [_value(stage, grouping, name, part, year) for name, part in sorted(parts.items())]
    masked = mask_values(values, rules, {stage: "proportion"}, [])
    best = {
        grouping: max(
            (each for each in masked if each.breakdown == grouping and each.value is not None
             and each.breakdown_value != NOT_KNOWN),
            key=lambda each: each.value or 0, default=None,
        )
        for grouping in GROUPINGS
    }  # fmt: skip
    return [_result(each, best.get(each.breakdown)) for each in masked]


def _value(stage: str, grouping: str, group: str, rows: Sequence[Entry], year: int) -> MetricValue:
    people, inside = {each.person_id for each in rows}, {each.person_id for each in rows if each.is_in}
    outside = {each.person_id for each in rows if not each.is_in}
    n = sum(each.is_in for each in rows)
    return MetricValue(
        stage, "year", datetime.date(year, 1, 1), datetime.date(year, 12, 31), "organisation", "all", grouping, group,
        n, len(rows), len(people), len(inside), len(outside), n / len(rows) if rows else None,
        "observed" if rows else "too_few",
    )  # fmt: skip


def _result(each: MetricValue, best: MetricValue | None) -> GroupResult:
    if each.value is None or each.numerator is None or each.denominator is None:
        return GroupResult(each.breakdown, each.breakdown_value, None, None, None, None)
    n, of = int(each.numerator), int(each.denominator)
    ratio = None
    if best is not None and best is not each and best.numerator and best.denominator:
        ratio = _three(intervals.ratio(n, of, best.numerator, best.denominator))
    return GroupResult(each.breakdown, each.breakdown_value, n, of, _three(intervals.wilson(n, of)), ratio)


def _three(found: intervals.Intervals) -> tuple[float, float, float]:
    return float(found.estimate), float(found.lower), float(found.upper)
