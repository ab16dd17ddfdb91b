"""Contracts: a mistake in one stops the load with its file and line, and what is derived from a good one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.exports.contract import CONTRACTS_DIR, LINEAGE_COLUMNS, load_contracts, spelling
from dagster_project.problems import SettingsProblem


def column(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "header": name.title(), "type": kind, "description": "d", "purpose": "p", **more}


def contract(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    start: dict[str, Any] = {
        "feed": "visits", "title": "t", "about": "a", "owner": "o", "controller": "c", "lawful_basis": "l",
        "retention_class": "hr", "domain": "d", "delivery": "append", "period": "day", "key": ["day"], "due_days": 5,
    }  # fmt: skip
    columns_of_it = [column("day", "date", required=True), *columns]
    return {**start, **more, "columns": columns_of_it, "audience": more.get("audience", ["data_team"])}


def told(folder: Path, value: dict[str, Any]) -> str:
    path = folder / "visits.yml"
    path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
    with pytest.raises(SettingsProblem) as raised:
        load_contracts(folder)
    return str(raised.value).replace(str(path), "FILE")


def test_every_contract_of_the_project_loads_under_its_own_name() -> None:
    contracts = load_contracts()
    assert [path.stem for path in sorted(CONTRACTS_DIR.glob("*.yml"))] == list(contracts)
    assert all(contract.feed == feed for feed, contract in contracts.items())


def test_good_contract_loads(tmp_path: Path) -> None:
    (tmp_path / "visits.yml").write_text(yaml.safe_dump(contract()), encoding="utf-8")
    assert list(load_contracts(tmp_path)) == ["visits"]


CHOICES = {"choices": {"a": ["one"], "b": ["two"]}}
WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "no audience (P1)": ({k: v for k, v in contract().items() if k != "audience"}, 1, "audience: Field required"),
    "nobody as audience (P1)": (contract(column("note", audience=[])), 26, "columns.1.audience: List should have"),
    "no purpose (P1)": (contract(column("note", purpose="")), 25, "columns.1.purpose: String should have at least 1"),
    "no lawful basis (P1)": (contract(lawful_basis=""), 6, "lawful_basis: String should have at least 1"),
    "retention class nobody set (P10)": (contract(retention_class="x"), 7, "there is no retention class `x`"),
    # The columns stand from line 14; the second begins on line 21.
    "unknown field": (contract(colour="red"), 14, "colour: Extra inputs are not permitted"),
    "missing field": ({k: v for k, v in contract().items() if k != "title"}, 1, "title: Field required"),
    "unknown field of a column": (contract(column("note", size=3)), 26, "columns.1.size: Extra inputs"),
    "unknown type": (contract(column("note", "number")), 23, "columns.1.type: Input should be"),
    "name with a capital": (contract(column("Note")), 21, "columns.1.name: String should match"),
    "name that breaks out of SQL": (contract(column("a;drop")), 21, "columns.1.name: String should match"),
    "feed that breaks out of SQL": (contract(feed='x" --'), 1, "feed: String should match"),
    "delivery of no kind": (contract(delivery="push"), 9, "delivery: Input should be 'snapshot' or 'append'"),
    "negative days": (contract(due_days=-1), 13, "due_days: Input should be greater than or equal to 0"),
    "no key": (contract(key=[]), 11, "key: List should have at least 1 item"),
    "key that is no column": (contract(key=["night"]), 1, "`night` is not one of the columns"),
    "key that may be empty": (contract(column("note"), key=["day", "note"]), 1, "`note` is a key or period column"),
    "period that is no date": (contract(column("note", required=True), period="note"), 1, "`period` must be"),
    "two columns of a name": (contract(column("note"), column("note")), 1, "two columns have the same name"),
    "heading of two columns": (
        contract(column("note"), column("remark", aliases=["NOTE "])), 1, "the heading `note` means both `note`",
    ),
    "heading without a letter": (contract(column("note", aliases=["--"])), 21, "need a letter or digit each"),
    "choice without choices": (contract(column("kind", "choice")), 21, "`choices` belong to columns of type choice"),
    "text with choices": (contract(column("kind", **CHOICES)), 21, "`choices` belong to columns of type choice"),
    "otherwise of no choice": (
        contract(column("kind", "choice", otherwise="c", **CHOICES)), 21, "`otherwise` must be one of the choices",
    ),
    "default of no choice": (
        contract(column("kind", "choice", default="c", **CHOICES)), 21, "`default` must be one of the choices",
    ),
    "several of no choice": (contract(column("note", several=True)), 21, "`several` belongs to columns of type choice"),
    "several with another": (
        contract(column("kind", "choice", several=True, otherwise="a", **CHOICES)), 21, "`several` belongs to columns",
    ),
    "word of two choices": (
        contract(column("kind", "choice", choices={"a": ["x-ray"], "b": ["X ray"]})), 21, "`X ray` means both `a`",
    ),
    "required with a default": (
        contract(column("note", required=True, default="x")), 21, "a required column cannot have a default",
    ),
    "required where no column is": (
        contract(column("note", required_where={"kind": ["a"]})), 1, "`required_where` of `note` must name another",
    ),
    "required where a column has no choices": (
        contract(column("note", required_where={"day": ["a"]})), 1, "`required_where` of `note` must name another",
    ),
    "required where there is no such choice": (
        contract(column("kind", "choice", **CHOICES), column("note", required_where={"kind": ["a", "c"]})), 1,
        "must name another column of type choice and choices it has",
    ),
    "required where no choice is named": (
        contract(column("kind", "choice", **CHOICES), column("note", required_where={"kind": []})), 1,
        "must name another column of type choice and choices it has",
    ),
    "required where it is filled itself": (
        contract(column("kind", "choice", required_where={"kind": ["a"]}, **CHOICES)), 1, "must name another column",
    ),
    "required everywhere and somewhere": (
        contract(column("note", required=True, required_where={"kind": ["a"]})), 21, "needs no `required_where`",
    ),
    "identifier required somewhere": (
        contract(
            column("kind", "choice", **CHOICES), column("who", "person"),
            column("name", "identifier", required_where={"kind": ["a"]}),
        ), 1, "`name` is an identifier",
    ),
    "bound of a text": (contract(column("note", minimum=1)), 21, "a column of type text has no `minimum`"),
    "bound of an identifier": (contract(column("n", "identifier", maximum=1)), 21, "type identifier has no `minimum`"),
    "number bounds a date": (contract(column("due", "date", minimum=3)), 21, "must be of that type"),
    "date bounds a number": (contract(column("n", "integer", minimum="2026-01-01")), 21, "must be of that type"),
    "identifier in the key": (
        contract(column("name", "identifier", required=True), column("who", "person"), key=["name"]), 1,
        "`name` is an identifier",
    ),
    "scope of events": (contract(scope=["day"]), 1, "`scope` belongs to snapshots"),
    "scope outside the key": (
        contract(column("note", required=True), delivery="snapshot", scope=["note"]), 1, "part of the key",
    ),
    "snapshot keyed within a sender": (
        contract(delivery="snapshot", key_within_sender=True), 1, "`key_within_sender` belongs to append feeds",
    ),
    "refused heading of a column": (
        contract(column("note"), refused_headings=["NOTE"]), 1, "the heading `note` means both `refused_headings`",
    ),
    "identifier of nobody": (contract(column("name", "identifier")), 1, "identifiers need a column of type person"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistake_fails_at_load_naming_file_and_line(name: str, tmp_path: Path) -> None:
    value, line, words = WRONG[name]
    first = told(tmp_path, value).splitlines()[0]
    assert first.startswith(f"FILE, line {line}: ")
    assert words in first


def test_yes_unquoted_is_no_word_of_a_choice(tmp_path: Path) -> None:
    """YAML reads a bare yes as true; it must not become the word `True`."""
    text = yaml.safe_dump(contract(column("held", "choice", choices={"held": ["YES"]}))).replace("'YES'", "yes")
    (tmp_path / "visits.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem, match=r"choices\.held\.0: Input should be a valid string"):
        load_contracts(tmp_path)


def test_spellings_ignore_case_punctuation_and_spacing() -> None:
    assert spelling("  Staff\u00a0ID\n(payroll) ") == spelling("staff_id-PAYROLL") == "staff id payroll"
    assert spelling("\ufeffMonth") == "month"
    assert spelling("1:1") != spelling("1 1")
    assert spelling("E-mail") != spelling("Email"), "a hyphen is a space; both need to be listed"


def test_warehouse_has_every_column_but_the_identifiers_and_then_the_lineage() -> None:
    workforce = load_contracts()["workforce"]
    columns = workforce.raw_columns()
    assert not {"registration_number", "full_name", "email"} & set(columns)
    assert list(columns)[-6:] == list(LINEAGE_COLUMNS)
    assert columns["contracted_fte"] == "decimal(18, 4)"
    assert columns["month"] == "date"
    assert [column.name for column in workforce.people] == ["person_id", "manager_person_id"]


def test_codes_hold_a_choice_as_written_and_every_spelling() -> None:
    kind = load_contracts()["supervision"].column("supervision_kind")
    assert {kind.codes[text] for text in ("one to one", "1:1", "1 1", "individual")} == {"one_to_one"}
