"""A new contract file is a new feed: its table, gate, template, source and assets follow from it."""

import csv
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from dagster_project import parsed_models, steps, warehouse
from dagster_project.defs import ingest, validate
from dagster_project.exports.contract import CONTRACTS_DIR, Contract, load_contracts
from dagster_project.exports.readers.workbook import read_workbook
from dagster_project.steps import Run
from dagster_project.templates import write_templates
from dagster_project.verdicts import passed
from expectations.gate import feed_rules
from tests.council import council
from tests.gates.conftest import SmallHome

TRAINING = """\
feed: training
title: Training attended
about: One row for each course a person attended.
owner: Learning and development
controller: The employing organisation
lawful_basis: Public task
audience: [data_team]
retention_class: hr
domain: workforce
delivery: append
period: attended_date
key: [person_id, course_id]
due_days: 10
columns:
  - {name: person_id, header: Staff ID, type: person, required: true, description: Who, purpose: Roll-up}
  - {name: full_name, header: Name, type: identifier, description: Name, purpose: Vault only}
  - {name: course_id, header: Course, type: text, required: true, description: Course, purpose: Key}
  - {name: attended_date, header: Date, type: date, required: true, description: Day, purpose: Month}
  - {name: hours, header: Hours, type: decimal, minimum: 0.5, maximum: 40, description: Length, purpose: Hours}
  - {name: mode, header: How, type: choice, choices: {online: [web], room: [class]}, description: How, purpose: Mode}
"""


@pytest.fixture
def contracts(tmp_path: Path) -> dict[str, Contract]:
    folder = tmp_path / "contracts"
    shutil.copytree(CONTRACTS_DIR, folder)
    (folder / "training.yml").write_text(TRAINING, encoding="utf-8")
    found = load_contracts(folder)
    assert set(found) == {*load_contracts(), "training"}
    return found


def test_new_contract_alone_takes_a_file_from_the_inbox_to_raw(
    contracts: dict[str, Contract], small_home: SmallHome
) -> None:
    path = small_home.home.inbox / "training" / "october.csv"
    path.parent.mkdir()
    path.write_text(
        "Staff ID,Name,Course,Date,Hours,How\n"
        "Z1,Made Upname,C1,01/10/2026,3.5,web\n"
        "Z2,Made Upother,C1,01/10/2026,50,room\n" + "".join(f"Z{n},,C{n},02/10/2026,1,class\n" for n in range(3, 40))
    )
    run = Run(small_home.home, contracts, council.MONTH, council.AS_AT, "run1")
    assert steps.land(run)["training"].new == 1
    assert steps.stage_feed(run, "training").n_rejected == 1
    assert passed(steps.judge_feed(run, "training"))
    assert steps.load_feed(run, "training").change == 38
    columns = (
        "select column_name from information_schema.columns where table_schema = 'raw' and table_name = 'training'"
    )
    assert [name for (name,) in small_home.ask(columns)] == [
        "person_id", "course_id", "attended_date", "hours", "mode", "_file_hash", "_row_number", "_delivered_at",
        "_batch_id", "_sender", "_superseded_by",
    ]  # fmt: skip
    assert small_home.ask("select mode, hours::varchar from raw.training where course_id = 'C1'") == [
        ("online", "3.5000")
    ]
    assert small_home.ask("select month from ledger.feed_months where feed = 'training'") == [(council.MONTH,)]


def test_new_contract_alone_gives_gate_rules(contracts: dict[str, Contract]) -> None:
    assert [rule.id for rule in feed_rules(contracts["training"])] == [
        "training_has_rows", "training_person_id_filled", "training_course_id_filled", "training_attended_date_filled",
        "training_hours_in_range", "training_mode_known", "training_key_unique",
    ]  # fmt: skip


def test_new_contract_alone_gives_templates(contracts: dict[str, Contract], tmp_path: Path) -> None:
    headers = ["Staff ID", "Name", "Course", "Date", "Hours", "How"]
    plain, workbook = write_templates(contracts["training"], tmp_path)
    with plain.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == headers
    with duckdb.connect() as connection:
        table = read_workbook(connection, workbook, contracts["training"], tmp_path)
    assert table.columns == [column.name for column in contracts["training"].columns]


def test_new_contract_alone_gives_a_source_of_the_models(contracts: dict[str, Contract], tmp_path: Path) -> None:
    parsed_models.write_sources(contracts.values(), tmp_path / "sources.yml")
    written = yaml.safe_load((tmp_path / "sources.yml").read_text("utf-8"))
    [raw] = [source for source in written["sources"] if source["name"] == "raw"]
    [training] = [table for table in raw["tables"] if table["name"] == "training"]
    named = [column["name"] for column in training["columns"]]
    assert named == ["person_id", "course_id", "attended_date", "hours", "mode"]
    assert {table["name"] for table in raw["tables"]} == set(contracts)


def test_new_contract_alone_gives_assets_and_a_blocking_gate(contracts: dict[str, Contract]) -> None:
    keys = {asset.key for asset in ingest.feed_assets(contracts.values())}
    assert {dg.AssetKey(["incoming", "training"]), dg.AssetKey(["raw", "training"])} <= keys
    specs = [spec for gate in validate.feed_gates(contracts.values()) for spec in gate.check_specs]
    assert [(spec.name, spec.blocking) for spec in specs if spec.asset_key.path[-1] == "training"] == [
        ("training_gate", True)
    ]


def test_new_contract_with_a_mistake_is_refused_with_its_line(contracts: dict[str, Contract], tmp_path: Path) -> None:
    (tmp_path / "training.yml").write_text(TRAINING.replace("append", "apend"), encoding="utf-8")
    with pytest.raises(Exception, match=r"training\.yml, line 10: delivery"):
        load_contracts(tmp_path)
    assert warehouse.columns_sql(contracts["training"]).startswith("person_id varchar, course_id varchar")
