"""The contract of a feed: what a file of it must hold, read from contracts/<feed>.yml.

Belongs here: the typed contract, and what is derived from it alone (accepted spellings, the raw table).
Does not belong here: reading files (readers), checking values (coercion), rules that span rows (expectations).
"""

import datetime
import functools
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.typed_yaml import load_typed_yaml

CONTRACTS_DIR = Path(__file__).parents[1] / "contracts"

ColumnType = Literal["text", "integer", "decimal", "date", "month", "boolean", "choice", "person", "identifier"]

SQL_TYPES: dict[str, str] = {
    "text": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18, 4)",
    "date": "date",
    "month": "date",
    "boolean": "boolean",
    "choice": "varchar",
    "person": "varchar",
}

# What every row of `raw` carries beside its feed's own columns.
LINEAGE_COLUMNS: dict[str, str] = {
    "_file_hash": "varchar",
    "_row_number": "bigint",
    "_delivered_at": "timestamp",
    "_batch_id": "varchar",
    "_sender": "varchar",
    "_superseded_by": "varchar",
}


def spelling(text: str) -> str:
    """A heading or code as it is compared: case, punctuation and spacing do not matter."""
    return re.sub(r"[^0-9a-z?:]+", " ", text.casefold()).strip()


class Column(BaseModel):
    """One column of a feed. `minimum` and `maximum` are inclusive; a date's are dates.

    `required_where` names a column of type choice and its choices: in rows that hold one of them this column must be
    filled as well.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    header: str
    type: ColumnType
    description: str
    purpose: str
    required: bool = False
    required_where: dict[str, list[str]] = {}
    default: str | None = None
    aliases: list[str] = []
    choices: dict[str, list[str]] = {}
    otherwise: str | None = None
    minimum: datetime.date | float | None = None
    maximum: datetime.date | float | None = None

    @property
    def spellings(self) -> set[str]:
        """Every heading that means this column."""
        return {spelling(text) for text in [self.name, self.header, *self.aliases]}

    @property
    def is_loaded(self) -> bool:
        """Whether the column reaches the warehouse; identifiers go to the vault only."""
        return self.type != "identifier"

    @cached_property
    def codes(self) -> dict[str, str]:
        """For a choice: each accepted spelling and the choice it means."""
        return {
            spelling(text): choice
            for choice, texts in self.choices.items()
            for text in [choice.replace("_", " "), choice, *texts]
        }

    @model_validator(mode="after")
    def _is_coherent(self) -> "Column":
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("`choices` belong to columns of type choice, and such a column needs them")
        if self.otherwise is not None and self.otherwise not in self.choices:
            raise ValueError("`otherwise` must be one of the choices")
        if (self.required or self.required_where) and self.default is not None:
            raise ValueError("a required column cannot have a default")
        if self.required and self.required_where:
            raise ValueError("a required column needs no `required_where`")
        if "" in self.spellings:
            raise ValueError("`header` and `aliases` need a letter or digit each")
        meant: dict[str, str] = {}
        for choice, texts in self.choices.items():
            for text in [choice, *texts]:
                if meant.setdefault(spelling(text), choice) != choice:
                    raise ValueError(f"`{text}` means both `{meant[spelling(text)]}` and `{choice}`")
        if self.choices and self.default is not None and spelling(self.default) not in meant:
            raise ValueError("`default` must be one of the choices")
        self._check_bounds()
        return self

    def _check_bounds(self) -> None:
        for bound in (self.minimum, self.maximum):
            if bound is None:
                continue
            if self.type not in ("integer", "decimal", "date", "month"):
                raise ValueError(f"a column of type {self.type} has no `minimum` or `maximum`")
            if isinstance(bound, datetime.date) != (self.type in ("date", "month")):
                raise ValueError(f"`minimum` and `maximum` of a column of type {self.type} must be of that type")


class Contract(BaseModel):
    """A feed. `period` is the column whose month a row belongs to; `due_days` count from that month's end.

    An occasional feed is sent when there is something to send: it has no `due_days` and is never late.
    A redelivered snapshot replaces a month of its sender, or of the values of `scope`'s columns where it names any.
    `key_within_sender`: of an append feed, two senders may give the same key to different events.
    A file with one of `refused_headings` is refused whole. `layouts` names modules of exports/readers: forms of file
    beside the plain table, asked in turn whether a file is theirs. `sites` says of an internet site which kind of
    resource it is, for logs that name no more than the site.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    about: str
    owner: str
    controller: str
    lawful_basis: str
    retention_class: str
    domain: str
    reader: Literal["table", "counter", "dfe_statistics"] = "table"
    layouts: list[str] = []
    sites: dict[str, str] = {}
    delivery: Literal["snapshot", "append"]
    period: str
    key: list[str] = Field(min_length=1)
    key_within_sender: bool = False
    scope: list[str] = []
    refused_headings: list[str] = []
    rhythm: Literal["monthly", "occasional"] = "monthly"
    due_days: int | None = Field(None, ge=0, le=366)
    holds_month: bool = False
    monitoring: bool = False
    columns: list[Column]

    @property
    def loaded(self) -> list[Column]:
        return [column for column in self.columns if column.is_loaded]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def people(self) -> list[Column]:
        return [column for column in self.columns if column.type == "person"]

    @property
    def identifiers(self) -> list[Column]:
        return [column for column in self.columns if column.type == "identifier"]

    @property
    def snapshot_place(self) -> str:
        """SQL: what a redelivered snapshot replaces whole; each of its rows lies in one such place."""
        return ", ".join([*(self.scope or ["_sender"]), f"date_trunc('month', {self.period})"])

    @property
    def event_key(self) -> list[str]:
        """The columns of raw.<feed> by which a row is known when it comes again."""
        return [*self.key, "_sender"] if self.key_within_sender else self.key

    def raw_columns(self) -> dict[str, str]:
        """The columns of raw.<feed> and their SQL types."""
        return {c.name: SQL_TYPES[c.type] for c in self.loaded} | LINEAGE_COLUMNS

    @model_validator(mode="after")
    def _is_coherent(self) -> "Contract":
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("two columns have the same name")
        for name in [*self.key, self.period]:
            if name not in names:
                raise ValueError(f"`{name}` is not one of the columns")
            column = self.column(name)
            if not (column.required or column.default is not None):
                raise ValueError(f"`{name}` is a key or period column: it must be required or have a default")
            if not column.is_loaded:
                raise ValueError(f"`{name}` is an identifier, which never reaches the warehouse: it cannot be a key")
        if not set(self.scope) <= set(self.key) or (self.scope and self.delivery != "snapshot"):
            raise ValueError("`scope` belongs to snapshots, and its columns are part of the key")
        if self.key_within_sender and self.delivery != "append":
            raise ValueError("`key_within_sender` belongs to append feeds")
        if (self.due_days is None) != (self.rhythm == "occasional"):
            raise ValueError("a monthly feed needs `due_days`, an occasional one has none")
        for column in self.columns:
            self._check_required_where(column)
        if self.identifiers and not self.people:
            raise ValueError("identifiers need a column of type person to belong to")
        if self.column(self.period).type not in ("date", "month"):
            raise ValueError("`period` must be a column of type date or month")
        taken: dict[str, str] = dict.fromkeys(map(spelling, self.refused_headings), "refused_headings")
        for column in self.columns:
            for text in column.spellings:
                if text in taken:
                    raise ValueError(f"the heading `{text}` means both `{taken[text]}` and `{column.name}`")
                taken[text] = column.name
        return self

    @model_validator(mode="after")
    def _knows_its_sites(self) -> "Contract":
        kinds = [column.choices for column in self.columns if column.name == "resource_type"]
        unknown = sorted({kind for kind in self.sites.values() if not any(kind in choices for choices in kinds)})
        if unknown:
            raise ValueError(f"`sites` names {', '.join(unknown)}, which is no choice of `resource_type`")
        return self

    def _check_required_where(self, column: Column) -> None:
        if column.required_where and not column.is_loaded:
            raise ValueError(f"`{column.name}` is an identifier, which no gate sees: it has no `required_where`")
        for name, choices in column.required_where.items():
            other = next((found for found in self.columns if found.name == name and name != column.name), None)
            if other is None or not choices or not set(choices) <= set(other.choices):
                raise ValueError(
                    f"`required_where` of `{column.name}` must name another column of type choice and choices it has"
                )


@functools.cache
def load_contracts(directory: Path = CONTRACTS_DIR) -> dict[str, Contract]:
    """Every contract by feed name, in alphabetical order; raises SettingsProblem naming file and line."""
    contracts = [load_typed_yaml(path, Contract) for path in sorted(directory.glob("*.yml"))]
    return {contract.feed: contract for contract in contracts}
