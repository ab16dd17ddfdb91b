"""What the documents name is there, and what is there is described."""

import re
from pathlib import Path

import pytest
import yaml

from dagster_project import warehouse
from dagster_project.cli import app
from dagster_project.home import Home
from dagster_project.settings import Settings, config_text

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "dbt/README.md",
             ROOT / "expectations/README.md", ROOT / "dashboards/README.md"]  # fmt: skip
OF_A_HOME = (
    "inbox", "archive", "rejected", "drafts", "published", "warehouse", "vault", "state", "logs", "hr", "own_pages",
    "progression_policy", "instruments", "mappings",
)  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_a_document_names_are_in_the_project(document: Path) -> None:
    named = set(re.findall(r"`([a-z_]+/[A-Za-z0-9_./]*)`", document.read_text("utf-8")))
    missing = [
        path for path in named
        if path.split("/")[0] not in OF_A_HOME and not (ROOT / path).exists() and not (document.parent / path).exists()
    ]  # fmt: skip
    assert missing == []


def test_readme_names_every_folder_of_code() -> None:
    folders = {path.name for path in (ROOT / "dagster_project").iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert {name for name in folders if f"dagster_project/{name}/" not in README} <= {"defs"}


def test_commands_the_documents_name_exist() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"practice-metrics ([a-z][a-z-]*)", README + (ROOT / "docs/runbook.md").read_text("utf-8")))
    assert named <= known
    assert {name for name in known if name not in README} == set()


def test_make_targets_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", README)) <= targets


def test_new_config_explains_every_setting_and_can_be_read_back() -> None:
    text = config_text({})
    for name, field in Settings.model_fields.items():
        assert f"{name}:" in text
        assert field.description
        assert field.description in text
    assert Settings.model_validate(yaml.safe_load(text) or {}) == Settings()
    uncommented = re.sub(r"^# ([a-z_]+:)", r"\1", text, flags=re.MULTILINE).replace("#   ", "  ")
    assert Settings.model_validate(yaml.safe_load(uncommented)) == Settings()


def described_columns() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "dbt" / "models").rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text("utf-8")) or {}).get("models", []):
            found[model["name"]] = {column["name"] for column in model.get("columns", []) if column.get("description")}
    return found


def test_described_columns_are_the_columns_of_the_tables(council_home: Home) -> None:
    """Intermediate models, marts and the union of metrics describe exactly the columns they have."""
    with warehouse.opened(council_home.warehouse) as connection:
        rows = connection.execute(
            "select table_name, list(column_name) from information_schema.columns "
            "where table_schema in ('intermediate', 'marts') or table_name = 'fct_metric_values' group by table_name"
        ).fetchall()
    described = described_columns()
    assert len(rows) >= 7
    assert {name: set(columns) for name, columns in rows} == {name: described[name] for name, _ in rows}


def test_every_model_opens_with_its_grain() -> None:
    models = sorted((ROOT / "dbt" / "models").rglob("*.sql"))
    assert [path.name for path in models if not path.read_text("utf-8").startswith("-- Grain: ")] == []


REQUIREMENTS = [*(f"P{number}" for number in range(1, 21)), *(f"F{number}" for number in range(1, 15))]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_each_requirement_on_people_names_tests_that_cite_it(requirement: str) -> None:
    rows = re.findall(r"^\| ([PF0-9, ]+) \| (.+) \|$", (ROOT / "docs" / "people.md").read_text("utf-8"), re.M)
    [where] = [where for ids, where in rows if requirement in ids.split(", ")]
    tests = re.findall(r"`(tests/[a-z_/]+\.py)`", where)
    assert tests
    cited = re.compile(rf"\b{requirement}\b")
    assert [path for path in tests if not cited.search((ROOT / path).read_text("utf-8"))] == []
