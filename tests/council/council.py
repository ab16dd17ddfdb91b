"""The small fictional council: its exports, its settings and the answers worked by hand.

Belongs here: where the exports are, putting them into a home's inbox, reading answers.yml into typed answers.
Does not belong here: running the product, comparing its figures with the answers (the tests that use this do).
"""

import datetime
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

COUNCIL = Path(__file__).parent
EXPORTS = COUNCIL / "exports"
ANSWERS = COUNCIL / "answers.yml"
ANSWERS_BY_FEED = COUNCIL / "answers"

FIRST_MONTH = datetime.date(2025, 5, 1)
MONTH = datetime.date(2026, 10, 1)
AS_AT = datetime.date(2026, 11, 22)

# config.yml of the home. Its files are so small that a single bad row is more than the usual 5%.
CONFIG: dict[str, object] = {
    "organisation": "Fictional council",
    "sample": True,
    "settle_seconds": 0,
    "max_rejected_share": 0.25,
    "disclosure": {"is_on": False},
}

# assessment.yml of the home.
ASSESSMENT: dict[str, object] = {
    "reference": "DPIA-FICTIONAL-1",
    "approved_by_role": "Data protection officer",
    "approved_on": datetime.date(2025, 3, 15),
    "review_due": datetime.date(2027, 3, 15),
    "staff_consulted_on": datetime.date(2025, 3, 1),
    "notice_given_on": datetime.date(2025, 4, 1),
    "joins": dict.fromkeys(("use_by_progression", "use_by_staying", "use_in_hr_pack", "use_by_protected_group"), True),
}

# The inbox is taken in by file time. One second a file, in the order of their names, so that corrections come last.
FIRST_DELIVERY = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)

# What an answer is compared to: a value differs when it is further off than half a unit of the fourth place.
VALUE_TOLERANCE = Decimal("0.00005")


@dataclass(frozen=True)
class Answer:
    """One cell of one metric. Where `value_state` is not observed or too_few, nothing else is known (None).

    `month` is the month in which the period ends.
    """

    metric_id: str
    period_type: str
    month: datetime.date
    unit_level: str
    unit_id: str
    breakdown: str
    breakdown_value: str
    numerator: Decimal | None
    denominator: Decimal | None
    people: int | None
    value: Decimal | None
    value_state: str
    because: str

    def at_minimum(self, minimum_n: int) -> "Answer":
        """The same cell under a metric whose record asks for a denominator of at least `minimum_n`."""
        if self.denominator is None or self.denominator >= minimum_n:
            return self
        return replace(self, value=None, value_state="too_few")


@dataclass(frozen=True)
class Scenario:
    """The council with the files `leave_out` not delivered, as at another day."""

    name: str
    leave_out: tuple[str, ...]
    as_at: datetime.date
    because: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class RejectedCell:
    """One row that must be rejected: `row` as an editor shows it, `column` by its contract name."""

    file: str
    row: int
    column: str
    rule: str


@dataclass(frozen=True)
class Tile:
    """What the organisation's tile reads in MONTH; `last_month` is the newest month that has a figure."""

    metric_id: str
    value_state: str
    value_text: str | None
    basis_text: str | None
    last_month: datetime.date


def export_files(leave_out: Collection[str] = ()) -> list[Path]:
    """The exports in order of delivery; `leave_out` names files as in `resource_usage/2026-10.csv`."""
    files = sorted(path for path in EXPORTS.glob("*/*") if path.is_file())
    unknown = set(leave_out) - {export_name(path) for path in files}
    if unknown:
        raise ValueError(f"{EXPORTS} holds no {', '.join(sorted(unknown))}; name files as <feed>/<file>")
    return [path for path in files if export_name(path) not in leave_out]


def export_name(path: Path) -> str:
    """A file of the exports as answers.yml names it: `<feed>/<file>`."""
    return path.relative_to(EXPORTS).as_posix()


def write_council_inbox(inbox: Path, leave_out: Collection[str] = ()) -> list[Path]:
    """Copy the exports to `inbox`/<feed>/<file>, with file times in order of delivery; returns the copies."""
    return [write_export(source, inbox, second) for second, source in enumerate(export_files(leave_out))]


def write_export(source: Path, inbox: Path, second: int) -> Path:
    """Copy one export to `inbox`, delivered `second` seconds after the first."""
    target = inbox / export_name(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    delivered = FIRST_DELIVERY.timestamp() + second
    os.utime(target, (delivered, delivered))
    return target


def write_assessment(root: Path) -> Path:
    """Write assessment.yml into the home at `root`."""
    target = root / "assessment.yml"
    target.write_text(yaml.safe_dump(ASSESSMENT, sort_keys=False), encoding="utf-8")
    return target


def load_answers() -> list[Answer]:
    """Every answer of the whole council, as at AS_AT."""
    return list(_answers(_read()["answers"]))


def load_scenarios() -> list[Scenario]:
    """What changes when files are not delivered."""
    return [
        Scenario(name, tuple(found["leave_out"]), found["as_at"], found["because"], tuple(_answers(found["answers"])))
        for name, found in _read()["scenarios"].items()
    ]


def load_rejected() -> list[RejectedCell]:
    """Every row of the exports that must be rejected; all others are good."""
    return [RejectedCell(**found) for found in _read()["rejected"]]


def load_tiles() -> list[Tile]:
    """What the organisation's tiles read."""
    return [
        Tile(metric_id, **{**found, "last_month": _month(found["last_month"])})
        for metric_id, found in _read()["tiles"].items()
    ]


def _read() -> dict[str, Any]:
    """answers.yml with the answers and rejected rows of each file of answers/ added."""
    found: dict[str, Any] = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))
    for path in sorted(ANSWERS_BY_FEED.glob("*.yml")):
        more = yaml.safe_load(path.read_text(encoding="utf-8"))
        for metric_id, cells in more.get("answers", {}).items():
            found["answers"].setdefault(metric_id, []).extend(cells)
        found["rejected"].extend(more.get("rejected", []))
    return found


def _answers(by_metric: dict[str, list[dict[str, Any]]]) -> Iterable[Answer]:
    for metric_id, cells in by_metric.items():
        for cell in cells:
            yield _answer(metric_id, **cell)


def _answer(
    metric_id: str,
    *,
    month: str,
    unit_level: str,
    unit: str,
    value_state: str,
    because: str,
    period_type: str = "month",
    breakdown: str = "all",
    breakdown_value: str = "all",
    numerator: float | None = None,
    denominator: float | None = None,
    people: int | None = None,
    value: float | None = None,
) -> Answer:
    """Names every field an answer may have, so that a misspelt one fails."""
    return Answer(
        metric_id, period_type, _month(month), unit_level, unit, breakdown, breakdown_value,
        _decimal(numerator), _decimal(denominator), people, _decimal(value), value_state, because,
    )  # fmt: skip


def _month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
