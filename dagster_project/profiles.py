"""Kinds of organisation: what leads their first page, what they have no use for, their words and small-number rules.

Belongs here: profiles/<name>.yml, and metric records as a profile shows them. Does not belong here: settings of one
home (settings), what a metric is (its record). Another kind of organisation is another file.
"""

import datetime
import functools
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dagster_project.metric_records import MetricRecord
from dagster_project.problems import SettingsProblem
from dagster_project.statistics.disclosure_settings import Preset
from dagster_project.typed_yaml import load_typed_yaml
from dagster_project.vocabulary import dismissive_words

PROFILES_DIR = Path(__file__).parent / "profiles"
DEFAULT = "council_children"
DATA_TEAM = "data_team"


class Profile(BaseModel):
    """A kind of organisation.

    `leads` are the metrics of the first page's headlines, in order. `feeds_left_out` are exports it has no use for;
    nobody but the data team sees a metric that rests on one. `words` are said in place of others of records on every
    page: people we support -> families we support. `preset` names the small-number rules of homes that name none.
    `calendar` are the years that its returns and registers are counted in, by name, with the day each ends (MM-DD).
    `services` are those of its made-up exports, where they are not a council's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    leads: list[str] = Field(min_length=1)
    feeds_left_out: list[str] = []
    words: dict[str, str] = {}
    preset: Preset
    calendar: dict[str, str] = {}
    services: list[str] = []

    @field_validator("words")
    @classmethod
    def _no_dismissive_words(cls, words: dict[str, str]) -> dict[str, str]:
        for text in words.values():
            if found := dismissive_words(text):
                raise ValueError(f"`{found[0]}` is no word for people; say who they are to you")
        return words

    @field_validator("calendar")
    @classmethod
    def _are_days(cls, calendar: dict[str, str]) -> dict[str, str]:
        for day in calendar.values():
            _day_of(2026, day)
        return calendar

    def year_ends(self, after: datetime.date) -> list[tuple[str, datetime.date]]:
        """When each year of the calendar ends next, the first after `after` first."""
        ends = {}
        for name, day in self.calendar.items():
            of_year = _day_of(after.year, day)
            ends[name] = of_year if of_year > after else _day_of(after.year + 1, day)
        return sorted(ends.items(), key=lambda each: (each[1], each[0]))

    def shown(self, records: dict[str, MetricRecord]) -> dict[str, MetricRecord]:
        """The records as this kind of organisation sees them, those that lead first; raises SettingsProblem.

        A record that is left out is the data team's, so that no page has it.
        """
        unknown = [name for name in self.leads if name not in records]
        if unknown:
            raise SettingsProblem(f"profile {self.title}: leads: there is no metric {unknown[0]}")
        ordered = [*self.leads, *(name for name in records if name not in self.leads)]
        return {name: self._shown(records[name]) for name in ordered}

    def _shown(self, record: MetricRecord) -> MetricRecord:
        is_left_out = bool(set(record.sources) & set(self.feeds_left_out))
        audience = [DATA_TEAM] if is_left_out else record.audience
        plain = record.model_dump()
        worded = {name: _worded(plain[name], self.words) for name in FOR_PEOPLE}
        own = {"is_headline": record.metric_id in self.leads, "audience": audience}
        return MetricRecord.model_validate(plain | worded | own)


def _day_of(year: int, day: str) -> datetime.date:
    """The day of a calendar in a year; raises ValueError where it is none, as 29 February is in most."""
    try:
        return datetime.date.fromisoformat(f"{year}-{day}")
    except ValueError:
        raise ValueError(f"`{day}` is no day of every year; write month and day, as in 03-31") from None


# What of a record is read by people.
FOR_PEOPLE = ("title", "question", "unit", "numerator", "denominator", "exclusions", "caveats", "edge_cases")


def _worded(value: Any, words: dict[str, str]) -> Any:
    """`value` with every text in it in the words given."""
    if isinstance(value, dict):
        return {name: _worded(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_worded(inner, words) for inner in value]
    if isinstance(value, str):
        for usual, own in words.items():
            value = re.sub(rf"\b{re.escape(usual)}\b", own, value)
    return value


def profile_names(directory: Path = PROFILES_DIR) -> list[str]:
    """Every kind of organisation there is a file for."""
    return sorted(path.stem for path in directory.glob("*.yml"))


@functools.cache
def load_profile(name: str, directory: Path = PROFILES_DIR) -> Profile:
    """The profile; raises SettingsProblem for a name without a file, or naming the line of a mistake."""
    if name not in profile_names(directory):
        raise SettingsProblem(f"There is no profile {name}. The profiles are: {', '.join(profile_names(directory))}.")
    return load_typed_yaml(directory / f"{name}.yml", Profile)
