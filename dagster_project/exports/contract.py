"""The contract of a feed: what a file of it must hold, read from contracts/<feed>.yml.

Belongs here: the typed contract, and what is derived from it alone (the raw table). Its columns: column.
Does not belong here: reading files (readers), checking values (coercion), rules that span rows (expectations).
"""

import functools
import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.exports.column import SQL_TYPES, Column, RetentionClass, Stated, spelling
from dagster_project.identity.identifiers import IdentifierKind
from dagster_project.purposes import Audience
from dagster_project.typed_yaml import load_typed_yaml

__all__ = ["LINEAGE_COLUMNS", "SQL_TYPES", "Column", "Contract", "load_contracts", "spelling"]

SHEET_NAME = r"[A-Za-z ]{1,31}"  # what every spreadsheet program takes for one
CONTRACTS_DIR = Path(__file__).parents[1] / "contracts"

# What every row of `raw` carries beside its feed's own columns.
LINEAGE_COLUMNS: dict[str, str] = {
    "_file_hash": "varchar",
    "_row_number": "bigint",
    "_delivered_at": "timestamp",
    "_batch_id": "varchar",
    "_sender": "varchar",
    "_superseded_by": "varchar",
}


class Contract(BaseModel):
    """A feed. `period` is the column whose month a row belongs to; `due_days` count from that month's end.

    An occasional feed is sent when there is something to send: it has no `due_days` and is never late.
    A redelivered snapshot replaces a month of its sender, or of the values of `scope`'s columns where it names any.
    `key_within_sender`: of an append feed, two senders may give the same key to different events.
    A file with one of `refused_headings` is refused whole. `layouts` names modules of exports/readers: forms of file
    beside the plain table, asked in turn whether a file is theirs. `sites` says of an internet site which kind of
    resource it is, for logs that name no more than the site. `xml_record` is the element that is a row of an XML file.
    `burden_minutes`: what supplying it costs in a month. `vendor_supplied`: a vendor counts the use of its own product.
    `renumbers`: of a register of old and new numbers, the column of feeds that holds them, and the register's own two.
    A register is kept by hand; it has a sheet of its own in the workbook of registers, named as `title`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    about: str
    owner: str
    controller: str
    lawful_basis: Stated
    audience: list[Audience] = Field(min_length=1)
    retention_class: RetentionClass
    domain: str
    reader: Literal["table", "counter", "dfe_statistics", "survey", "cases"] = "table"
    layouts: list[str] = []
    sites: dict[str, str] = {}
    xml_record: str | None = None
    delivery: Literal["snapshot", "append"]
    period: str
    key: list[str] = Field(min_length=1)
    key_within_sender: bool = False
    scope: list[str] = []
    refused_headings: list[str] = []
    rhythm: Literal["monthly", "occasional"] = "monthly"
    due_days: int | None = Field(None, ge=0, le=366)
    burden_minutes: int | None = Field(None, ge=0)
    vendor_supplied: bool = False
    holds_month: bool = False
    monitoring: bool = False
    is_register: bool = False
    renumbers: dict[str, tuple[str, str]] = {}
    columns: list[Column]

    @property
    def loaded(self) -> list[Column]:
        return [column for column in self.columns if column.is_loaded]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def of_layout(self, layout: str | None) -> "Contract":
        """The contract of a file in `layout`: its people are named as such files name them."""
        columns = [
            column.model_copy(update={"identifier": column.identifier_by_layout[layout]})
            if layout in column.identifier_by_layout and column.identifier is None
            else column
            for column in self.columns
        ]
        return self.model_copy(update={"columns": columns})

    def has_sheet(self, name: str) -> bool:
        """Whether a sheet of this name in the workbook of registers is this register's."""
        return self.is_register and spelling(name) in (spelling(self.title), spelling(self.feed))

    @property
    def people(self) -> list[Column]:
        return [column for column in self.columns if column.type == "person"]

    @property
    def keyed(self) -> list[Column]:
        return [column for column in self.columns if column.is_keyed]

    @property
    def subject(self) -> Column | None:
        """The column with the person a row is about, where rows are about people; any other person is a third party."""
        return next((column for column in self.people if column.name == "person_id"), next(iter(self.people), None))

    def shown_to(self, audience: Audience) -> list[Column]:
        """The columns `audience` may see of a row about a person; other people in it are left out."""
        return [
            column
            for column in self.loaded
            if column.type != "person" and audience in (column.audience or self.audience)
        ]

    @property
    def identifiers(self) -> list[Column]:
        return [column for column in self.columns if column.type == "identifier"]

    @property
    def named_otherwise(self) -> list[Column]:
        """The columns of people that the crosswalk translates."""
        return [column for column in self.columns if column.is_named_otherwise]

    def named_by(self, kind: IdentifierKind | None) -> "Contract":
        """The contract for a sender who names people by `kind`; None changes nothing."""
        if kind is None:
            return self
        columns = [
            column.model_copy(update={"identifier": kind}) if kind in column.sender_may_say else column
            for column in self.columns
        ]
        return self.model_copy(update={"columns": columns})

    @property
    def names_identifiers(self) -> Column | None:
        """In a register of identifiers, the column that holds them."""
        return next((column for column in self.columns if column.identifier_column), None)

    @property
    def kinds_given(self) -> list[Column]:
        """In a snapshot, the identifiers of each row's person that the crosswalk is made of."""
        return [column for column in self.identifiers if column.identifier and self.delivery == "snapshot"]

    @property
    def incoming(self) -> str:
        """The table of `raw` in which a batch waits for its gate."""
        return f"{self.feed}__incoming"

    @property
    def known_table(self) -> str:
        """The current rows in `raw` with people known, as far as they can be, under the numbers of today."""
        return f"{self.feed}__known"

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
        if self.is_register and not re.fullmatch(SHEET_NAME, self.title):
            raise ValueError("`title` of a register names its sheet: at most 31 letters and spaces")
        numbers = {name for pair in self.renumbers.values() for name in pair}
        if self.renumbers and not {*numbers, "changed_on", "old_until"} <= set(names):
            raise ValueError("`renumbers` needs the columns it names, and changed_on and old_until")
        if (self.due_days is None) != (self.rhythm == "occasional"):
            raise ValueError("a monthly feed needs `due_days`, an occasional one has none")
        for column in self.columns:
            self._check_required_where(column)
        self._check_identifiers(names)
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
    def _knows_its_layouts(self) -> "Contract":
        kinds = [column.choices for column in self.columns if column.name == "resource_type"]
        strangers = {name for column in self.columns for name in column.identifier_by_layout} - set(self.layouts)
        if strangers:
            raise ValueError(
                f"`identifier_by_layout` names {', '.join(sorted(strangers))}, which is no layout of the feed"
            )
        unknown = sorted({kind for kind in self.sites.values() if not any(kind in choices for choices in kinds)})
        if unknown:
            raise ValueError(f"`sites` names {', '.join(unknown)}, which is no choice of `resource_type`")
        return self

    def _check_identifiers(self, names: list[str]) -> None:
        register = self.names_identifiers
        if register is not None and not {register.identifier_column, "valid_from", "valid_to"} <= set(names):
            raise ValueError(f"`{register.name}` needs columns {register.identifier_column}, valid_from and valid_to")
        if self.kinds_given and self.people[0].is_named_otherwise:
            raise ValueError("a snapshot says whose identifiers are by payroll number: put that column first")

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
