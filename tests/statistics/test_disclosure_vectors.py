"""Hiding and rounding beside those of other tools: the same where the rule is the same, and never less safe."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue, TeamService
from dagster_project.statistics.disclosure import mask_values as hide
from dagster_project.statistics.disclosure_settings import PRESETS, DisclosureSettings
from dagster_project.statistics.edition_audit import Finding, Known, audit, hide_until_safe
from dagster_project.statistics.rounding import COUNT_RULES, CountRule
from tests.statistics.vector_files import of_family, use

MONTH = datetime.date(2026, 9, 1)
KINDS = {"people": "count"}
TOTAL = "Total"


def count(row: str, column: str, people: int, level: str = "service") -> MetricValue:
    """People of a team, or of all teams, and of one answer, or of all answers."""
    unit = ("organisation", "all") if row == TOTAL else (level, row)
    answer = ("all", "all") if column == TOTAL else ("answer", column)
    return MetricValue(
        "people", "month", MONTH, MONTH.replace(day=30), *unit, *answer, None, None, people, None, None, float(people),
        "observed",
    )  # fmt: skip


def hidden(masked: list[MetricValue]) -> list[bool]:
    return [value.value_state == SUPPRESSED for value in masked]


def masked_as(values: list[MetricValue], is_hidden: list[bool]) -> list[MetricValue]:
    """The values as another tool would publish them, with its cells hidden."""
    return [
        replace(value, people=None, denominator=None, value=None, value_state=SUPPRESSED) if away else value
        for value, away in zip(values, is_hidden, strict=True)
    ]


def exactly_found(values: list[MetricValue], masked: list[MetricValue]) -> list[Finding]:
    return audit(values, masked, Known(DisclosureSettings(), KINDS, [], months=()))


def check_gauss(vectors: dict[str, Any]) -> None:
    for case in vectors["cases"].values():
        rows = case["result"]
        values = [count(row.get("row", row.get("team")), row.get("col", TOTAL), row["freq"]) for row in rows]
        settings = DisclosureSettings(threshold=case["maxN"])
        theirs = [row["suppressed"] for row in rows]
        assert sum(theirs) == case["n_suppressed"]
        assert exactly_found(values, masked_as(values, theirs)) == []
        ours, left = hide_until_safe(values, hide(values, settings, KINDS, []), Known(settings, KINDS, [], {MONTH}))
        assert left == []
        # Zeros of counts are shown here; with protectZeros the reference hides them.
        primary = [row["primary"] and row["freq"] > 0 for row in rows]
        assert all(away for away, is_primary in zip(hidden(ours), primary, strict=True) if is_primary)
        assert any(hidden(ours)) == any(primary)


def check_acro(vectors: dict[str, Any]) -> None:
    plain = vectors["results"]["none"]
    rule, to_5 = COUNT_RULES["acro"], CountRule(threshold=0, base=5)
    assert vectors["results"]["suppress"]["data"] == [[rule.shown(n) for n in row] for row in plain["data"]]
    exact = with_totals(plain)
    for name in ("round5", "round5_margins"):
        table = vectors["results"][name]
        for row, numbers in zip(table["index"], table["data"], strict=True):
            assert numbers == [to_5.shown(exact[row, column]) for column in table["columns"]]
    check_totals_stay_true(exact, vectors["results"]["suppress_margins"])


def with_totals(table: dict[str, Any]) -> dict[tuple[str, str], int]:
    """All cells of a table, and "All" for its totals."""
    cells: dict[tuple[str, str], int] = {}
    for row, numbers in zip(table["index"], table["data"], strict=True):
        for column, number in zip(table["columns"], numbers, strict=True):
            for key in ((row, column), ("All", column), (row, "All"), ("All", "All")):
                cells[key] = cells.get(key, 0) + number
    return cells


def check_totals_stay_true(exact: dict[tuple[str, str], int], acro: dict[str, Any]) -> None:
    """ACRO leaves hidden people out of its totals; ours count everybody, and more is hidden for it."""
    values = [count(*(TOTAL if name == "All" else name for name in key), people) for key, people in exact.items()]
    theirs = {
        (row, column): number
        for row, numbers in zip(acro["index"], acro["data"], strict=True)
        for column, number in zip(acro["columns"], numbers, strict=True)
    }
    assert (exact["TeamB", "All"], theirs["TeamB", "All"]) == (40, 37)
    settings = DisclosureSettings(threshold=9)
    is_hidden = [theirs[key] is None and exact[key] > 0 for key in exact]
    assert exactly_found(values, masked_as(values, is_hidden)) != []  # with true totals
    ours, left = hide_until_safe(values, hide(values, settings, KINDS, []), Known(settings, KINDS, [], {MONTH}))
    assert left == []
    assert sum(hidden(ours)) > sum(is_hidden)
    assert all(value.people == exact[key] for key, value in zip(exact, ours, strict=True) if value.people is not None)


FFT = PRESETS["friends_and_family"]


def check_friends_and_family(vectors: dict[str, Any]) -> None:
    for case in vectors["first_level"]:
        values = [count(f"S{number}", TOTAL, people) for number, people in enumerate(case["totals"])]
        assert [int(away) for away in hidden(hide(values, FFT, KINDS, []))] == case["flags"]
    ranked, gap, both = vectors["second_level"]
    groups = [second_level(ranked, [3, 10, 20, 10, 20]), second_level({"group": "AA", **both}, [3, 4])]
    for case, flags in zip((ranked, both), groups, strict=True):
        further = [away and not first for away, first in zip(flags, case["first"], strict=True)]
        assert [int(away) for away in further] == case["flags"]
    # Without a service of rank 2 the reference hides none; ours hides the next, or the total would give it away.
    assert second_level({"group": "AA", **gap}, [3, 20]) == [True, True]
    for case in vectors["cascade"]:
        assert [int(away) for away in cascade(case)] == case["flags"]


def second_level(case: dict[str, Any], people: list[int]) -> list[bool]:
    """Teams of services whose totals are shown."""
    names = [f"{group}{rank}" for group, rank in zip(case["group"], case["rank"], strict=True)]
    values = [count(name, TOTAL, n, "team") for name, n in zip(names, people, strict=True)]
    for group in sorted(set(case["group"])):
        values.append(count(group, TOTAL, sum(n for name, n in zip(names, people, strict=True) if name[0] == group)))
    return hidden(hide(values, FFT, KINDS, [TeamService(MONTH, name, name[0]) for name in names]))[: len(names)]


def cascade(case: dict[str, Any]) -> list[bool]:
    """Teams of services, of which those flagged are hidden beside a smaller service, to keep the whole from telling."""
    people = {1: 10, 2: 12, 3: 14}
    names = [f"{parent}{rank}" for parent, rank in zip(case["child_parent"], case["rank"], strict=True)]
    values = [count(name, TOTAL, people[int(name[1])], "team") for name in names]
    sizes = {parent: sum(people[int(name[1])] for name in names if name[0] == parent) for parent in case["parent"]}
    if any(case["parent"].values()):  # a flagged service is the smallest but for one that has to be hidden
        sizes = {**sizes, "B": 400, "small": 3}
    teams_of_b = [place for place, name in enumerate(names) if name[0] == "B" and any(case["parent"].values())]
    for place in teams_of_b:
        values[place] = count(names[place], TOTAL, 200, "team")
    values += [count(parent, TOTAL, size) for parent, size in sizes.items()]
    values.append(count(TOTAL, TOTAL, sum(sizes.values())))
    masked = hide(values, FFT, KINDS, [TeamService(MONTH, name, name[0]) for name in names])
    away = dict(zip((value.unit_id for value in masked), hidden(masked), strict=True))
    assert {parent: int(away[parent]) for parent in case["parent"]} == case["parent"]
    return [away[name] for name in names]


TABLES = {
    "hes_star_then_5": "hes",
    "msds_1to7_as_5": "maternity",
    "opensafely_ehrql_le7_zero_then_5": "opensafely",
    "opensafely_midpoint6": "opensafely_midpoint6",
    "fft_first_level_1to4": "friends_and_family",
    "acro_threshold10_zeros_disclosive": "acro",
}


def check_rule_tables(vectors: dict[str, Any]) -> None:
    assert set(TABLES) == {name for name in vectors if name not in ("reference", "obtained", "n")}
    assert set(TABLES.values()) == set(COUNT_RULES)
    for table, rule in TABLES.items():
        shown = [COUNT_RULES[rule].shown(n) for n in vectors["n"]]
        assert ["*" if n is None else n for n in shown] == vectors[table]


CHECKS = {
    ("sdc_gausssuppression.json", "contrast"): check_gauss,
    ("sdc_acro.json", "contrast"): check_acro,
    ("sdc_fft_doctests.json", "oracle"): check_friends_and_family,
    ("sdc_rule_tables.json", "oracle"): check_rule_tables,
}


@pytest.mark.parametrize("name", of_family("disclosure"))
def test_disclosure_control_beside_that_of_the_reference(name: str) -> None:
    use(name, CHECKS)
