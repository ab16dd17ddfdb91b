"""The contract of a feed: what a file of it must hold, read from contracts/<feed>.yml.

Belongs here: the typed contract, and what is derived from it alone (accepted spellings, the raw table).
Does not belong here: reading files (readers), checking values (coercion), rules that span rows (expectations).
"""

import datetime
import functools
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dagster_project.identity.identifiers import IdentifierKind
from dagster_project.purposes import RETENTION_MONTHS, Audience
from dagster_project.typed_yaml import load_typed_yaml

SHEET_NAME = r"[A-Za-z ]{1,31}"  # what every spreadsheet program takes for one
CONTRACTS_DIR = Path(__file__).parents[1] / "contracts"

ColumnType = Literal[
    "text", "integer", "decimal", "date", "month", "boolean", "choice", "person", "reference", "identifier"
]  # fmt: skip

SQL_TYPES: dict[str, str] = {
    "text": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18, 4)",
    "date": "date",
    "month": "date",
    "boolean": "boolean",
    "choice": "varchar",
    "person": "varchar",
    "reference": "varchar",
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


def known_retention_class(name: str) -> str:
    """`name`, where purposes.py says how long it is kept; raises ValueError naming those it does."""
    if name not in RETENTION_MONTHS:
        raise ValueError(f"there is no retention class `{name}`; the classes are {', '.join(RETENTION_MONTHS)}")
    return name


Stated = Annotated[str, Field(min_length=1)]
RetentionClass = Annotated[str, AfterValidator(known_retention_class)]


def spelling(text: str) -> str:
    """A heading or code as it is compared: case, punctuation and spacing do not matter."""
    return re.sub(r"[^0-9a-z?:]+", " ", text.casefold()).strip()


class Column(BaseModel):
    """One column of a feed. `minimum` and `maximum` are inclusive; a date's are dates.

    A person and a reference (the number of a case, child or family) are loaded as keyed pseudonyms. With
    `exact_heading` a heading that is nearly the column's, but not quite, refuses the file.

    `required_where` names a column of type choice and its choices: in rows that hold one of them this column must be
    filled as well. `is_plain`: text that people write for others to read, in plain characters. `identifier` says by
    what a person column names people (payroll unless given), or what an identifier column tells the crosswalk of the
    row's person; `identifier_column` names the column that says so, and `other_identifiers` are what a sender may name
    people by instead, as config.yml says. `lawful_basis`, `audience` and `retention_class`, where given, go before the
    feed's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    header: str
    type: ColumnType
    description: str
    purpose: Stated
    lawful_basis: Stated | None = None
    audience: list[Audience] | None = Field(None, min_length=1)
    retention_class: RetentionClass | None = None
    required: bool = False
    required_where: dict[str, list[str]] = {}
    default: str | None = None
    aliases: list[str] = []
    exact_heading: bool = False
    choices: dict[str, list[str]] = {}
    otherwise: str | None = None
    is_plain: bool = False
    identifier: IdentifierKind | None = None
    identifier_column: str | None = None
    other_identifiers: list[IdentifierKind] = []
    minimum: datetime.date | float | None = None
    maximum: datetime.date | float | None = None

    @property
    def spellings(self) -> set[str]:
        """Every heading that means this column."""
        return {spelling(text) for text in [self.name, self.header, *self.aliases]}

    @property
    def is_named_otherwise(self) -> bool:
        """Whether it names people by something that the crosswalk translates."""
        return self.type == "person" and (self.identifier not in (None, "payroll") or bool(self.other_identifiers))

    @property
    def is_loaded(self) -> bool:
        """Whether the column reaches the warehouse; identifiers go to the vault only."""
        return self.type != "identifier"

    @property
    def is_keyed(self) -> bool:
        """Whether its values are loaded as keyed pseudonyms."""
        return self.type in ("person", "reference")

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
        if self.is_plain and self.type != "text":
            raise ValueError("`is_plain` belongs to columns of type text")
        if self.identifier and self.type not in ("person", "identifier"):
            raise ValueError("`identifier` belongs to columns of type person or identifier")
        if self.identifier_column and (self.type != "person" or self.identifier):
            raise ValueError("`identifier_column` belongs to a column of type person without `identifier`")
        if self.other_identifiers and self.type != "person":
            raise ValueError("`other_identifiers` belong to columns of type person")
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
    A file with one of `refused_headings` is refused whole. `xml_record` is the element that is a row of an XML file.
    `burden_minutes`: what supplying it costs in a month.
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
    holds_month: bool = False
    monitoring: bool = False
    is_register: bool = False
    columns: list[Column]

    @property
    def loaded(self) -> list[Column]:
        return [column for column in self.columns if column.is_loaded]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

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
            column.model_copy(update={"identifier": kind}) if kind in column.other_identifiers else column
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
    def known_table(self) -> str:
        """The table in `raw` in which people are known, as far as they can be."""
        return f"{self.feed}__known" if self.named_otherwise else self.feed

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
