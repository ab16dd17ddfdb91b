"""Spellings of one organisation: headings and codes of its exports that the contracts do not list.

Belongs here: mappings/<feed>.yml of a home, and the contract with it. Does not belong here: finding spellings
(proposals), what the project's own contracts accept (contract).
"""

import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dagster_project.exports.contract import Contract
from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml

Columns = dict[str, dict[str, Any]]

ABOUT = """\
# Spellings of this feed's exports here, beside those that `practice-metrics feeds {feed}` lists. They count for files
# delivered from valid_from to valid_to, both included; without a day there is no limit. Correct them by hand.
"""


class Dated(BaseModel):
    """Something that counts for files delivered on certain days, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def is_in_force(self, day: datetime.date) -> bool:
        return (self.valid_from or datetime.date.min) <= day <= (self.valid_to or datetime.date.max)


class HeadingMapping(Dated):
    """A heading, and the contract column it means."""

    heading: str
    column: str


class CodeMapping(Dated):
    """A code as the export writes it in `column`, and the choice of the contract that it means."""

    column: str
    code: str
    choice: str


class Mappings(BaseModel):
    """mappings/<feed>.yml of a home."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headings: list[HeadingMapping] = []
    codes: list[CodeMapping] = []


def mapped(home: Home, contract: Contract, delivered: datetime.date) -> Contract:
    """The contract with the home's spellings for a file delivered on that day; raises SettingsProblem."""
    path = _path(home, contract)
    found = _read(path)
    headings = [one for one in found.headings if one.is_in_force(delivered)]
    codes = [one for one in found.codes if one.is_in_force(delivered)]
    if not headings and not codes:
        return contract
    plain = contract.model_dump()
    columns = {column["name"]: column for column in plain["columns"]}
    for heading in headings:
        _column(path, columns, heading.column)["aliases"].append(heading.heading)
    for code in codes:
        choices = _column(path, columns, code.column)["choices"]
        if code.choice not in choices:
            raise SettingsProblem(f"{path}: {code.column} has no choice {code.choice}; it has {', '.join(choices)}")
        choices[code.choice].append(code.code)
    try:
        return Contract.model_validate(plain)
    except ValidationError as error:
        raise SettingsProblem("\n".join(f"{path}: {found['msg']}" for found in error.errors())) from None


def add(home: Home, contract: Contract, new: Mappings) -> Path:
    """Write `new` beside what the home has already; raises SettingsProblem where the two contradict each other."""
    path = _path(home, contract)
    held = _read(path)
    together = Mappings(headings=[*held.headings, *new.headings], codes=[*held.codes, *new.codes])
    text = yaml.safe_dump(together.model_dump(exclude_none=True), sort_keys=False, allow_unicode=True)
    before = path.read_bytes() if path.exists() else None
    write_atomically(path, (ABOUT.format(feed=contract.feed) + text).encode())
    try:
        for one in [*new.headings, *new.codes]:
            mapped(home, contract, one.valid_from or one.valid_to or datetime.date.max)
    except SettingsProblem:
        path.unlink() if before is None else write_atomically(path, before)
        raise
    return path


def _path(home: Home, contract: Contract) -> Path:
    path: Path = home.root / "mappings" / f"{contract.feed}.yml"
    return path


def _read(path: Path) -> Mappings:
    return load_typed_yaml(path, Mappings) if path.exists() else Mappings()


def _column(path: Path, columns: Columns, name: str) -> dict[str, Any]:
    if name not in columns:
        raise SettingsProblem(f"{path}: there is no column {name}; the columns are {', '.join(columns)}")
    return columns[name]
