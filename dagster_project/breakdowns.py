"""How the values of breakdowns add up, and which make up the groups of comparisons: read from breakdowns.yml.

Belongs here: the typed file. Does not belong here: which breakdowns a metric has (its record), hiding and auditing
(statistics), comparisons (associations).
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.typed_yaml import load_typed_yaml

FILE = Path(__file__).with_name("breakdowns.yml")


class Comparison(BaseModel):
    """The breakdown of a metric whose values make up the groups of a question, each with one value or more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    breakdown: str = Field(min_length=1)
    users: list[str] = Field(min_length=1)
    others: list[str] = Field(min_length=1)
    not_known: list[str] = Field(min_length=1)

    @property
    def groups(self) -> tuple[list[str], list[str], list[str]]:
        return self.users, self.others, self.not_known


class Breakdowns(BaseModel):
    """breakdowns.yml, whose head says what each part is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stands_apart: dict[str, list[str]]
    may_add_up: dict[str, dict[str, list[str]]]
    comparisons: dict[str, Comparison]
    agreement: str = Field(min_length=1)

    def may_stand_apart(self, breakdown: str, value: str) -> bool:
        return value in self.stands_apart.get(breakdown, ())


@cache
def breakdowns() -> Breakdowns:
    """The file as it stands; raises SettingsProblem naming line and field."""
    return load_typed_yaml(FILE, Breakdowns)
