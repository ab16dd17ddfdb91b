"""Individuals (XmR) charts the NHS way: lines, special causes, variation and assurance of one series.

Belongs here: the profiles, which signal labels a point, what it means, and the two icons.
Does not belong here: the lines (spc_lines.py), the rules (spc_rules.py), limits that follow denominators (laney.py),
dates, units, the warehouse.

Two profiles. `ptd` is NHSRplotthedots 0.2.2. `mdc` is NHS England's Making Data Count, SQL v2.5, with the minimum of
13 points of its workbook. They differ in screening, in what may cross from one segment to the next, in conflicts
between rules and in a target that is exactly on a limit. Where they draw limits that say nothing, we draw none: `xmr`.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from dagster_project.statistics.spc_lines import Lines, Point, judged_points, lines_of, segments_of
from dagster_project.statistics.spc_rules import Rule, Signal, Standing, Zone, signals

Improvement = Literal["increase", "decrease", "neutral"]
Profile = Literal["ptd", "mdc"]
Conflict = Literal["concern", "improvement"]
PointType = Literal["common_cause", "improvement", "concern", "neutral_high", "neutral_low"]
Assurance = Literal["pass", "fail", "inconsistent"]

POINTS_FOR_LIMITS = 2
ADVISED_BASELINE = 12


@dataclass(frozen=True)
class XmrChart:
    """A series with its lines and signals.

    The lists have one entry a point, missing and ghost points included: these have the lines of their segment, no rule,
    direction 0 and are common cause. Lines are None where none can be drawn. `rule` is the rule that labels the point,
    `direction` is +1 where it was met above the centre line or rising, -1 below or falling, 0 without a rule.
    `variation` is the type of the last point judged, `assurance` compares the target with the limits there: `pass`, a
    series that goes on like this always meets it, `fail`, never, `inconsistent`, now and then. Both are None where
    nothing may be said. `n_points` counts the points judged. `notes` say what a reader has to know of the lines; points
    are numbered from 1 there.
    """

    mean: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    rule: list[Rule | None]
    direction: list[int]
    point_type: list[PointType]
    variation: PointType | None
    assurance: Assurance | None
    n_points: int
    notes: list[str]


@dataclass(frozen=True)
class Settings:
    """What a profile decides."""

    screen_outliers: bool
    conflict: Conflict | None  # None: the first rule in their order labels a point, whatever it means
    min_points: int
    zone: Zone
    trends_cross_segments: bool
    runs_stop_at_baseline: bool
    target_on_limit_counts: bool
    smallest_baseline: int
    short_segment: int  # a segment of fewer points has a note


PROFILES: dict[Profile, Settings] = {
    "ptd": Settings(
        screen_outliers=True,
        conflict=None,
        min_points=POINTS_FOR_LIMITS,
        zone="between",
        trends_cross_segments=False,
        runs_stop_at_baseline=False,
        target_on_limit_counts=False,
        smallest_baseline=ADVISED_BASELINE,
        short_segment=13,
    ),
    "mdc": Settings(
        screen_outliers=False,
        conflict="concern",
        min_points=13,
        zone="between",
        trends_cross_segments=True,
        runs_stop_at_baseline=True,
        target_on_limit_counts=True,
        smallest_baseline=POINTS_FOR_LIMITS,
        short_segment=12,
    ),
}


def xmr(
    values: Sequence[float | None],
    *,
    improvement: Improvement,
    target: float | None = None,
    rebase_at: Collection[int] = (),
    baseline: int | None = None,
    profile: Profile = "mdc",
    screen_outliers: bool | None = None,
    conflict: Conflict | None = None,
    min_points: int | None = None,
    zone: Zone | None = None,
    ghost: Collection[int] = (),
) -> XmrChart:
    """The individuals chart of one value a period, in order of time and without gaps in it.

    None is a period without a value. It is left out like a ghost: of lines, rules and counts, the moving range going
    from the point before it to the point after it. `rebase_at` are places, from 0, of the first point of a new segment;
    `ghost` are places of points left out. The first `baseline` points of each segment set its lines; all, if None.
    The other settings are the profile's where not given: `screen_outliers` leaves large moving ranges out of the
    limits; `conflict` is what a point is that is both improvement and concern; `zone` is where the points of two in
    three lie; fewer points than `min_points` have no lines, signals or icons.

    Centre line: arithmetic mean. Limits: mean -/+ 2.66 * mean moving range, not clipped. Two guards that neither source
    has: where screening leaves no spread, the limits are the unscreened ones; and a segment without any spread has no
    limits, signals or icons.

    Raises ValueError for a value that is not finite, a place that is not in `values`, an unknown word, and a baseline
    too short for the profile.
    """
    _check_words(improvement, profile, conflict, zone)
    preset = PROFILES[profile]
    settings = replace(
        preset,
        screen_outliers=preset.screen_outliers if screen_outliers is None else screen_outliers,
        conflict=conflict or preset.conflict,
        min_points=preset.min_points if min_points is None else min_points,
        zone=zone or preset.zone,
    )
    _check_numbers(values, target, rebase_at, ghost, baseline, settings)
    ghosts = set(ghost)
    segments = segments_of(len(values), rebase_at)
    points = judged_points(values, ghosts, segments, baseline)
    # One point has no limits anyway: a minimum of two hides nothing.
    is_short = len(points) < settings.min_points > POINTS_FOR_LIMITS
    members = {segment: [point for point in points if point.segment == segment] for segment in sorted(set(segments))}
    lines = {
        segment: lines_of(of_segment, settings.screen_outliers)
        for segment, of_segment in members.items() if of_segment and not is_short
    }  # fmt: skip
    silent = {segment for segment, its_lines in lines.items() if its_lines.is_flat}
    standings = [lines[point.segment].standing(point.value) for point in points] if lines else []
    labels = labels_of(points, standings, silent, improvement, settings) if lines else {}
    types = [point_type(labels.get(place), improvement) for place in range(len(values))]
    last_lines = lines.get(points[-1].segment) if points else None

    notes = _missing_notes(place for place, value in enumerate(values) if value is None and place not in ghosts)
    if is_short:
        notes.append(f"{len(points)} points: lines and signals need {settings.min_points}")
    for segment, its_lines in lines.items():
        notes += _segment_notes(members[segment], its_lines, settings)
    return XmrChart(
        mean=[lines[segment].mean if segment in lines else None for segment in segments],
        lower=[lines[segment].lower if segment in lines else None for segment in segments],
        upper=[lines[segment].upper if segment in lines else None for segment in segments],
        rule=[labels[place].rule if place in labels else None for place in range(len(values))],
        direction=[labels[place].direction if place in labels else 0 for place in range(len(values))],
        point_type=types,
        variation=types[points[-1].place] if last_lines and not last_lines.is_flat else None,
        assurance=assurance_of(
            target,
            last_lines.lower if last_lines else None,
            last_lines.upper if last_lines else None,
            improvement,
            settings.target_on_limit_counts,
        ),
        n_points=len(points),
        notes=notes,
    )


def _check_words(improvement: str, profile: str, conflict: str | None, zone: str | None) -> None:
    for name, word, words in (
        ("improvement", improvement, get_args(Improvement)),
        ("profile", profile, get_args(Profile)),
        ("conflict", conflict, (*get_args(Conflict), None)),
        ("zone", zone, (*get_args(Zone), None)),
    ):
        if word not in words:
            raise ValueError(f"xmr: {name} is {word!r}; give one of {', '.join(str(each) for each in words)}")


def _check_numbers(
    values: Sequence[float | None],
    target: float | None,
    rebase_at: Collection[int],
    ghost: Collection[int],
    baseline: int | None,
    settings: Settings,
) -> None:
    for place, value in enumerate(values):
        if value is not None and not math.isfinite(value):
            raise ValueError(f"xmr: the value at place {place} is {value}; give a finite number, or None without one")
    if target is not None and not math.isfinite(target):
        raise ValueError(f"xmr: the target is {target}; give a finite number, or None without one")
    for name, places in (("rebase_at", rebase_at), ("ghost", ghost)):
        for place in places:
            if not 0 <= place < len(values):
                raise ValueError(f"xmr: {name} names place {place}; the series has places 0 to {len(values) - 1}")
    if baseline is not None and baseline < settings.smallest_baseline:
        raise ValueError(f"xmr: a baseline of {baseline} points; give {settings.smallest_baseline} or more, or None")


def labels_of(
    points: Sequence[Point],
    standings: Sequence[Standing],
    silent: Collection[int],
    improvement: Improvement,
    settings: Settings,
) -> dict[int, Signal]:
    """The signal that labels a point, by its place; points without one, and of `silent` segments, are common cause.

    Of signals in both directions the profile's conflict rule takes one; high before low, where neither is better.
    """
    preferred = "neutral_high" if settings.conflict and improvement == "neutral" else settings.conflict
    found = signals(
        [point.value for point in points],
        standings,
        run_groups=[(point.segment, settings.runs_stop_at_baseline and point.is_in_baseline) for point in points],
        trend_groups=[0 if settings.trends_cross_segments else point.segment for point in points],
        zone=settings.zone,
    )
    return {
        point.place: next((each for each in met if point_type(each, improvement) == preferred), met[0])
        for point, met in zip(points, found, strict=True) if met and point.segment not in silent
    }  # fmt: skip


def point_type(signal: Signal | None, improvement: Improvement) -> PointType:
    if signal is None:
        return "common_cause"
    if improvement == "neutral":
        return "neutral_high" if signal.direction > 0 else "neutral_low"
    return "improvement" if (signal.direction > 0) == (improvement == "increase") else "concern"


def assurance_of(
    target: float | None,
    lower: float | None,
    upper: float | None,
    improvement: Improvement,
    on_limit_counts: bool,
) -> Assurance | None:
    """What the limits say of the target: None without a target, limits, or a direction that is better."""
    if target is None or improvement == "neutral" or lower is None or upper is None:
        return None
    if target > upper or (on_limit_counts and target == upper):
        return "fail" if improvement == "increase" else "pass"
    if target < lower or (on_limit_counts and target == lower):
        return "pass" if improvement == "increase" else "fail"
    return "inconsistent"


def _missing_notes(places: Iterable[int]) -> list[str]:
    numbers = ", ".join(str(place + 1) for place in places)
    return [f"no value at point {numbers}: left out of lines and rules"] if numbers else []


def _segment_notes(segment: Sequence[Point], lines: Lines, settings: Settings) -> list[str]:
    notes = []
    start = f"from point {segment[0].place + 1} on"
    n_baseline = sum(point.is_in_baseline for point in segment)
    if len(segment) < settings.short_segment or n_baseline < ADVISED_BASELINE:
        notes.append(f"{start} the lines rest on {n_baseline} points: they may still move")
    if lines.is_flat:
        notes.append(f"{start} the values that set the lines are all the same: no limits and no signals")
    if lines.keeps_outliers:
        notes.append(f"{start} the limits rest on all moving ranges: without the largest there would be none")
    return notes
