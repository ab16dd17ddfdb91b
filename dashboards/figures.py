"""What the pages of one month are drawn from: masked figures and what stands beside them, as plain data.

Belongs here: the shape of that data, and its JSON. Does not belong here: where it comes from (read.py), words
(words.py), pages.
"""

import datetime
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from dagster_project.analysis import NOTHING_BESIDE, Beside
from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import DisclosureSettings, MetricValue

State = Literal["up_to_date", "not_due", "late", "never_received", "off"]

MONTHS_SHOWN = 24


@dataclass(frozen=True)
class ShownValue(MetricValue):
    """A metric value as readers may see it, with what stands beside it."""

    beside: Beside = NOTHING_BESIDE


class FeedState(BaseModel):
    """How far one feed has come. Counts are rows of all loaded files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str
    title: str
    state: State
    is_newest_file_left_out: bool
    newest_month: datetime.date | None
    n_accepted: int
    n_rejected: int


class SeriesBreak(BaseModel):
    """A metric's figures before `month` and from `settled_month` on cannot be compared: a source of the feed starts.

    Figures between the two have the source in some months of their window only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    month: datetime.date
    settled_month: datetime.date
    feed: str
    source_kind: Literal["feed", "channel", "resource", "platform"]
    source: str


class ChartDecision(BaseModel):
    """What somebody decided about a metric's chart: a row of the register of changes to charts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    unit_id: str
    month: datetime.date
    change: Literal["rebase", "baseline_end", "ghost"]
    reason: str
    decided_by: str
    decided_on: datetime.date | None


class AssociationOfPeriod(BaseModel):
    """Users of evidence beside the others at one stage; without numbers where they are hidden, or too few."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    question: str
    period_end: datetime.date
    state: Literal["compared", "too_few", "suppressed"]
    by_construction: bool
    users: int | None
    others: int | None
    users_with: int | None
    others_with: int | None
    difference: float | None
    lower: float | None
    upper: float | None
    detectable: float | None


class AgreementOfMonth(BaseModel):
    """Managers' classification beside recorded use of the same people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: datetime.date
    state: Literal["compared", "too_few", "suppressed"]
    n: int | None
    observed: float | None
    kappa: float | None
    gwet: float | None


class BuildingBlock(BaseModel):
    """An entry of the action plan, as at the day of the run. `owner` is a role, or that there is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    block: str
    owner: str
    due_date: datetime.date | None
    done_date: datetime.date | None
    funding_end_date: datetime.date | None
    is_enabler_in_place: bool | None
    state: Literal["done", "no_owner", "overdue", "due"]
    is_funding_overdue: bool


class Comment(BaseModel):
    """An owner's answer to a figure of a month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    unit_id: str
    month: datetime.date
    cause: str
    ask: str | None
    owner_role: str
    due_date: datetime.date | None
    status: Literal["open", "in_progress", "done", "dropped"]


class GapOfWave(BaseModel):
    """A question of a survey that managers, or leaders, and practitioners answered; shares are of positive answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wave_date: datetime.date
    item: str
    wording: str
    respondents: Literal["managers", "leaders"]
    state: Literal["compared", "one_side", "suppressed"]
    n_group: int | None
    n_group_positive: int | None
    n_practitioners: int | None
    n_practitioners_positive: int | None
    gap: float | None
    lower: float | None
    upper: float | None
    is_small_sample: bool | None
    place: int | None


class Figures(BaseModel):
    """All that pages of one month are drawn from. Holds masked values only.

    `values` are the series of the organisation and the services; `details` are of each metric's newest period: the
    organisation's breakdowns, and teams over twelve months.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str
    is_sample: bool
    month: datetime.date
    as_at: datetime.date
    feeds: tuple[FeedState, ...]
    n_checks: int
    n_checks_passed: int
    thresholds: dict[str, JsonValue]
    disclosure: DisclosureSettings
    code_version: str
    data_fingerprint: str
    records: dict[str, MetricRecord]
    values: tuple[ShownValue, ...]
    details: tuple[ShownValue, ...]
    breaks: tuple[SeriesBreak, ...]
    decisions: tuple[ChartDecision, ...]
    associations: tuple[AssociationOfPeriod, ...]
    agreement: tuple[AgreementOfMonth, ...]
    building_blocks: tuple[BuildingBlock, ...] = ()
    comments: tuple[Comment, ...] = ()
    gaps: tuple[GapOfWave, ...] = ()

    def to_json(self) -> str:
        return self.model_dump_json(indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Figures":
        return cls.model_validate_json(text)
