"""Rounded figures: what of them follows exactly is found and hidden, and what stays between bounds is left alone."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings, Rounding
from dagster_project.statistics.edition_audit import Finding, Known, audit, hide_until_safe
from dagster_project.statistics.rounding import COUNT_RULES, rounded_values, rule_of
from tests.statistics.test_edition_audit import KINDS, MONTH, make


def known(rounding: Rounding, **further: object) -> Known:
    return Known(DisclosureSettings(rounding=rounding), KINDS, [], **{"months": {MONTH}, **further})  # type: ignore[arg-type]


def rounded(values: Sequence[MetricValue], rounding: Rounding) -> list[MetricValue]:
    return rounded_values(values, COUNT_RULES[rounding], KINDS)


def found(values: Sequence[MetricValue], rounding: Rounding, **further: object) -> list[Finding]:
    return audit(values, rounded(values, rounding), known(rounding, **further))


@pytest.mark.parametrize(
    ("rounding", "shown", "is_whole", "expected"),
    [
        ("hes", 10, True, (8, 12)), ("hes", 15, True, (13, 17)), ("hes", 15, False, (12.5, 17.5)),
        ("hes", 0, True, (0, 0)),
        ("hes", 12, True, (12, 12)),
        ("maternity", 5, True, (1, 7)), ("opensafely", 0, True, (0, 7)), ("opensafely_midpoint6", 9, True, (7, 12)),
        ("opensafely_midpoint6", 9, False, (6.5, 12.5)), ("friends_and_family", 23, True, (23, 23)),
    ],
)  # fmt: skip
def test_rounded_count_lies_between_bounds(
    rounding: Rounding, shown: float, is_whole: bool, expected: tuple[float, float]
) -> None:
    assert COUNT_RULES[rounding].range_of(shown, is_whole) == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.sampled_from(sorted(COUNT_RULES)), st.sampled_from([None, 2, 10, 20]))
def test_bounds_are_of_the_counts_that_are_shown_so_and_no_others(count: int, name: Rounding, base: int | None) -> None:
    rule = rule_of(DisclosureSettings(rounding=name, base=base))
    if (shown := rule.shown(count)) is not None:
        lowest, highest = rule.range_of(shown, is_whole=True)
        alike = [n for n in range(500) if rule.shown(n) == shown]
        assert (min(alike), max(alike)) == (lowest, highest)


def test_rounded_parts_that_leave_one_whole_number_are_found_and_hidden() -> None:
    """Four services of 12 people each, shown as 10 each, and 50 for their 48: only 12 each and 48 are possible."""
    values = [make("all", 24, 48, metric="requests", people=48)]
    values += [make(f"service:{name}", 6, 12, metric="requests", people=12) for name in "ABCD"]
    masked = rounded(values, "hes")
    assert [value.people for value in masked] == [50, 10, 10, 10, 10]
    assert {(f.place, f.measure) for f in found(values, "hes")} == {(n, "people") for n in range(5)}
    safe, left = hide_until_safe(values, masked, known("hes"))
    assert left == []
    assert SUPPRESSED in {value.value_state for value in safe}
    assert audit(values, safe, known("hes")) == []
    assert hide_until_safe(values, masked, known("hes", earlier=masked))[1] != []  # readers have seen it already


def test_rounded_parts_that_leave_several_numbers_are_left_alone() -> None:
    values = [make("all", 24, 43, metric="requests", people=43)]
    values += [make(f"service:{n}", 6, n, metric="requests", people=n) for n in (10, 11, 11, 11)]
    assert found(values, "hes") == []
    assert hide_until_safe(values, rounded(values, "hes"), known("hes"))[0] == rounded(values, "hes")


def test_counts_that_are_not_rounded_give_a_hidden_one_away_as_ever() -> None:
    """`friends_and_family` hides 1 to 4 and shows the rest as it is: A is all less B."""
    values = [make("all", 40, 80), make("service:A", 2, 20), make("service:B", 38, 60)]
    assert {f.place for f in found(values, "friends_and_family")} == {1}
    safe, left = hide_until_safe(values, rounded(values, "friends_and_family"), known("friends_and_family"))
    assert (left, [value.value_state for value in safe]) == ([], ["observed", SUPPRESSED, SUPPRESSED])


def test_exact_numbers_of_an_earlier_edition_undo_the_rounding() -> None:
    """All and B were published exact: A's 22 of 40 is what is left, and cannot be hidden any more."""
    values = [make("all", 41, 81), make("service:A", 22, 40), make("service:B", 19, 41)]
    assert found(values, "hes") == []
    before = [values[0], values[2]]
    assert {f.place for f in found(values, "hes", earlier=before)} == {1}
    assert hide_until_safe(values, rounded(values, "hes"), known("hes", earlier=before))[1] != []
    assert found(values, "hes", earlier=rounded(before, "hes")) == []


