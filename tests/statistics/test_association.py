"""A planted association is found, a planted null is not, and what strata explain is not taken for one."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.samples import truths
from dagster_project.statistics.association import Association, Stratum, associate, associate_chain
from dagster_project.statistics.small_samples import detectable_difference

DAYS = {"use_until": datetime.date(2026, 8, 31), "outcome_from": datetime.date(2026, 9, 1)}


def compare(*strata: Stratum, minimum: int = 10, by_construction: bool = False) -> Association:
    return associate(strata, **DAYS, minimum=minimum, by_construction=by_construction)


def drawn(random: np.random.Generator, sizes: list[tuple[int, int]], shares: list[tuple[float, float]]) -> Association:
    """One simulated council: for each stratum (users, others) and the share of each with the outcome."""
    return compare(
        *(
            Stratum(int(random.binomial(users, p)), users, int(random.binomial(others, q)), others)
            for (users, others), (p, q) in zip(sizes, shares, strict=True)
        )
    )


FOUR_STRATA = [(30, 40), (25, 20), (12, 45), (40, 15)]


def share_found(shares: list[tuple[float, float]], councils: int = 100) -> dict[str, float]:
    """How often each estimate leaves out what no association gives."""
    random = np.random.default_rng(11)
    found = [drawn(random, FOUR_STRATA, shares) for _ in range(councils)]
    nothing = {"difference": 0, "ratio": 1, "stratified_difference": 0, "stratified_ratio": 1}
    return {
        name: float(np.mean([not (getattr(a, name).lower <= none <= getattr(a, name).upper) for a in found]))
        for name, none in nothing.items()
    }


def test_planted_association_of_the_samples_is_found() -> None:
    """Those with a habit of using evidence apply more often."""
    with_habit, without = truths.APPLIED_WITH_HABIT / 1000, truths.APPLIED / 1000
    assert min(share_found([(with_habit, without)] * 4).values()) > 0.95


def test_planted_null_of_the_samples_is_found_about_once_in_twenty() -> None:
    """Whether an application is granted has nothing to do with use."""
    assert max(share_found([(truths.PROGRESSED / 1000,) * 2] * 4).values()) <= 0.09


def test_what_tenure_explains_is_no_association_within_strata() -> None:
    """Use and outcome both go with the stratum, and within strata not with each other."""
    found = share_found([(0.5, 0.5), (0.8, 0.8), (0.15, 0.15), (0.85, 0.85)])
    assert min(found["difference"], found["ratio"]) > 0.6
    assert max(found["stratified_difference"], found["stratified_ratio"]) <= 0.09


def test_stratified_difference_and_ratio_cover_at_the_stated_rate() -> None:
    """A difference of 0.2 in every stratum, and a ratio of 1.5 in every stratum."""
    random = np.random.default_rng(5)
    by_difference = [drawn(random, FOUR_STRATA, [(q + 0.2, q) for q in (0.2, 0.4, 0.6, 0.5)]) for _ in range(100)]
    by_ratio = [drawn(random, FOUR_STRATA, [(q * 1.5, q) for q in (0.2, 0.4, 0.6, 0.5)]) for _ in range(100)]
    for found, name, truth in ((by_difference, "stratified_difference", 0.2), (by_ratio, "stratified_ratio", 1.5)):
        covered = [getattr(a, name).lower <= truth <= getattr(a, name).upper for a in found]
        assert 0.9 <= np.mean(covered) <= 0.99


def test_pooled_estimates_worked_by_hand() -> None:
    """(10 x 40/80 - 5 x 40/80 + 20 x 35/65 - 10 x 30/65) / (40 x 40/80 + 30 x 35/65), and the same as a ratio."""
    ours = compare(Stratum(10, 40, 5, 40), Stratum(20, 30, 10, 35))
    assert ours.stratified_difference is not None
    assert ours.stratified_ratio is not None
    assert ours.stratified_difference.value == pytest.approx(0.2393617, abs=1e-7)
    assert ours.stratified_ratio.value == pytest.approx(2.2162162, abs=1e-7)
    assert ours.n_in_strata == 145


def test_single_stratum_gives_the_plain_difference() -> None:
    ours = compare(Stratum(12, 30, 9, 40))
    assert ours.difference is not None
    assert ours.stratified_difference is not None
    assert ours.stratified_difference.value == pytest.approx(ours.difference.value)


def test_stratum_with_one_group_only_is_left_out_of_the_strata_and_kept_in_the_whole() -> None:
    ours = compare(Stratum(12, 30, 9, 40), Stratum(5, 20, 0, 0))
    assert (ours.users, ours.others, ours.n_in_strata) == (50, 40, 70)
    apart = compare(Stratum(12, 30, 0, 0), Stratum(0, 0, 9, 40))
    assert apart.difference is not None
    assert (apart.stratified_difference, apart.stratified_ratio) == (None, None)


def test_under_the_minimum_nothing_is_compared_and_what_could_have_shown_is_told() -> None:
    """30 closures an arm at a base of 22%: about 33 points, and no comparison."""
    ours = compare(Stratum(8, 30, 5, 30), minimum=31)
    assert (ours.difference, ours.ratio, ours.stratified_difference, ours.stratified_ratio) == (None,) * 4
    assert ours.detectable == pytest.approx(0.33, abs=0.01)
    assert compare(Stratum(8, 30, 5, 30), minimum=30).difference is not None


def test_detectable_difference_is_that_of_the_two_groups_from_the_share_of_both() -> None:
    ours = compare(Stratum(20, 40, 10, 110))
    assert ours.detectable == detectable_difference(40, 110, 30 / 150) != detectable_difference(110, 40, 30 / 150)


def test_nobody_in_a_group_is_no_comparison() -> None:
    ours = compare(Stratum(0, 0, 9, 40), minimum=0)
    assert (ours.difference, ours.detectable) == (None, None)
    assert compare().users == 0


def test_no_ratio_where_none_of_the_others_had_the_outcome() -> None:
    ours = compare(Stratum(9, 30, 0, 30))
    assert ours.difference is not None
    assert (ours.ratio, ours.stratified_ratio) == (None, None)


def test_use_of_the_day_of_the_outcome_is_refused() -> None:
    day = datetime.date(2026, 9, 1)
    with pytest.raises(ValueError, match="strictly before"):
        associate([Stratum(5, 20, 5, 20)], use_until=day, outcome_from=day, minimum=10)


@pytest.mark.parametrize("counts", [(5, 4, 0, 1), (0, 1, 2, 1), (-1, 4, 0, 1)])
def test_more_outcomes_than_people_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="more people with the outcome"):
        Stratum(*counts)


def test_chain_is_compared_at_each_stage_and_says_what_policy_asks_for() -> None:
    chain = associate_chain(
        {
            "applied": [Stratum(40, 60, 25, 70)],
            "portfolio_complete": [Stratum(30, 40, 20, 25)],
            "progressed": [Stratum(4, 9, 3, 7)],
        },
        **DAYS,
        minimum=10,
        by_construction={"portfolio_complete", "progressed"},
    )
    assert {stage: found.by_construction for stage, found in chain.items()} == {
        "applied": False, "portfolio_complete": True, "progressed": True,
    }  # fmt: skip
    assert [found.difference is not None for found in chain.values()] == [True, True, False]
    assert chain["portfolio_complete"].users == 40


groups = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(groups, groups), min_size=1, max_size=5))
def test_differences_turn_round_with_the_groups(pairs: list) -> None:
    ours = compare(*(Stratum(*users, *others) for users, others in pairs), minimum=1)
    turned = compare(*(Stratum(*others, *users) for users, others in pairs), minimum=1)
    for one, other in (
        (ours.difference, turned.difference),
        (ours.stratified_difference, turned.stratified_difference),
    ):
        assert -1 <= one.lower <= one.value + 1e-9
        assert one.value - 1e-9 <= one.upper <= 1
        assert (one.value, one.lower) == pytest.approx((-other.value, -other.upper), abs=1e-9)
    for ratio in (ours.ratio, ours.stratified_ratio):
        if ratio is not None and ratio.value > 0:
            assert 0 <= ratio.lower <= ratio.value + 1e-9
            assert ratio.value <= ratio.upper + 1e-9
