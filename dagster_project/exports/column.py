"""One column of a feed's contract: what its cells may hold, how its heading may be spelt, why it is held and for whom.

Belongs here: what follows from a column alone. Does not belong here: the feed (contract), typing cells (coercion).
"""

import datetime
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dagster_project.identity.identifiers import IdentifierKind
from dagster_project.purposes import RETENTION_MONTHS, Audience

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


SEPARATOR = "; "  # between several choices of one cell, as they are loaded


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

    A person and a reference (the number of a case, child or family) are loaded as keyed pseudonyms; a reference that is
    the same thing as another feed's column of another name is `keyed_as` that. With `exact_heading` a heading that is
    nearly the column's, but not quite, refuses the file.

    With `several` a cell may name several of the choices, separated by semicolons, commas or bars; they are loaded in
    alphabetical order, separated by SEPARATOR. `required_where` names a column of type choice and its choices: in rows
    that hold one of them this column must be filled as well. `is_plain`: text that people write for others to read, in
    plain characters. `identifier` says by what a person column names people (payroll unless given), or what an
    identifier column tells the crosswalk of the row's person; `identifier_column` names the column that says so. Files
    in one of the feed's layouts may name people by something else (`identifier_by_layout`), and so may a sender by one
    of `other_identifiers`, as config.yml says.
    `lawful_basis`, `audience` and `retention_class`, where given, go before the feed's own.
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
    several: bool = False
    is_plain: bool = False
    keyed_as: str | None = None
    identifier: IdentifierKind | None = None
    identifier_column: str | None = None
    identifier_by_layout: dict[str, IdentifierKind] = {}
    other_identifiers: list[IdentifierKind] = []
    minimum: datetime.date | float | None = None
    maximum: datetime.date | float | None = None

    @property
    def spellings(self) -> set[str]:
        """Every heading that means this column."""
        return {spelling(text) for text in [self.name, self.header, *self.aliases]}

    @property
    def is_named_otherwise(self) -> bool:
        """Whether it names people by something that the crosswalk translates, in every file or in some."""
        may_be = bool(self.identifier_by_layout or self.other_identifiers)
        return self.type == "person" and (may_be or self.identifier not in (None, "payroll"))

    @property
    def sender_may_say(self) -> list[IdentifierKind]:
        """By what a sender may name people here: payroll numbers also where a layout has something else."""
        return ["payroll", *self.other_identifiers] if self.is_named_otherwise else []

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
        if self.several and (not self.choices or self.otherwise is not None or self.default is not None):
            raise ValueError("`several` belongs to columns of type choice without `otherwise` and `default`")
        if (self.required or self.required_where) and self.default is not None:
            raise ValueError("a required column cannot have a default")
        if self.required and self.required_where:
            raise ValueError("a required column needs no `required_where`")
        if self.is_plain and self.type != "text":
            raise ValueError("`is_plain` belongs to columns of type text")
        if self.keyed_as and self.type != "reference":
            raise ValueError("`keyed_as` belongs to columns of type reference")
        if self.identifier and self.type not in ("person", "identifier"):
            raise ValueError("`identifier` belongs to columns of type person or identifier")
        if (self.identifier_by_layout or self.other_identifiers) and self.type != "person":
            raise ValueError("`identifier_by_layout` and `other_identifiers` belong to columns of type person")
        if self.identifier_column and (self.type != "person" or self.identifier):
            raise ValueError("`identifier_column` belongs to a column of type person without `identifier`")
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
