"""dbt as a run starts it (`practice-metrics-dbt`): it ends with its run.

Belongs here: what makes dbt fit to be a child. Does not belong here: what dbt is told (dbt_call).

A run that is killed takes nothing with it: its dbt would go on, hold the warehouse file and change it.
"""

import importlib.metadata
import os
import signal
import sys
import threading
import time
from pathlib import Path

from dagster_project import look_for_garbage_rarely

WAREHOUSE = "PRACTICE_METRICS_WAREHOUSE"  # its path
PARENT = "PRACTICE_METRICS_DBT_PARENT"  # who asks for dbt: it may be gone before its child first looks
LOOK_EVERY = 0.2  # seconds


def main() -> None:
    """dbt's command line, until it is done or its parent is gone."""
    if sys.argv[1:] == ["--version"]:  # dbt's own answer takes seconds, and asks a server for newer versions
        print(importlib.metadata.version("dbt-core"))
        return
    look_for_garbage_rarely()
    parent = int(os.environ.get(PARENT, os.getppid()))
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    stand_beside_warehouse()
    from dbt.cli.main import cli

    cli()


def end_with(parent: int) -> None:
    """Kill this process once `parent` no longer is its parent. What dbt has not committed is then as if never done."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGKILL)


def stand_beside_warehouse() -> None:
    """Work in the warehouse's folder and know it by its name, which is the same in every home.

    dbt takes models it has read for those of another home only where its profile's path is the same too.
    """
    warehouse = Path(os.environ[WAREHOUSE])
    os.chdir(warehouse.parent)
    os.environ[WAREHOUSE] = warehouse.name
