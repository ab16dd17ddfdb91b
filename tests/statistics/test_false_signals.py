"""How often an individuals chart gives a signal where nothing has changed.

Belongs here: shares on series that are drawn, seeded, from one distribution. Where the lines are known the shares
follow from the rules. Where 24 months set them, they are those of 20,000 charts drawn once, stated here.
"""

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from dagster_project.statistics.spc import xmr

CHARTS = 800

Draw = Callable[[np.random.Generator], np.ndarray]


def test_each_rule_is_false_as_often_as_it_must_be_where_the_lines_are_known() -> None:
    """Independent normal values are outside 2.66 * 2 / sqrt(pi) sigmas in 27 of 10,000 points, and are part of a run
    of 7 or more in 8 / 2 ** 7; 25 of 10,000 points are part of 7 or more in rising or falling order."""
    values = np.random.default_rng(7).normal(size=20_000)
    rules = Counter(xmr(values.tolist(), improvement="neutral").rule)
    shares = {rule: rules[rule] / len(values) for rule in rules}
    assert shares["outside_limits"] == pytest.approx(0.0027, abs=0.001)
    assert shares["shift"] == pytest.approx(0.0625, abs=0.012)
    assert shares["trend"] == pytest.approx(0.0025, abs=0.0015)


@pytest.mark.parametrize(
    ("draw", "stated"),
    [
        pytest.param(lambda random: random.normal(size=24), 0.014, id="normal"),
        pytest.param(lambda random: random.poisson(4, 24), 0.020, id="counts of about 4"),
        pytest.param(lambda random: random.binomial(20, 0.8, 24) / 20, 0.022, id="80 % of 20"),
        pytest.param(lambda random: random.binomial(20, 0.97, 24) / 20, 0.046, id="97 % of 20"),
    ],
)
def test_the_last_of_24_unchanged_months_has_a_false_signal_as_often_as_stated(draw: Draw, stated: float) -> None:
    random = np.random.default_rng(24)
    charts = [xmr(draw(random).tolist(), improvement="increase") for _ in range(CHARTS)]
    false = sum(chart.variation not in ("common_cause", None) for chart in charts) / CHARTS
    assert false == pytest.approx(stated, abs=3 * math.sqrt(stated * (1 - stated) / CHARTS))
