"""The command line before it does any work: what it imports, what it says of itself, and a new home."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.settings import Settings, load_settings
from tests.conftest import Cli

HEAVY = {"dagster", "dagster_dbt", "dbt", "duckdb", "great_expectations", "plotly", "pandas", "jinja2", "pyrage"}
COMMANDS = {
    "init", "run", "publish", "demo", "check", "feeds", "template", "status", "metrics", "withdraw", "rebuild",
    "samples", "serve",
}  # fmt: skip


def files(root: Path) -> dict[str, tuple[int, bytes | None]]:
    """Mode and content of everything below `root`."""
    return {
        path.relative_to(root).as_posix(): (
            stat.S_IMODE(path.stat().st_mode),
            path.read_bytes() if path.is_file() else None,
        )
        for path in root.rglob("*")
    }


def test_command_line_imports_nothing_heavy() -> None:
    ask = "import sys, dagster_project.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


def test_help_names_every_command(cli: Cli) -> None:
    said = cli("--help").stdout
    assert {line.split()[0] for line in said.splitlines() if line.startswith("  ")} >= COMMANDS
    for command in COMMANDS:
        assert "Usage:" in cli(command, "--help").stdout


def test_new_home_explains_itself_and_opens(cli: Cli, tmp_path: Path) -> None:
    said = cli("init", tmp_path / "new" / "home").stdout
    assert "new/home.key (keep a copy in a safe" in said
    assert "practice-metrics run --home" in said
    config = tmp_path / "new" / "home" / "config.yml"
    assert all(f"\n{name}: " in config.read_text("utf-8") or f"# {name}:" in config.read_text("utf-8")
               for name in Settings.model_fields)  # fmt: skip
    made = load_settings(config)
    assert (made.sample, made.disclosure.is_on, made.sign_off) == (False, True, "by_person")
    assert "Nothing has been run" in cli("status", "--home", tmp_path / "new" / "home", check=False).stderr


def test_second_init_of_a_home_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    cli("init", tmp_path / "home")
    (tmp_path / "home" / "config.yml").write_text("organisation: Ours\n", encoding="utf-8")
    (tmp_path / "home" / "published").chmod(0o750)
    before = files(tmp_path)
    done = cli("init", tmp_path / "home", check=False)
    assert done.returncode == 2
    assert "already holds a config.yml; nothing was changed" in done.stderr
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["home", "home with spaces & 'quotes'"])
def test_init_never_overwrites_a_key(cli: Cli, tmp_path: Path, name: str) -> None:
    key = tmp_path / f"{name}.key"
    key.write_text("someone's key")
    done = cli("init", tmp_path / name, check=False)
    assert (done.returncode, "keys are never overwritten" in done.stderr) == (2, True)
    assert key.read_text() == "someone's key"
    assert not (tmp_path / name / "config.yml").exists()
