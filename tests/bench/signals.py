"""Signals of 60 metrics x 300 units x 60 months, every series charted anew.

Belongs here: that timing. Does not belong here: what a signal is (statistics).
"""

from collections import Counter
from pathlib import Path

import numpy as np

from dagster_project.statistics.spc import xmr
from tests.bench.measure import Found, Spent, measured, spent

METRICS, UNITS, MONTHS = 60, 300, 60
STEP_AT = 36
LIMIT = "Python's own loops: lines, standings and rules point by point."


def run(folder: Path) -> Found:
    cost = measured(chart_everything)
    (charts_s, charts_cpu), n_points = cost.result
    return {
        "series": METRICS * UNITS, "points": n_points, "charts_s": charts_s, "charts_cpu_s": charts_cpu,
        "us_a_point": 1e6 * charts_s / n_points, "peak_mb": cost.peak_mb,
    }  # fmt: skip


def chart_everything() -> tuple[Spent, int]:
    """What the charts take, on one core, and how many points they judge. A third of the series has a step, and a
    target and a rebase there; a month in twenty has no value."""
    random = np.random.default_rng(60)
    values = random.binomial(20, 0.6, size=(METRICS * UNITS, MONTHS)) / 20
    values[::3, STEP_AT:] += 0.2
    missing = random.random(values.shape) < 0.05
    series = [
        [None if away else float(value) for value, away in zip(*pair, strict=True)]
        for pair in zip(values, missing, strict=True)
    ]
    judged: Counter[str] = Counter()

    def chart() -> None:
        for number, each in enumerate(series):
            has_step = number % 3 == 0
            found = xmr(
                each,
                improvement="increase",
                target=0.7 if has_step else None,
                rebase_at=(STEP_AT,) if has_step else (),
            )
            judged["points"] += found.n_points

    return spent(chart), judged["points"]
