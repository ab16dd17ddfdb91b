"""sqlfluff over the models, compiled by dbt as a run compiles them, in a throw-away home."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dagster_project import dbt_call
from tests.dbt_home import prepared_home


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = prepared_home(Path(folder) / "home")
        environment = os.environ | dbt_call.environment(home) | {"PYTHONWARNINGS": "ignore"}
        sqlfluff = Path(sys.executable).parent / "sqlfluff"
        settings = Path(folder) / "pyproject.toml"
        names = dbt_call.metric_names()
        settings.write_text(f"[tool.sqlfluff.templater.dbt.context]\nmetrics = {names}\n", encoding="utf-8")
        return subprocess.call(
            [str(sqlfluff), "lint", "--disable-progress-bar", "--config", str(settings), "dbt/models"],
            env=environment, cwd=dbt_call.DBT_DIR.parent,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
