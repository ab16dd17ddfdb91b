"""The gaps of survey waves: managers, or leaders, beside practitioners, question by question, as charts in rows.

Belongs here: the rows, headings and words of the gap charts. Does not belong here: how a gap is worked out (gaps of the
package), how a chart in rows is drawn (row_drawing.py).
"""

from collections.abc import Iterable
from itertools import groupby

from dashboards.figures import GapOfWave
from dashboards.row_chart import Mark, Row, RowChart
from dashboards.words import HIDDEN_WORDS, day_words, number_words

GROUP_WORDS = {"managers": "Managers", "leaders": "Leaders"}
OTHERS = "Practitioners"
ONE_SIDE = "answered by one side only"
NOBODY = "nobody answered"


def gap_charts(gaps: Iterable[GapOfWave]) -> list[RowChart]:
    """A chart for each wave and pair of groups; `gaps` in the order they are read: newest wave, widest gap first."""
    return [
        _chart(GROUP_WORDS[respondents], respondents, day_words(wave_date), f"{wave_date:%Y%m%d}", list(found))
        for (wave_date, respondents), found in groupby(gaps, key=lambda gap: (gap.wave_date, gap.respondents))
    ]


def _chart(group: str, respondents: str, closed: str, day: str, gaps: list[GapOfWave]) -> RowChart:
    rows = tuple(_row(gap, group) for gap in gaps)
    widest = next((row for row, gap in zip(rows, gaps, strict=True) if gap.gap is not None), None)
    return RowChart(
        name=f"gaps_{respondents}_{day}",
        kind="gap",
        title=f"{group} and practitioners, wave closed on {closed}",
        message=f"Widest gap: {widest.label} {widest.note}" if widest else "No gap may be shown",
        subtitle=f"Share who say yes or agree; {group.lower()} and practitioners; survey closed on {closed}",
        first_heading="Question",
        names=(group, OTHERS),
        rows=rows,
        unit="%",
    )


def _row(gap: GapOfWave, group: str) -> Row:
    if gap.state == "suppressed":
        return Row(gap.wording, (), HIDDEN_WORDS)
    if gap.gap is None or gap.lower is None or gap.upper is None:
        return Row(gap.wording, (), _one_side(gap, group))
    sides = ((group, gap.n_group_positive, gap.n_group), (OTHERS, gap.n_practitioners_positive, gap.n_practitioners))
    marks = tuple(
        Mark(
            name, round(100 * positive / n, 4), f"{number_words(100 * positive / n)}% ({positive} of {n})", positive, n
        )
        for name, positive, n in sides
        if positive is not None and n
    )
    badge = ", small sample, so provisional" if gap.is_small_sample else ""
    return Row(gap.wording, marks, f"{_signed(gap.gap)} points ({_signed(gap.lower)} to {_signed(gap.upper)}){badge}")


def _one_side(gap: GapOfWave, group: str) -> str:
    """The share of the side that was asked, for a question the other left out."""
    sides = ((group, gap.n_group_positive, gap.n_group), (OTHERS, gap.n_practitioners_positive, gap.n_practitioners))
    shares = [
        f"{name} {number_words(100 * positive / n)}% ({positive} of {n})"
        for name, positive, n in sides
        if positive is not None and n
    ]
    return f"{ONE_SIDE}: {', '.join(shares)}" if shares else NOBODY


def _signed(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    points = number_words(share * 100)
    return f"+{points}" if share > 0 else points
