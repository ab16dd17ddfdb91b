"""The gaps of survey waves in words: managers, or leaders, beside practitioners, question by question.

Belongs here: the rows and headings of the gap tables. Does not belong here: how a gap is worked out (gaps of the
package), layout (templates/gaps.html.j2).
"""

from collections.abc import Iterable
from itertools import groupby

from dashboards.figures import GapOfWave
from dashboards.pages import Page
from dashboards.words import day_words, number_words

GROUP_WORDS = {"managers": "Managers", "leaders": "Leaders"}
STATE_WORDS = {"suppressed": "hidden, small numbers", "one_side": "answered by one side only"}


def gaps_page(gaps: Iterable[GapOfWave]) -> Page:
    """The page of all gaps, newest wave first; within a wave the widest gap first."""
    return {"gap_tables": gap_tables(gaps)}


def gap_tables(gaps: Iterable[GapOfWave]) -> list[Page]:
    """A table for each wave and pair of groups, for the macro `gap_table`; `gaps` in the order they are read."""
    return [
        {
            "group": GROUP_WORDS[respondents],
            "caption": f"{GROUP_WORDS[respondents]} and practitioners, wave closed on {day_words(wave_date)}",
            "rows": [_row(gap) for gap in found],
        }
        for (wave_date, respondents), found in groupby(gaps, key=lambda gap: (gap.wave_date, gap.respondents))
    ]


def _row(gap: GapOfWave) -> Page:
    if gap.state == "suppressed":
        return {"wording": gap.wording, "words": STATE_WORDS["suppressed"], "group": "", "practitioners": ""}
    row: Page = {
        "wording": gap.wording,
        "group": _share(gap.n_group_positive, gap.n_group),
        "practitioners": _share(gap.n_practitioners_positive, gap.n_practitioners),
        "words": "" if gap.gap is not None else STATE_WORDS["one_side"],
    }
    if gap.gap is not None and gap.lower is not None and gap.upper is not None:
        row |= {
            "gap": f"{_signed(gap.gap)} points",
            "interval": f"{_signed(gap.lower)} to {_signed(gap.upper)}",
            "badge": "small sample" if gap.is_small_sample else "",
        }
    return row


def _share(positive: int | None, n: int | None) -> str:
    """Positive answers of all, and what share that is."""
    if not n or positive is None:
        return "nobody answered"
    return f"{number_words(100 * positive / n)}% ({positive} of {n})"


def _signed(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    points = number_words(share * 100)
    return f"+{points}" if share > 0 else points
