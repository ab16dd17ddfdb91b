"""The generic dbt test trips on a planted fault and on nothing else: run as dbt compiles it, on tables made to fail."""

import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from dagster_project import dbt_call
from dagster_project.dbt_child import WAREHOUSE

CASES = {
    "clean": ("values ('a', 1), ('a', 2), ('b', 1)", True),
    "a_row_twice": ("values ('a', 1), ('a', 1), ('b', 1)", False),
    "a_key_missing": ("values ('a', 1), (null, 2)", False),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """A throw-away dbt project with one model a case and our own generic test over each."""
    root = tmp_path_factory.mktemp("generic")
    (root / "models").mkdir()
    (root / "tests" / "generic").mkdir(parents=True)
    for source in (dbt_call.DBT_DIR / "tests" / "generic").glob("*.sql"):
        (root / "tests" / "generic" / source.name).write_text(source.read_text("utf-8"), "utf-8")
    models = []
    for name, (rows, _) in CASES.items():
        (root / "models" / f"{name}.sql").write_text(f"select * from ({rows}) as t(unit_id, month)", "utf-8")
        models.append(
            f"  - name: {name}\n    data_tests:\n"
            "      - unique_grain:\n          arguments: {columns: [unit_id, month]}\n"
        )
    (root / "models" / "models.yml").write_text("models:\n" + "".join(models), "utf-8")
    (root / "dbt_project.yml").write_text('name: planted\nversion: "1.0"\nprofile: planted\n', "utf-8")
    (root / "profiles.yml").write_text(
        f"planted: {{target: t, outputs: {{t: {{type: duckdb, path: '{root / 'planted.duckdb'}'}}}}}}\n", "utf-8"
    )
    duckdb.connect(str(root / "planted.duckdb")).close()
    output = subprocess.run(
        [str(dbt_call.EXECUTABLE), "--no-use-colors", "build", "--project-dir", str(root), "--profiles-dir", str(root)],
        env=os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", WAREHOUSE: str(root / "planted.duckdb")},
        capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    lines = [line for line in output.splitlines() if "unique_grain_" in line and ("PASS" in line or "FAIL" in line)]
    return {name: "PASS" in line for name in CASES for line in lines if f"unique_grain_{name}_" in line}


@pytest.mark.parametrize("name", CASES)
def test_unique_grain_trips_on_what_it_should(name: str, verdicts: dict[str, bool]) -> None:
    assert verdicts[name] is CASES[name][1]


def test_every_generic_test_of_ours_has_its_cases() -> None:
    ours = {path.stem for path in Path(dbt_call.DBT_DIR / "tests" / "generic").glob("*.sql")}
    assert ours == {"unique_grain"}
