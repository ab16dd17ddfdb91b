"""Fixtures every suite shares: the command line as a person runs it, and the fictional council after its month.

Belongs here: fixtures used by more than one folder. Does not belong here: any claim.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from dagster_project.home import Home, make_home
from tests.council import council
from tests.process import started

os.environ.setdefault("PRACTICE_METRICS_BROWSER", "none")  # packs are printed by tests of them alone

Cli = Callable[..., subprocess.CompletedProcess[str]]
LONGEST_FIRST = ("faults", "cli", "warehouse", "gates", "graph", "privacy")  # so that no core waits for another's last


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders of whole runs before the others."""
    places = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Run `practice-metrics ...` in a process of its own; standard output and error are captured apart."""

    def run(*arguments: str | Path, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            out, error = Path(folder) / "out", Path(folder) / "error"
            process = started([str(argument) for argument in arguments], out, error, environment)
            process.join(600)
            assert process.exitcode is not None, f"{arguments}: not done after 600 seconds"
            done = subprocess.CompletedProcess(
                arguments, process.exitcode, out.read_text("utf-8"), error.read_text("utf-8")
            )
        if check:
            assert done.returncode == 0, done.stderr + done.stdout
        return done

    return run


def make_council(root: Path) -> Home:
    """A home of the fictional council with every export in the inbox, nothing run yet."""
    home = make_home(root, council.CONFIG)
    council.write_assessment(home.root)
    council.write_council_inbox(home.inbox)
    return home


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder filled by `make` once for all workers of `make test`, and a copy of it for this one."""
    own = tmp_path_factory.getbasetemp() / name
    if "PYTEST_XDIST_WORKER" not in os.environ:
        make(own)
        return own
    shared = tmp_path_factory.getbasetemp().parent / name
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            part = shared.with_name(f"{name}.part")
            make(part)
            part.rename(shared)
    shutil.copytree(shared, own, symlinks=True)
    return own


@pytest.fixture(scope="session")
def council_home(tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> Home:
    """The fictional council after `run` and `publish` of October 2026. Shared: do not change it."""

    def make(folder: Path) -> None:
        home = make_council(folder / "home")
        cli("run", "--home", home.root, "--month", "2026-10", "--as-at", "2026-11-22")
        cli("publish", "--home", home.root, "--month", "2026-10", "--signed-off-by", "Director of a fictional council")

    return Home(made_once(tmp_path_factory, "council", make) / "home")
