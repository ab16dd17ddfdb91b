"""Every setting of a home: what config.yml and assessment.yml may say.

Belongs here: names, units, ranges and defaults of settings; the text of a new config.yml, made from them.
Does not belong here: thresholds of metrics (dbt/dbt_project.yml names them; `thresholds` overrides them by name).
"""

import datetime
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dagster_project.identity.identifiers import IdentifierKind
from dagster_project.profiles import DEFAULT, load_profile, profile_names
from dagster_project.purposes import RETENTION_MONTHS
from dagster_project.statistics.disclosure_settings import PRESETS, DisclosureSettings, Preset, Rounding
from dagster_project.typed_yaml import load_typed_yaml

SECRETS_PLACE = r"^(env|file):.+"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Disclosure(BaseModel):
    """Small-number rules for everything leaders see: those of a preset, with the values that are given over them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Preset = Field(
        "internal",
        description=(
            "Rules by name: internal (the values shown here), nhs (threshold 7), research (threshold 9, "
            "zeros_ok false), friends_and_family (minimum_denominator 1, parts_hidden_with_total 2). "
            "A value given below goes first."
        ),
    )
    is_on: bool = Field(True, description="Only a home marked `sample: true` may turn this off.")
    threshold: int = Field(4, ge=2, le=9, description="Counts from 1 to this number of people are hidden.")
    minimum_denominator: int = Field(10, ge=1, le=100, description="A share of fewer people than this is hidden.")
    zeros_ok: bool = Field(True, description="Whether 'nobody' and 'everybody' may be shown.")
    parts_hidden_with_total: int = Field(
        1, ge=1, le=9, description="Where a total is hidden, at least so many of its parts are."
    )

    @model_validator(mode="before")
    @classmethod
    def _rest_of_preset(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("preset") in get_args(Preset):
            return {**asdict(PRESETS[given["preset"]]), **given}
        return given

    rounding: Rounding | None = Field(
        None,
        description=(
            "Rounds every count instead of hiding what is beside a small one, by the rule named: hes, maternity and "
            "opensafely (to 5), opensafely_midpoint6 (to the middle of six), friends_and_family and acro (small ones "
            "hidden). Comparisons, which need exact counts, are then hidden."
        ),
    )
    base: int | None = Field(None, ge=1, le=100, description="Counts are rounded to this instead of the rule's base.")

    @model_validator(mode="after")
    def _base_of_rounding(self) -> Self:
        if self.base is not None and self.rounding is None:
            raise ValueError("base goes with rounding: name the rule, such as rounding: hes, or leave base out")
        return self

    def rules(self) -> DisclosureSettings:
        """What the values come to, for masking."""
        return DisclosureSettings(**self.model_dump(exclude={"preset"}))


class CounterSource(BaseModel):
    """A publisher whose COUNTER API is asked for reports. Secrets stand elsewhere: `env:NAME` or `file:PATH`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    url: str = Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])")
    release: Literal["r51", "r5"] = "r51"
    report: Literal["PR", "TR", "DR", "IR"] = "PR"
    customer_id: str
    requestor_id: str | None = Field(None, pattern=SECRETS_PLACE)
    api_key: str | None = Field(None, pattern=SECRETS_PLACE)
    platform: str | None = None


