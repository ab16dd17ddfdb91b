"""Agreement is that of the reference implementations, and says nothing where there is only chance."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.agreement import Agreement, Coefficient, Weights, agreement
from tests.statistics.vector_files import assert_close, of_family, use

WRITTEN = 1e-9
WEIGHTS: tuple[Weights, ...] = ("none", "linear", "quadratic")


def limits(ours: Coefficient) -> list[float]:
    return [ours.value, ours.standard_error, ours.lower, ours.upper]


def check_kappa(vectors: dict[str, Any]) -> None:
    for name, case in vectors["python"].items():
        for weights in WEIGHTS:
            ours = agreement(case["table"], weights)
            assert (ours.n, ours.observed) == (case["n"], pytest.approx(case["po"], rel=WRITTEN))
            theirs = [case[f"cohen_{weights}"][field] for field in ("kappa", "se", "low", "upp")]
            assert_close(limits(ours.kappa), theirs, WRITTEN)
            assert_close(ours.kappa.value, case[f"sklearn_{weights}"], WRITTEN)
            gwet = case["gwet_identity" if weights == "none" else f"gwet_{weights}"]
            # The reference prints ten decimals, and works the limits out from the printed error.
            np.testing.assert_allclose(limits(ours.gwet), [gwet["coef"], gwet["se"], *gwet["ci"]], atol=1e-9, rtol=0)
        if name in vectors["R"]:
            check_r(case["table"], vectors["R"][name])
    assert set(vectors["R"]) <= set(vectors["python"])


def check_r(table: list[list[int]], theirs: dict[str, float]) -> None:
    none, linear, quadratic = (agreement(table, weights).kappa for weights in WEIGHTS)
    assert_close([none.lower, none.upper], [theirs["psych_lower"], theirs["psych_upper"]], WRITTEN)
    assert_close([none.value, quadratic.value], [theirs["psych_unweighted"], theirs["psych_quadratic"]], WRITTEN)
    for ours, name in ((none, "vcd"), (linear, "vcd_linear"), (quadratic, "vcd_quadratic")):
        value = theirs["vcd_unweighted" if name == "vcd" else name]
        assert_close([ours.value, ours.standard_error], [value, theirs[f"{name}_se"]], WRITTEN)


CHECKS = {("kappa_agreement.json", "oracle"): check_kappa}


@pytest.mark.parametrize("name", of_family("agreement"))
def test_agreement_is_that_of_the_reference(name: str) -> None:
    use(name, CHECKS)


def test_everybody_in_one_category_has_no_kappa_and_full_agreement() -> None:
    ours = agreement([[30, 0], [0, 0]])
    assert np.isnan(ours.kappa.value)
    assert (ours.observed, ours.gwet.value) == (1.0, 1.0)


@pytest.mark.parametrize("table", [[[1, 2]], [[5]], [[1, 0], [0, 0]], [[1, -1], [2, 3]], [1, 2]])
def test_tables_that_cannot_be_are_refused(table: Any) -> None:
    with pytest.raises(ValueError, match="the table needs"):
        agreement(table)


def test_managers_who_see_more_use_than_there_is_are_found() -> None:
    """14 seen by the manager alone, 2 recorded alone."""
    assert agreement([[20, 14], [2, 20]]).says_more < 0.01  # type: ignore[operator]
    assert agreement([[20, 8], [8, 20]]).says_more == 1.0


tables = st.lists(st.integers(0, 30), min_size=9, max_size=9).map(lambda counts: np.reshape(counts, (3, 3)))


@settings(max_examples=40, deadline=None)
@given(tables.filter(lambda table: table.sum() >= 2), st.sampled_from(WEIGHTS))
def test_agreement_is_the_same_whoever_goes_first(table: np.ndarray, weights: Weights) -> None:
    ours, turned = agreement(table, weights), agreement(table.T, weights)
    for one, other in ((ours.kappa, turned.kappa), (ours.gwet, turned.gwet)):
        assert_close(limits(one), limits(other), 1e-7)
    assert ours.gwet.lower <= ours.gwet.value <= ours.gwet.upper <= 1


def simulated(alike: float, draws: int) -> list[Agreement]:
    """Draws of 60 people in two classifications, the second `alike` the first and else by chance; half say yes."""
    random = np.random.default_rng(7)
    first = random.random((draws, 60)) < 0.5
    second = np.where(random.random((draws, 60)) < alike, first, random.random((draws, 60)) < 0.5)
    return [
        agreement([[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]])
        for a, b in zip(first, second, strict=True)
    ]


@pytest.mark.parametrize("truth", [0.0, 0.6])
def test_intervals_cover_at_the_stated_rate(truth: float) -> None:
    """Both coefficients are `truth` here. Of 150 simulated tables."""
    found = simulated(truth, 150)
    for name in ("kappa", "gwet"):
        covered = np.mean([getattr(a, name).lower <= truth <= getattr(a, name).upper for a in found])
        assert 0.91 <= covered <= 0.99
