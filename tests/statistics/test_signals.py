"""Signals of a series: from 13 months on, never across a break, by the chart that its denominators ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.statistics.laney import p_prime_lines
from dagster_project.statistics.signals import Changes, Series, signals_of

CALM = [0.50, 0.52, 0.49, 0.51, 0.50, 0.48, 0.52, 0.51, 0.49, 0.50, 0.52, 0.48, 0.50]


def variations(series: Series, **options: object) -> list[str | None]:
    return [signal and signal.variation for signal in signals_of(series, improvement="increase", **options)]  # type: ignore[arg-type]


def test_signals_need_thirteen_months_with_a_figure() -> None:
    assert variations(Series(CALM[:12])) == [None] * 12
    assert variations(Series([*CALM[:12], None])) == [None] * 13
    assert variations(Series(CALM)) == ["common_cause"] * 13


def test_month_far_above_the_others_is_unusual() -> None:
    [*_, newest] = signals_of(Series([*CALM, 0.9]), improvement="increase")
    assert newest is not None
    assert (newest.rule, newest.variation) == ("outside_limits", "improvement")


def test_hidden_month_sets_no_line() -> None:
    """What is hidden cannot be worked out of a mean: the lines are those of the series without the month."""
    with_hidden = signals_of(Series([*CALM[:6], None, *CALM[6:]]), improvement="increase")
    without = signals_of(Series(CALM), improvement="increase")
    assert with_hidden[6] is None
    assert [s.centre for s in with_hidden if s] == [s.centre for s in without if s]
    assert [s.upper_limit for s in with_hidden if s] == [s.upper_limit for s in without if s]


def test_no_signal_reaches_across_a_series_break() -> None:
    """Six high months, a break, six high months: no run of seven, and no limits from fewer than 13 months."""
    before, after = [*CALM, *[0.53] * 6], [0.53] * 6
    joined = variations(Series(before + after))
    apart = variations(Series(before + after), changes=Changes(breaks=[len(before)]))
    assert joined[-1] == "improvement"
    assert apart[len(before) :] == [None] * 6
    assert "improvement" not in apart


def test_each_stretch_between_breaks_has_limits_of_its_own() -> None:
    raised = [value + 0.3 for value in CALM]
    found = signals_of(Series(CALM + raised), improvement="increase", changes=Changes(breaks=[13]))
    assert [round(s.centre or 0, 3) for s in found if s] == [0.502] * 13 + [0.802] * 13
    assert {s.variation for s in found if s} == {"common_cause"}


def test_rebase_gives_new_limits_and_only_where_it_is_asked_for() -> None:
    raised = Series(CALM + [value + 0.3 for value in CALM])
    assert "improvement" in variations(raised)
    assert set(variations(raised, changes=Changes(rebases=[13]))) == {"common_cause"}


def test_ghost_is_left_out_of_the_lines_and_said_to_be() -> None:
    found = signals_of(Series([*CALM, 0.9]), improvement="increase", changes=Changes(ghosts=[13]))
    plain = signals_of(Series(CALM), improvement="increase")
    assert [signal.variation for signal in found if signal][-1] == "left_out"
    assert [signal.upper_limit for signal in found if signal][:13] == [s.upper_limit for s in plain if s]


def test_first_months_up_to_the_end_of_the_baseline_set_the_limits() -> None:
    raised = Series(CALM + [value + 0.3 for value in CALM])
    found = signals_of(raised, improvement="increase", changes=Changes(baseline_end=12))
    alone = signals_of(Series(CALM), improvement="increase")
    assert [(s.centre, s.upper_limit) for s in found if s][:13] == [(s.centre, s.upper_limit) for s in alone if s]


def test_assurance_stands_at_the_newest_month_judged() -> None:
    found = signals_of(Series([*CALM, None]), improvement="increase", target=0.9)
    assert [signal.assurance for signal in found if signal] == [None] * 12 + ["fail"]
    met = signals_of(Series(CALM), improvement="increase", target=0.1)
    assert [signal.assurance for signal in met if signal][-1] == "pass"


@pytest.mark.parametrize(
    ("denominators", "method"), [([100] * 14, "xmr"), ([100] * 13 + [201], "p_prime"), ([11] * 14, "p_prime")]
)
def test_small_or_uneven_denominators_ask_for_a_p_prime_chart(denominators: list[int], method: str) -> None:
    numerators = [round(n * share) for n, share in zip(denominators, [*CALM, 0.5], strict=True)]
    values = [x / n for x, n in zip(numerators, denominators, strict=True)]
    found = signals_of(Series(values, numerators, denominators), improvement="increase")
    assert {signal.method for signal in found if signal} == {method}


def test_p_prime_chart_has_the_limits_of_laney_and_flags_what_lies_outside() -> None:
    denominators = [20, 60, 30, 45, 25, 50, 40, 22, 58, 33, 47, 29, 51, 60]
    numerators = [10, 31, 15, 22, 13, 25, 20, 11, 30, 16, 24, 14, 26, 58]
    lines = p_prime_lines(numerators, denominators, screen_outliers=False)
    values = [x / n for x, n in zip(numerators, denominators, strict=True)]
    found = signals_of(Series(values, numerators, denominators), improvement="decrease")
    assert [signal.upper_limit for signal in found if signal] == lines.upper
    assert found[13] is not None
    assert (found[13].rule, found[13].variation) == ("outside_limits", "concern")


def test_p_prime_chart_of_months_that_are_all_alike_says_nothing() -> None:
    found = signals_of(Series([0.5] * 14, [5] * 14, [10] * 14), improvement="increase")
    assert {signal.variation for signal in found if signal} == {None}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=40), st.sets(st.integers(0, 39))
)
def test_every_month_with_a_figure_has_an_answer_and_no_other(pairs: list[tuple[int, int]], breaks: set[int]) -> None:
    numerators, denominators = [min(x, n) for x, n in pairs], [n for _, n in pairs]
    hidden = {place for place in range(len(pairs)) if place % 5 == 3}
    values = [None if p in hidden else x / n for p, (x, n) in enumerate(zip(numerators, denominators, strict=True))]
    series = Series(
        values,
        [None if p in hidden else x for p, x in enumerate(numerators)],
        [None if p in hidden else n for p, n in enumerate(denominators)],
    )
    starts = {place for place in breaks if place < len(pairs)}
    found = signals_of(series, improvement="increase", target=0.5, changes=Changes(breaks=starts))
    assert [signal is None for signal in found] == [value is None for value in values]
