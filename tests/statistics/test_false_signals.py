"""How often an individuals chart gives a signal where nothing has changed and its lines are known.

Belongs here: shares that follow from the rules, on a long series drawn, seeded, from one distribution. Does not belong
here: shares where 24 months set the lines, which docs/method.md states (test_method_page.py).
"""

from collections import Counter

import numpy as np
import pytest

from dagster_project.statistics.spc import xmr


def test_each_rule_is_false_as_often_as_it_must_be_where_the_lines_are_known() -> None:
    """Independent normal values are outside 2.66 * 2 / sqrt(pi) sigmas in 27 of 10,000 points, and are part of a run
    of 7 or more in 8 / 2 ** 7; 25 of 10,000 points are part of 7 or more in rising or falling order."""
    values = np.random.default_rng(7).normal(size=20_000)
    rules = Counter(xmr(values.tolist(), improvement="neutral").rule)
    shares = {rule: rules[rule] / len(values) for rule in rules}
    assert shares["outside_limits"] == pytest.approx(0.0027, abs=0.001)
    assert shares["shift"] == pytest.approx(0.0625, abs=0.012)
    assert shares["trend"] == pytest.approx(0.0025, abs=0.0015)
