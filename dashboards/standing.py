"""Where each measure stands: its change beside its target, and by a fixed rule what it asks of a leader.

Belongs here: the matrix of change and target, the attention rule, the order of concern. Does not belong here: signals
(statistics), the words of a page, drawing.

Nothing here is judgement: two people with the same figures get the same cards in the same order.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dagster_project.metric_records import MetricRecord
from dashboards.figures import Figures, ShownValue
from dashboards.pages import Series, current, newest

Change = Literal["worse", "none", "better", "apart"]
Outlook = Literal["fail", "inconsistent", "pass", "no_target"]
Attention = Literal["decision", "action", "watch", "success"]

CHANGES: dict[str, Change] = {
    "concern": "worse",
    "common_cause": "none",
    "left_out": "none",
    "improvement": "better",
    "neutral_high": "apart",
    "neutral_low": "apart",
}

ATTENTION: dict[tuple[Change, Outlook], Attention] = {
    ("worse", "fail"): "decision",
    ("worse", "inconsistent"): "action",
    ("worse", "pass"): "watch",
    ("worse", "no_target"): "action",
    ("none", "fail"): "action",
    ("better", "fail"): "watch",
    ("better", "pass"): "success",
}

ORDER_OF_ATTENTION: tuple[Attention | None, ...] = ("decision", "action", "watch", None, "success")
ORDER_OF_CHANGE: tuple[Change | None, ...] = ("worse", "none", "apart", "better", None)


@dataclass(frozen=True)
class Standing:
    """One measure of the organisation. `change` and `outlook` are None where nothing may be said.

    A measure whose data are weak is provisional: it has neither, so that it is never a success nor a failure.
    """

    record: MetricRecord
    value: ShownValue | None
    now: ShownValue | None
    change: Change | None
    outlook: Outlook | None

    @property
    def is_provisional(self) -> bool:
        return self.value is not None and self.value.beside.quality == "weak"

    @property
    def attention(self) -> Attention | None:
        if self.change is None or self.outlook is None:
            return None
        return ATTENTION.get((self.change, self.outlook))

    @property
    def is_high(self) -> bool:
        """Whether a signal lies on the high side of the usual range."""
        variation = self.value.beside.variation if self.value else None
        if variation in ("neutral_high", "neutral_low"):
            return variation == "neutral_high"
        return (variation == "improvement") == (self.record.direction == "increase")


def standing(record: MetricRecord, value: ShownValue | None, now: ShownValue | None) -> Standing:
    """What the newest value of a measure says."""
    beside = value.beside if value is not None and value.value is not None else None
    if beside is None or beside.variation is None or beside.quality == "weak":
        return Standing(record, value, now, None, None)
    outlooks: dict[str | None, Outlook] = {"fail": "fail", "inconsistent": "inconsistent", "pass": "pass"}
    outlook = outlooks.get(beside.assurance, "no_target") if beside.target is not None else "no_target"
    return Standing(record, value, now, CHANGES[beside.variation], outlook)


def standings(figures: Figures, records: Iterable[MetricRecord], series: Series) -> list[Standing]:
    """Every measure, most concerning first; within a class always in the order of the records."""
    found = []
    for record in records:
        months = series.of(record.metric_id)
        found.append(standing(record, newest(record, months, figures.month), current(record, months, figures.month)))
    return sorted(found, key=_concern)


def _concern(each: Standing) -> tuple[int, int, bool]:
    has_figure = each.value is not None and each.value.value is not None
    return ORDER_OF_ATTENTION.index(each.attention), ORDER_OF_CHANGE.index(each.change), not has_figure


def matrix(found: Iterable[Standing]) -> dict[tuple[Change, Outlook], list[Standing]]:
    """The measures that have signals, by change and outlook."""
    cells: dict[tuple[Change, Outlook], list[Standing]] = defaultdict(list)
    for each in found:
        if each.change is not None and each.outlook is not None:
            cells[each.change, each.outlook].append(each)
    return cells
