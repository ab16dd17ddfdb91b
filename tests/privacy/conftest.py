"""A home of made-up exports after its month, with all that its commands said.

Belongs here: making it, as a person would, on the command line. Does not belong here: any claim.
"""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dagster_project.demo import ASSESSMENT
from dagster_project.home import Home
from tests.conftest import Cli, made_once

SAMPLES = ("--seed", "3", "--staff", "40", "--months", "4", "--usage-events", "800", "--end-month", "2026-10")


@dataclass
class SamplesHome:
    """`exports` is a folder of the exports delivered, <feed>/<file>; `said` is all output of all commands."""

    home: Home
    exports: Path
    said: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> SamplesHome:
    """Shared: change nothing but logs/unmasked.log."""

    def make(folder: Path) -> None:
        made = run_samples(folder, cli)
        (folder / "said.json").write_text(json.dumps(made), encoding="utf-8")

    folder = made_once(tmp_path_factory, "samples", make)
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return SamplesHome(Home(folder / "home"), folder / "exports", said)


def run_samples(folder: Path, cli: Cli) -> dict[str, str]:
    """Exports in `folder`/exports, a home after its month in `folder`/home; what each command said, by its name."""
    home, exports = Home(folder / "home"), folder / "exports"
    said: dict[str, str] = {}

    def say(done: subprocess.CompletedProcess[str], name: str) -> None:
        said[name] = done.stdout + done.stderr

    where = ("--home", home.root)
    say(cli("init", home.root), "init")
    text = home.config.read_text("utf-8")
    text = text.replace("# sample: false", "sample: true").replace("# settle_seconds: 5", "settle_seconds: 0")
    home.config.write_text(text, encoding="utf-8")
    assessment = ASSESSMENT.format(approved="2024-01-15", notice="2024-02-01", review="2031-01-15")
    (home.root / "assessment.yml").write_text(assessment, encoding="utf-8")
    for target in (exports, home.inbox):
        cli("samples", "--out", target, *SAMPLES)
    for path in sorted(exports.rglob("*2026-10.*")):
        checked = cli("check", path, "--feed", path.parent.name, *where, "--format", "json", check=False)
        say(checked, f"check {path.name}")
    say(cli("run", *where, "--month", "2026-10", "--as-at", "2026-11-22"), "run")
    say(cli("publish", *where, "--month", "2026-10", "--signed-off-by", "Director of a fictional council"), "publish")
    say(cli("status", *where, "--format", "json"), "status")
    say(cli("metrics", *where, "--format", "json"), "metrics")
    say(cli("metrics", *where, "--unmasked", "--format", "csv"), "metrics --unmasked")
    return said