class Settings(BaseModel):
    """config.yml of a home."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str = Field("Our organisation", min_length=1, description="The name on every page.")
    profile: str = Field(
        DEFAULT,
        description=(
            f"The kind of organisation: {', '.join(profile_names())}. It says which measures lead, which exports are "
            "of no use here, some words, and the small-number preset where `disclosure` names none."
        ),
    )
    sample: bool = Field(False, description="true for made-up data only; its pages say so.")
    sign_off: Literal["by_person", "automatic"] = Field(
        "by_person",
        description="Who makes a draft an edition: by_person (`practice-metrics publish`) or automatic (`run` does).",
    )
    key_file: Path | None = Field(
        None,
        description="The key file, outside this folder. PRACTICE_METRICS_KEY_FILE, where set, goes first.",
    )
    settle_seconds: float = Field(
        5, ge=0, le=600, description="Seconds a file must stay unchanged in the inbox before it is taken in."
    )
    max_rejected_share: float = Field(
        0.05, ge=0, le=1, description="A file with a larger share of rejected rows is refused whole (0 to 1)."
    )
    senders: dict[str, list[str]] = Field(
        {}, description="Who is expected to send each feed, for the chase list: {workforce: [north, south]}."
    )
    named_by: dict[str, dict[str, IdentifierKind]] = Field(
        {},
        description=(
            "Senders who name people otherwise than by payroll number: {resource_usage: {library: library_login}}. "
            "It counts for files read from then on; `rebuild` reads the others again."
        ),
    )
    schemas: dict[str, Path] = Field(
        {},
        description=(
            "The department's XML schemas (XSD), which come with its census guides and not with this product: "
            "{workforce_census: /srv/schemas/csww.xsd}. A file of that feed that does not fit is refused."
        ),
    )
    draft_day: int = Field(12, ge=1, le=28, description="Day of the month on which the schedule makes the draft.")
    draft_time: str = Field("06:00", pattern=CLOCK, description="Time of that, in London.")
    digest_time: str = Field(
        "07:30", pattern=CLOCK, description="Time of the daily digest to the data team, in London."
    )
    notify: list[str] = Field(
        [],
        description=(
            "Where the digest goes, as apprise addresses: mailto://relay:25?from=a@b.example&to=c@d.example, "
            "slack://..., workflows://... PRACTICE_METRICS_NOTIFY, where set, goes first: passwords stay out of here."
        ),
    )
    harvest: list[CounterSource] = Field(
        [],
        description=(
            "Publishers that `practice-metrics harvest` asks for COUNTER reports: [{sender: shelf, url: "
            "https://api.example, release: r51, customer_id: C1, requestor_id: env:SHELF_REQUESTOR, "
            "api_key: file:/run/secrets/shelf}]. release is r51 or r5, report PR unless given, platform where a "
            "publisher asks for one. Secrets stand in a variable (env:) or a file, never here."
        ),
    )
    send_to: list[str] = Field(
        [],
        description=(
            "Where `send` takes the board pack, as apprise addresses like those of notify. PRACTICE_METRICS_SEND_TO, "
            "where set, goes first."
        ),
    )
    disclosure: Disclosure = Field(Disclosure(), description="Small-number rules for everything leaders see.")
    retention_months: dict[str, int] = Field(
        {},
        description=(
            "Months that records of a class are kept, where not the default: "
            + ", ".join(f"{name} {months}" for name, months in RETENTION_MONTHS.items() if months)
            + "."
        ),
    )
    thresholds: dict[str, bool | int | float | list[str]] = Field(
        {}, description="Metric thresholds other than the defaults in dbt/dbt_project.yml: {regular_days: 4}."
    )

    @field_validator("retention_months")
    @classmethod
    def _classes_are_known(cls, given: dict[str, int]) -> dict[str, int]:
        unknown = sorted(given.keys() - RETENTION_MONTHS.keys())
        if unknown or any(months < 1 for months in given.values()):
            raise ValueError(f"names classes of {', '.join(RETENTION_MONTHS)} and months from 1; {unknown} is none")
        return given

    @field_validator("profile")
    @classmethod
    def _has_a_file(cls, name: str) -> str:
        if name not in profile_names():
            raise ValueError(f"there is no profile {name}; the profiles are {', '.join(profile_names())}")
        return name

    @model_validator(mode="after")
    def _named_by_what_the_feed_may_name(self) -> "Settings":
        from dagster_project.exports.contract import load_contracts

        for feed, kinds in self.named_by.items():
            contract = load_contracts().get(feed)
            known = {kind for column in contract.people for kind in column.sender_may_say} if contract else set()
            for kind in set(kinds.values()) - known:
                other = ", ".join(sorted(known)) or "payroll number"
                raise ValueError(f"named_by: {feed} does not name people by {kind}, but by {other}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _preset_of_profile(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("profile") not in profile_names():
            return given
        disclosure = given.get("disclosure", {})
        if not isinstance(disclosure, dict) or "preset" in disclosure:
            return given
        return {**given, "disclosure": {"preset": load_profile(given["profile"]).preset, **disclosure}}

    @model_validator(mode="after")
    def _only_samples_go_unprotected(self) -> "Settings":
        if not self.disclosure.is_on and not self.sample:
            raise ValueError("disclosure.is_on: false is allowed only where sample: true")
        return self


class Joins(BaseModel):
    """Which joins of recorded use with HR records the assessment allows. Each is off until it says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use_by_progression: bool = False
    use_by_staying: bool = False
    use_in_hr_pack: bool = False
    use_by_protected_group: bool = False


class Assessment(BaseModel):
    """assessment.yml: the data protection impact assessment under which person-level use may be counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str = Field(min_length=1)
    approved_by_role: str = Field(min_length=1)
    approved_on: datetime.date
    review_due: datetime.date
    staff_consulted_on: datetime.date
    notice_given_on: datetime.date
    joins: Joins = Joins()

    def is_current(self, as_at: datetime.date) -> bool:
        """Whether it was approved, consulted on and not overdue for review on `as_at`."""
        return max(self.approved_on, self.staff_consulted_on, self.notice_given_on) <= as_at <= self.review_due


def load_settings(path: Path) -> Settings:
    """config.yml at `path`; raises SettingsProblem naming the line."""
    return load_typed_yaml(path, Settings)


def load_assessment(path: Path) -> Assessment | None:
    """assessment.yml at `path`, None where the home has none; raises SettingsProblem naming the line."""
    return load_typed_yaml(path, Assessment) if path.exists() else None


def config_text(values: dict[str, object]) -> str:
    """A config.yml in which every setting is explained; `values` are written, the rest stand as defaults."""
    lines = ["# Settings of this home. Every setting is listed; a line that starts with # shows its default.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        if name in values:
            lines.append(_line(name, values[name]))
        elif name == "disclosure":
            lines.append("# disclosure:")
            for inner, inner_field in Disclosure.model_fields.items():
                lines.append(f"#   {_line(inner, inner_field.default)}  # {inner_field.description}")
        else:
            lines.append(f"# {_line(name, field.default)}")
        lines.append("")
    return "\n".join(lines)


def _line(name: str, value: object) -> str:
    plain = [str(value) if isinstance(value, Path) else value]
    written = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9)
    return f"{name}: {written.strip()[1:-1]}"
