"""The p' chart of a proportion whose denominators are small or vary: limits by Laney, rules and icons as in spc.py.

Belongs here: when a p' chart is the better one, and the chart. Does not belong here: its lines (laney.py), the rules
(spc_rules.py), the individuals chart (spc.py).
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

from dagster_project.statistics.laney import ProportionLines, p_prime_lines
from dagster_project.statistics.spc import (
    PROFILES,
    Improvement,
    XmrChart,
    assurance_of,
    labels_of,
    point_type,
)
from dagster_project.statistics.spc_lines import Point, judged_points, segments_of
from dagster_project.statistics.spc_rules import Standing

SMALL_DENOMINATOR = 12
LARGEST_RATIO = 2


def is_better(denominators: Sequence[float | None]) -> bool:
    """Whether a month rests on fewer than 12, or the largest month on more than twice the smallest."""
    known = [each for each in denominators if each]
    return bool(known) and (min(known) < SMALL_DENOMINATOR or max(known) > LARGEST_RATIO * min(known))


def p_prime(
    numerators: Sequence[float | None],
    denominators: Sequence[float | None],
    *,
    improvement: Improvement,
    target: float | None = None,
    rebase_at: Collection[int] = (),
    ghost: Collection[int] = (),
) -> XmrChart:
    """The p' chart of one share a month, in order of time, by the profile `mdc`; None is a month without a figure.

    `rebase_at` and `ghost` as in `spc.xmr`. Each point has limits of its own; `assurance` is by those of the last.
    Raises ValueError as `laney.p_prime_lines`.
    """
    settings = PROFILES["mdc"]
    places = range(len(numerators))
    known = [n if n and place not in ghost else None for place, n in enumerate(denominators)]
    counted = [x if n else None for x, n in zip(numerators, known, strict=True)]
    starts = [0, *sorted(set(rebase_at) - {0}), len(places)]
    stretches = [p_prime_lines(counted[a:b], known[a:b], screen_outliers=False) for a, b in pairwise(starts)]
    values = [value for lines in stretches for value in lines.value]
    segments = segments_of(len(places), set(rebase_at) - {0})
    points = judged_points(values, set(ghost), segments, None)
    notes = [f"no value at point {p + 1}: left out of lines and rules" for p in places if numerators[p] is None]
    if len(points) < settings.min_points:
        notes.append(f"{len(points)} points: lines and signals need {settings.min_points}")
        empty: list[float | None] = [None] * len(places)
        return XmrChart(
            empty, empty, empty, [None] * len(places), [0] * len(places), ["common_cause"] * len(places), None, None,
            len(points), notes,
        )  # fmt: skip
    silent = {number for number, lines in enumerate(stretches) if not any(lines.upper)}
    standings = [_standing(point, stretches[point.segment], starts[point.segment]) for point in points]
    labels = labels_of(points, standings, silent, improvement, settings)
    types = [point_type(labels.get(place), improvement) for place in places]
    lower = [limit for lines in stretches for limit in lines.lower]
    upper = [limit for lines in stretches for limit in lines.upper]
    last = points[-1]
    return XmrChart(
        mean=[stretches[segment].centre for segment in segments],
        lower=lower,
        upper=upper,
        rule=[labels[place].rule if place in labels else None for place in places],
        direction=[labels[place].direction if place in labels else 0 for place in places],
        point_type=types,
        variation=None if last.segment in silent else types[last.place],
        assurance=assurance_of(
            target, lower[last.place], upper[last.place], improvement, settings.target_on_limit_counts
        ),
        n_points=len(points),
        notes=notes,
    )


def _standing(point: Point, lines: ProportionLines, start: int) -> Standing:
    """Where the point lies against the limits of its own denominator."""
    place, centre = point.place - start, lines.centre or 0.0
    side = (point.value > centre) - (point.value < centre)
    if _is_beyond(point.value, lines.lower[place], lines.upper[place]):
        return Standing(side, 3)
    return Standing(side, 2 if _is_beyond(point.value, lines.near_lower[place], lines.near_upper[place]) else 0)


def _is_beyond(value: float, lower: float | None, upper: float | None) -> bool:
    return lower is not None and upper is not None and not lower <= value <= upper