def test_events_of_few_people_contradict_nothing() -> None:
    """20 sessions of one person are shown as nought by `opensafely`, beside 25 of 25 in all."""
    values = [
        replace(make("all", 45, 90, people=60), numerator_people=25),
        replace(make("service:A", 20, 40, people=30), numerator_people=1),
        replace(make("service:B", 25, 50, people=30), numerator_people=24),
    ]
    assert rounded(values, "opensafely")[1].numerator == 0
    assert found(values, "opensafely") == []


def test_month_without_figures_is_no_part() -> None:
    values = [
        make("all", 24, 48),
        make("service:A", 24, 48),
        replace(make("service:B", 0, 0), value_state="feed_stale"),
    ]
    assert found(values, "opensafely") == []


sizes = st.lists(st.integers(0, 13), min_size=2, max_size=4)


def possible(values: Sequence[MetricValue], safe: Sequence[MetricValue], rounding: Rounding) -> list[set[int]]:
    """What the people of each service could be so that the same is shown, counted out."""
    rule, (whole, *services) = COUNT_RULES[rounding], safe
    could = [
        [n for n in range(61) if value.value_state == SUPPRESSED or rule.shown(n) == value.people] for value in services
    ]
    fitting = [
        each for each in itertools.product(*could)
        if whole.value_state == SUPPRESSED or rule.shown(sum(each)) == whole.people
    ]  # fmt: skip
    assert tuple(value.people for value in values[1:]) in fitting
    return [set(of_service) for of_service in zip(*fitting, strict=True)]


@settings(max_examples=40, deadline=None)
@given(sizes, st.sampled_from(["hes", "maternity", "opensafely", "opensafely_midpoint6"]))
def test_every_rounded_count_could_be_another(people: list[int], rounding: Rounding) -> None:
    """But of nought, which some rules show as it is."""
    values = [make("all", 5, 9, metric="requests", people=sum(people))]
    values += [make(f"service:S{number}", 5, 9, metric="requests", people=n) for number, n in enumerate(people)]
    masked = rounded(values, rounding)
    safe, left = hide_until_safe(values, masked, known(rounding))
    if any(value.value_state == SUPPRESSED for value in safe):
        return  # a hidden count may be any: too many to count out
    assert left == []
    for n, could in zip(people, possible(values, safe, rounding), strict=True):
        assert len(could) > 1 or COUNT_RULES[rounding].range_of(COUNT_RULES[rounding].shown(n) or 0, True) == (0, 0)


shares = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=40, deadline=None)
@given(st.lists(shares, min_size=2, max_size=5), st.sampled_from(sorted(COUNT_RULES)))
def test_rounded_edition_is_safe_or_held(council: list, rounding: Rounding) -> None:
    """What is shown is as it was rounded; what is found in what is left is told."""
    values = [make("all", *map(sum, zip(*council, strict=True)))]
    values += [make(f"service:S{number}", *pair) for number, pair in enumerate(council)]
    masked = rounded(values, rounding)
    safe, left = hide_until_safe(values, masked, known(rounding))
    assert audit(values, safe, known(rounding)) == left
    assert all(a in (b, b.without_numbers(SUPPRESSED)) for a, b in zip(safe, masked, strict=True))
    assert left == []
