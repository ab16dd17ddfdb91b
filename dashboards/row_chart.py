"""One specification of a chart whose rows are groups, steps, rungs or parts; every form of it is made from it.

Belongs here: the marks of each row, the axis, where rows and their words stand. Does not belong here: which figures a
chart has (gaps.py, theme_charts.py), charts over time (chart.py), drawings.
"""

import textwrap
from dataclasses import dataclass
from typing import Literal

from dashboards.chart import axis
from dashboards.words import name_words

Kind = Literal["gap", "chain", "ladder", "mix"]
NOTE_HEADINGS: dict[Kind, str] = {"gap": "Gap (95% interval)", "chain": "Of those asked", "ladder": "", "mix": "Of all"}
Words = tuple[float, int, str, str]  # place on the axis, units from the top, the words, their anchor

LABEL_WIDTH = 40  # letters of a line, which a telephone holds
LABEL_LINE, WORDS_LINE, BAR_HEIGHT, BETWEEN = 18, 17, 16, 16
NEAR_END = 0.25  # of the axis: words nearer to an end start or end at their mark


@dataclass(frozen=True)
class Mark:
    """One number of a row: the group or part it is of (may be empty), its height on the axis, and how it is written."""

    name: str
    plotted: float
    shown: str
    numerator: float
    denominator: float

    @property
    def words(self) -> str:
        return f"{self.name} {self.shown}".strip()


@dataclass(frozen=True)
class Row:
    """What stands beside each other under one label. Without marks `note` says why; else it is said with them."""

    label: str
    marks: tuple[Mark, ...]
    note: str = ""

    @property
    def words(self) -> str:
        return "; ".join(filter(None, (", ".join(mark.words for mark in self.marks), self.note)))


@dataclass(frozen=True)
class Place:
    """Where a row stands, in units from the top: the lines of its label, and the middle of its marks."""

    row: Row
    lines: tuple[tuple[int, str], ...]
    track: int


@dataclass(frozen=True)
class RowChart:
    """What a chart says. `names` are its groups or parts, in the order of each row's marks; the axis starts at nought.

    `unit` is of every mark: "%" or what is counted.
    """

    name: str
    kind: Kind
    title: str
    message: str
    subtitle: str
    first_heading: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    unit: str

    @property
    def alt(self) -> str:
        """The text alternative: every row in words."""
        return f"{self.message}. " + "; ".join(f"{row.label}: {row.words}" for row in self.rows) + "."

    @property
    def has_marks(self) -> bool:
        return any(row.marks for row in self.rows)

    @property
    def headings(self) -> list[str]:
        """Of the columns of its table: the rows, each group or part, and what is said behind them where anything is."""
        unit = "Share" if self.unit == "%" else name_words(self.unit)
        note = NOTE_HEADINGS[self.kind]
        return [self.first_heading, *(name_words(name) or unit for name in self.names), *([note] if note else [])]

    @property
    def step_and_top(self) -> tuple[float, float]:
        """Step and end of the axis; shares always reach 100."""
        if self.unit == "%":
            return 25.0, 100.0
        return axis(max((sum(mark.plotted for mark in row.marks) for row in self.rows), default=0.0), is_share=False)

    @property
    def ticks(self) -> list[float]:
        """Of counts every other step, so that a telephone holds the numbers."""
        step, top = self.step_and_top
        return [round(step * n, 6) for n in range(round(top / step) + 1) if self.unit == "%" or n % 2 == 0]

    def tick_words(self, height: float) -> str:
        return f"{height:,.6g}" + "%" * (self.unit == "%")

    @property
    def places(self) -> list[Place]:
        """The rows that have marks, from the top; the table says why the others have none."""
        found, y = [], 0
        for row in (row for row in self.rows if row.marks):
            lines = textwrap.wrap(row.label, LABEL_WIDTH)
            heights = [y + LABEL_LINE * (n + 1) for n in range(len(lines))]
            above = WORDS_LINE if self.kind == "gap" else 0  # the words of the first group
            track = heights[-1] + above + BAR_HEIGHT
            found.append(Place(row, tuple(zip(heights, lines, strict=True)), track))
            y = track + BAR_HEIGHT // 2 + WORDS_LINE + BETWEEN
        return found

    @property
    def height(self) -> int:
        """Of all drawn rows together."""
        return self.places[-1].track + BAR_HEIGHT + WORDS_LINE if self.has_marks else 0

    def words_of(self, place: Place) -> list[Words]:
        """What is written at the marks of a row: of two groups above and below, of bars all of it below."""
        below = place.track + BAR_HEIGHT // 2 + WORDS_LINE
        if self.kind != "gap":
            return [(0.0, below, self.bar_words(place.row), "start")]
        heights = (place.track - BAR_HEIGHT // 2 - 5, below)
        return [
            (mark.plotted, y, mark.words, self._anchor(mark.plotted))
            for mark, y in zip(place.row.marks, heights, strict=True)
        ]

    def bar_words(self, row: Row) -> str:
        """The marks of a row, with the look of each part where there are two."""
        if len(row.marks) == 1:
            return row.words
        return ", ".join(f"{look} {mark.words}" for look, mark in zip("\u25a0\u25a1", row.marks, strict=True))

    def _anchor(self, plotted: float) -> str:
        share = plotted / self.step_and_top[1]
        return "start" if share < NEAR_END else "end" if share > 1 - NEAR_END else "middle"
