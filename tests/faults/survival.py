"""What must be as before after a run was killed, whatever it was doing.

Belongs here: comparing what readers find in a home. Does not belong here: killing (command, soak).
"""

import json
import re

import psutil

from dagster_project import warehouse
from dagster_project.files import sha256
from dagster_project.home import Home
from tests.faults.command import has_open

Values = list[tuple[object, ...]]


def published_values(home: Home) -> Values:
    """Every metric value of the read copy, which pages and commands read."""
    with warehouse.read_only(home.read_copy) as connection:
        return connection.execute("from metrics.fct_metric_values order by all").fetchall()


def unreadable(home: Home, editions: list[str]) -> list[str]:
    """What is wrong with the published folder: an edition of `editions` that changed, half a page, a lost pointer."""
    wrong = []
    for name in editions:
        manifest = json.loads((home.published / name / "manifest.json").read_text("utf-8"))
        wrong += [
            f"{name}/{page} is not as published"
            for page, file_hash in manifest["outputs"].items()
            if sha256(home.published / name / page) != file_hash
        ]
    found = {path.parent.relative_to(home.published).as_posix() for path in home.published.glob("*/[0-9]*/index.html")}
    whole = {path.parent.relative_to(home.published).as_posix() for path in home.published.glob("*/*/manifest.json")}
    wrong += [f"{name} is half an edition" for name in sorted(found - whole)]
    newest = home.published / "latest" / "index.html"
    target = re.search(r"url=([^\"]+)", newest.read_text("utf-8"))
    if target is None or not (newest.parent / target[1]).is_file():
        wrong.append("latest/index.html leads nowhere")
    return wrong


def holders(home: Home) -> list[int]:
    """Processes that have the warehouse file open."""
    return [process.pid for process in psutil.process_iter() if has_open(process, home.warehouse)]
