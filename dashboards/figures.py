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
from dagster_project.statistics.disclosure import MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.compared import AgreementOfMonth, AssociationOfPeriod

State = Literal["up_to_date", "not_due", "late", "never_received", "off"]

MONTHS_SHOWN = 24
PAIR_METRIC = "measures_disagree"  # the measure whose page compares managers with the record


@dataclass(frozen=True)
class ShownValue(MetricValue):
    """A metric value as readers may see it, with what stands beside it."""

    beside: Beside = NOTHING_BESIDE


class FeedState(BaseModel):
    """How far one feed has come. Counts are rows of all loaded files, and files.

    `coverage` (0 to 1), `grade` and `reasons` are of the month told, None and empty where nothing is to be rated. Of
    senders only numbers are told: their names may be those of people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str
    title: str
    state: State
    is_newest_file_left_out: bool
    newest_month: datetime.date | None
    n_accepted: int
    n_rejected: int
    n_files: int = 0
    n_files_left_out: int = 0
    coverage: float | None = None
    grade: str | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    n_overdue: int = 0
    n_awaited: int = 0
    next_due: datetime.date | None = None


class Restatement(BaseModel):
    """A value that an earlier edition showed otherwise; numbers are None where the state says why.

    `are_provisional`: whether the data behind the old value and behind the new one are weak. `edition` is the one that
    showed the old value. `reasons` are facts that differ between the two, never a guess.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    unit_level: str
    unit_id: str
    month: datetime.date
    old: tuple[float | None, float | None, float | None, str]
    new: tuple[float | None, float | None, float | None, str]
    are_provisional: tuple[bool, bool] = (False, False)
    reasons: tuple[str, ...]
    edition: str


class UnitPlace(BaseModel):
    """Where one team or service stands in a funnel: its share, of how many, and which limit it lies beyond."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit_id: str
    share: float
    denominator: float
    position: Literal["low_998", "low_95", "high_998", "high_95"] | None


class FunnelOfUnits(BaseModel):
    """Teams or services of one measure beside each other, in the order of the alphabet; shares are 0 to 1.

    `curve` are (denominator, lower 95%, upper 95%, lower 99.8%, upper 99.8%).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    unit_level: Literal["team", "service"]
    centre: float
    method: Literal["normal", "exact", "overdispersed"]
    curve: tuple[tuple[float, float, float, float, float], ...]
    places: tuple[UnitPlace, ...]


class SeriesBreak(BaseModel):
    """A metric's figures before `month` and from `settled_month` on cannot be compared: a source of the feed starts.

    Figures between the two have the source in some months of their window only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    month: datetime.date
    settled_month: datetime.date
    feed: str
    source_kind: Literal["feed", "channel", "resource", "platform", "numbers", "system"]
    source: str


class ChartDecision(BaseModel):
    """What somebody decided about a metric's chart: a row of the register of changes to charts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    unit_id: str
    month: datetime.date
    change: Literal["rebase", "baseline_end", "ghost", "agreed"]
    reason: str
    decided_by: str
    decided_on: datetime.date | None


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


class ConditionOfService(BaseModel):
    """Whether low use in a service is raised as a condition to look into, and the reason codes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service_id: str
    state: Literal["raised", "not_raised"]
    reasons: str
    use_share: float | None
    threshold: float


class QuadrantOfService(BaseModel):
    """Where a service stands over three months: work in time, and audits that name evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service_id: str
    quadrant: Literal["in_time_named", "in_time_not_named", "late_named", "late_not_named", "not_known"]


class Figures(BaseModel):
    """All that pages of one month are drawn from. Holds masked values only.

    `values` are the series of the organisation and the services; `details` are of each metric's newest period: the
    organisation's breakdowns, and teams over twelve months. `live` says how real data came, by feed (catalogue).
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
    conditions: tuple[ConditionOfService, ...] = ()
    quadrants: tuple[QuadrantOfService, ...] = ()
    live: dict[str, str] = {}
    funnels: tuple[FunnelOfUnits, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    next_report: datetime.date | None = None
    year_ends: tuple[tuple[str, datetime.date], ...] = ()

    def of_audience(self, audience: str) -> "Figures":
        """What this audience may hold: its records, and nothing of the others."""
        records = {name: record for name, record in self.records.items() if audience in record.audience}
        of_metrics = ("values", "details", "breaks", "decisions", "associations", "comments", "funnels", "restatements")
        kept = {name: tuple(each for each in getattr(self, name) if each.metric_id in records) for name in of_metrics}
        feeds = {feed for record in records.values() for feed in record.sources}
        named = {name for record in records.values() for name in record.thresholds}
        return self.model_copy(
            update={
                **kept,
                "records": records,
                "feeds": tuple(feed for feed in self.feeds if feed.feed in feeds),
                "thresholds": {name: value for name, value in self.thresholds.items() if name in named},
                "agreement": self.agreement if PAIR_METRIC in records else (),
                **(dict.fromkeys(("conditions", "gaps", "quadrants"), ()) if audience == "staff" else {}),
            }
        )

    def to_json(self) -> str:
        return self.model_dump_json(exclude_defaults=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Figures":
        return cls.model_validate_json(text)
