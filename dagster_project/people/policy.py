"""The progression policy as HR writes it: one YAML file a version, in the home's folder progression_policy/.

Belongs here: what a policy may say, which version a round stands under. Does not belong here: what the evidence shows
(clauses), pages (hr_pack).
"""

import datetime
import hashlib
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.exports.contract import Contract
from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml

ROUTES_OF = {"usage": ("usage",), "case_file": ("case_file",), "both": ("usage", "case_file")}


class Clause(BaseModel):
    """One thing the policy asks for. Without a `feed` no record can show it: a person judges.

    Rows of the feed about the person count where each column of `where` holds one of its values: as rows, as different
    days or as different months. `is_scaled`: `at_least` is for somebody full-time and never away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rule: str = Field(min_length=1)
    feed: str | None = None
    count: Literal["rows", "days", "months"] = "rows"
    where: dict[str, list[str | bool]] = {}
    at_least: int = Field(1, ge=1, le=1000)
    is_scaled: bool = False

    @model_validator(mode="after")
    def _judged_clause_counts_nothing(self) -> "Clause":
        if self.feed is None and self.model_fields_set & {"count", "where", "at_least", "is_scaled"}:
            raise ValueError("a clause without a feed is judged by a person: it counts nothing")
        return self


class Eligibility(BaseModel):
    """Who may apply: role, service in months at the panel's day, and per grade the pay points (none named: any)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: list[str] = Field(min_length=1)
    minimum_service_months: int = Field(0, ge=0, le=120)
    pay_points: dict[str, list[str]] = {}


class Policy(BaseModel):
    """One version. A round stands under the version that is valid on its panel's day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    valid_from: datetime.date
    valid_to: datetime.date
    window_months: int = Field(12, ge=1, le=24)
    appeal_months: int = Field(6, ge=1, le=36)
    eligibility: Eligibility
    clauses: list[Clause] = Field(min_length=1)
    routes: dict[Literal["usage", "case_file"], list[str]]

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all it says, which a comment or another order of lines leaves as it is."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def clause(self, clause_id: str) -> Clause:
        return next(clause for clause in self.clauses if clause.id == clause_id)

    def routes_of(self, clause: Clause) -> set[str]:
        """The routes that ask for the clause; empty where everybody is asked for it."""
        return {route for route, asked in self.routes.items() if clause.id in asked}

    @model_validator(mode="after")
    def _is_coherent(self) -> "Policy":
        ids = [clause.id for clause in self.clauses]
        if len(set(ids)) < len(ids):
            raise ValueError("two clauses have the same id")
        if self.valid_to < self.valid_from:
            raise ValueError("`valid_to` is before `valid_from`")
        unknown = [each for asked in self.routes.values() for each in asked if each not in ids]
        if unknown:
            raise ValueError(f"`routes` name `{unknown[0]}`, which is none of the clauses")
        if set(self.routes) != {"usage", "case_file"}:
            raise ValueError("`routes` must name both usage and case_file: either is accepted")
        if len(self.routes["usage"]) != len(self.routes["case_file"]):
            raise ValueError("the routes are equal: each must ask for as many clauses as the other")
        return self


def check_against(policy: Policy, contracts: dict[str, Contract], path: Path) -> None:
    """Raise SettingsProblem where a clause names what its feed has not, or use alone is asked for (F10).

    A feed that does not exist is no mistake: its clauses cannot be known from data.
    """
    for number, clause in enumerate(policy.clauses, start=1):
        contract = contracts.get(clause.feed or "")
        if contract is None:
            continue
        where = f"{path}: clause {number} (`{clause.id}`)"
        if contract.subject is None:
            raise SettingsProblem(f"{where}: the feed `{contract.feed}` is about no single person")
        for name, values in clause.where.items():
            column = next((each for each in contract.loaded if each.name == name), None)
            if column is None:
                raise SettingsProblem(f"{where}: the feed `{contract.feed}` has no column `{name}`")
            wrong = [value for value in values if column.choices and value not in column.choices]
            if wrong:
                raise SettingsProblem(f"{where}: `{wrong[0]}` is not one of {', '.join(column.choices)}")
    recorded = {feed for feed, contract in contracts.items() if contract.monitoring}
    asked = [policy.clause(clause_id) for clause_id in policy.routes["usage"]]
    if all(clause.feed in recorded for clause in asked):
        raise SettingsProblem(
            f"{path}: the usage route asks for recorded use alone. Add a clause on reflection or a case-file example: "
            "opening things is not yet using them."
        )


def load_policies(folder: Path, contracts: dict[str, Contract]) -> list[Policy]:
    """Every version, oldest first; raises SettingsProblem with file and line, or where two hold on one day."""
    policies = []
    for path in sorted(folder.glob("*.yml")):
        policy = load_typed_yaml(path, Policy)
        check_against(policy, contracts, path)
        policies.append(policy)
    policies.sort(key=lambda policy: policy.valid_from)
    for earlier, later in pairwise(policies):
        if later.valid_from <= earlier.valid_to or later.version == earlier.version:
            raise SettingsProblem(
                f"{folder}: versions {earlier.version} and {later.version} hold on the same day or share a name; "
                "end the one before the other begins"
            )
    return policies


def policy_on(policies: list[Policy], day: datetime.date, folder: Path) -> Policy:
    """The version valid on a panel's day; raises SettingsProblem where there is none."""
    for policy in policies:
        if policy.valid_from <= day <= policy.valid_to:
            return policy
    raise SettingsProblem(f"{folder} holds no policy that is valid on {day}; HR writes one (see docs/people.md)")
