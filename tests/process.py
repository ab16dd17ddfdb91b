"""`practice-metrics` in a process of its own. The slow imports are made once, in a server that each process forks from.

Belongs here: starting it as a person would. Does not belong here: what is done with it (conftest, faults/command).
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

fresh = multiprocessing.get_context("forkserver")
fresh.set_forkserver_preload(
    ["great_expectations", "dagster_project.cli", "dagster_project.definitions", "dagster_project.runner",
     "dagster_project.publishing", "dagster_project.statistics.agreement", "dagster_project.statistics.association",
     "dagster_project.statistics.edition_audit", "dashboards.build", "dashboards.read", "psutil", "filelock"]
)  # fmt: skip


def nothing() -> None:
    pass


def started(
    arguments: list[str],
    out: Path,
    error: Path,
    environment: Mapping[str, str] | None = None,
    before: Callable[[], None] = nothing,
) -> ForkServerProcess:
    """The process; its output goes to the end of two files, which may be one. No setting of ours is inherited."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PRACTICE_METRICS_")}
    own = {"PRACTICE_METRICS_BROWSER": "none"} | dict(environment or {})  # packs are printed by tests of them alone
    process = fresh.Process(target=_run, args=(arguments, out, error, clean | own, before))
    process.start()
    return process


def _run(arguments: list[str], out: Path, error: Path, environment: dict[str, str], before: Callable[[], None]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in ((1, out), (2, error)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), stream)
    before()
    sys.argv = ["practice-metrics", *arguments]
    from dagster_project.cli import main

    main()
