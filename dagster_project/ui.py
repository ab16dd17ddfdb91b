"""Dagster's web interface over one home, on this machine only: it has no log-in.

Belongs here: starting it with the home's storage. Does not belong here: the graph (definitions).
"""

import os
import sys
from pathlib import Path

from dagster_project.home import open_home
from dagster_project.problems import Problem
from dagster_project.runner import dagster_home


def main() -> None:
    try:
        home = open_home(Path(os.environ.get("PRACTICE_METRICS_HOME", "demo")))
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
    os.environ["PRACTICE_METRICS_HOME"] = str(home.root)
    os.environ["DAGSTER_HOME"] = str(dagster_home(home))
    dagster = Path(sys.executable).parent / "dagster"
    os.execv(  # noqa: S606  our own interpreter's dagster; no shell is wanted
        dagster, [str(dagster), "dev", "--host", "127.0.0.1", "-m", "dagster_project.definitions"]
    )


if __name__ == "__main__":
    main()
