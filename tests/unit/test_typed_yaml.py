"""YAML that people write: every mistake becomes one line with the file, the line and what is wrong."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml, read_yaml


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    n: int = Field(0, ge=0)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    day: datetime.date | None = None
    inner: list[Inner] = []


def problem(folder: Path, text: str | bytes) -> str:
    path = folder / "settings.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsProblem) as raised:
        load_typed_yaml(path, Outer)
    return str(raised.value).replace(str(path), "FILE")


def test_good_file_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "settings.yml"
    path.write_text("\ufeffday: 2026-10-31\ninner:\n  - {name: a, n: 2}\n", encoding="utf-8")
    assert load_typed_yaml(path, Outer) == Outer(day=datetime.date(2026, 10, 31), inner=[Inner(name="a", n=2)])


WRONG = {
    "unknown name": ("day: 2026-01-01\ncolour: red\n", "FILE, line 2: colour: Extra inputs are not permitted"),
    "missing name in a list": ("inner:\n  - name: a\n  - n: 3\n", "FILE, line 3: inner.1.name: Field required"),
    "value out of range": (
        "inner:\n  - name: a\n    n: -1\n",
        "FILE, line 3: inner.0.n: Input should be greater than or equal to 0",
    ),
    "wrong kind": ("inner: 3\n", "FILE, line 1: inner: Input should be a valid list"),
    "31 February": ("\n\nday: 2026-02-31\n", "FILE, line 3: not valid YAML: day is out of range for month"),
    "a name given twice": (
        "day: 2026-01-01\nday: 2026-01-02\n",
        "FILE, line 2: not valid YAML: `day` is given twice",
    ),
    "a name given twice further in": (
        "inner:\n  - name: a\n    name: b\n",
        "FILE, line 3: not valid YAML: `name` is given twice",
    ),
    "tab as indent": (
        "inner:\n\t- name: a\n",
        "FILE, line 2: not valid YAML: found character that cannot start any token",
    ),
    "bracket left open": (
        "inner: [\n",
        "FILE, line 2: not valid YAML: did not find expected node content",
    ),
    "control character": ("day: \x07\n", "FILE, line 1: not valid YAML: control characters are not allowed"),
    "two documents": ("day: null\n---\nday: null\n", "FILE, line 2: not valid YAML: but found another document"),
    "code": (
        "day: !!python/object/apply:os.getcwd []\n",
        "FILE, line 1: not valid YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object/apply:os.getcwd'",
    ),
    "a list": ("- day\n", "FILE, line 1: expected a list of `name: value` settings"),
    "nothing": ("", "FILE, line 1: expected a list of `name: value` settings"),
    "not UTF-8": (b"day: caf\xe9\n", "FILE: cannot be read as UTF-8 text (UnicodeDecodeError)"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistake_is_one_line_naming_file_and_line(name: str, tmp_path: Path) -> None:
    text, expected = WRONG[name]
    assert problem(tmp_path, text) == expected


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = problem(tmp_path, "colour: red\ninner:\n  - name: a\n    n: many\n")
    assert [line.split(": ")[0] for line in told.splitlines()] == ["FILE, line 4", "FILE, line 1"]


def test_file_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="there is no such file"):
        read_yaml(tmp_path / "none.yml")
    with pytest.raises(SettingsProblem, match="cannot be read"):
        read_yaml(tmp_path)


def test_anchors_and_merges_are_no_names_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "settings.yml"
    path.write_text("inner:\n  - &first {name: a, n: 1}\n  - {<<: *first, n: 2}\n  - *first\n", encoding="utf-8")
    assert [(inner.name, inner.n) for inner in load_typed_yaml(path, Outer).inner] == [("a", 1), ("a", 2), ("a", 1)]


YAMLISH = st.text(st.sampled_from(list("ab:-?[]{}&*!|>'\"%@`,# \n\t\r0123.\x00\x85é😀")), max_size=60)


@given(text=st.one_of(YAMLISH, YAMLISH.map(lambda text: "inner:\n  - " + text), st.binary(max_size=40)))
def test_any_text_is_read_or_told_in_lines_that_name_the_file(
    text: str | bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    lines: list[str] = []
    try:
        load_typed_yaml(path, Outer)
    except SettingsProblem as told:
        lines = str(told).splitlines()
    assert all(line.startswith(str(path)) for line in lines)
