"""Instruments of surveys: the questions in their exact words, their scales, and of whom they are asked.

Belongs here: reading the instrument we ship and those an organisation keeps in its home (instruments/*.yml).
Does not belong here: reading files of answers (readers/survey), what is made of them (dbt, gaps).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.exports.contract import load_contracts, spelling
from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml

SHIPPED = Path(__file__).parents[1] / "instruments"

Group = Literal["practitioners", "managers", "leaders"]


class Question(BaseModel):
    """An item as its instrument gives it. Two groups that are asked the same are compared with each other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    wording: str = Field(min_length=1, max_length=200)
    scale: str
    asked_of: list[Group] = Field(min_length=1, max_length=2)


class Instrument(BaseModel):
    """A file of instruments/. A scale gives for each answer the project knows the words that mean it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instrument: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    owner: str
    scales: dict[str, dict[str, list[str]]]
    items: list[Question] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_coherent(self) -> "Instrument":
        known = load_contracts()["surveys"].column("answer").choices
        for name, scale in self.scales.items():
            unknown = sorted(set(scale) - set(known))
            if unknown:
                raise ValueError(f"scale `{name}`: `{unknown[0]}` is not one of {', '.join(known)}")
            words = [spelling(word) for answer, texts in scale.items() for word in {answer, *texts}]
            twice = sorted({word for word in words if words.count(word) > 1})
            if twice:
                raise ValueError(f"scale `{name}`: `{twice[0]}` means two answers")
        for question in self.items:
            if question.scale not in self.scales:
                raise ValueError(f"item `{question.item}`: there is no scale `{question.scale}`")
            if len(set(question.asked_of)) == 2 and "practitioners" not in question.asked_of:
                raise ValueError(f"item `{question.item}`: two groups are compared where one is the practitioners")
        return self


class Item(BaseModel):
    """One question of an instrument, with the answer each word of its scale means, by the word's spelling."""

    model_config = ConfigDict(frozen=True)

    item: str
    wording: str
    instrument: str
    asked_of: frozenset[Group]
    answers: dict[str, str]


Items = Mapping[str, Item]


@cache
def shipped_items() -> Items:
    """The items of our own instrument, by item."""
    return _items([SHIPPED])


def items_of(own: Path) -> Items:
    """Our items and those of the folder `own`; raises SettingsProblem naming file and line, or the item meant twice."""
    return _items([SHIPPED, own])


def _items(folders: list[Path]) -> Items:
    reserved = {text for column in load_contracts()["surveys"].columns for text in column.spellings}
    found: dict[str, Item] = {}
    spelt: dict[str, str] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        instrument = load_typed_yaml(path, Instrument)
        for question in instrument.items:
            if question.item in found:
                raise SettingsProblem(f"{path}: the item `{question.item}` is in another instrument; name it otherwise")
            for text in {spelling(question.item), spelling(question.wording)}:
                if text in reserved or text in spelt:
                    raise SettingsProblem(f"{path}: item `{question.item}`: `{text}` means something else already")
                spelt[text] = question.item
            found[question.item] = Item(
                item=question.item,
                wording=question.wording,
                instrument=instrument.instrument,
                asked_of=frozenset(question.asked_of),
                answers={
                    spelling(word): answer
                    for answer, texts in instrument.scales[question.scale].items()
                    for word in [answer, *texts]
                },
            )
    return found
