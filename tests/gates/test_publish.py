"""Publishing reads the verdicts itself: a draft is not enough. And one run writes at a time."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.home import Home, make_home
from tests.conftest import Cli
from tests.gates.conftest import CopyCouncil

SIGNED = ("--month", "2026-10", "--signed-off-by", "Director of a fictional council")
FAILED = ("rule", "critical", "month", False)


def newest_run(home: Home) -> str:
    return str(json.loads((home.drafts / "2026-10" / "draft.json").read_text("utf-8"))["run_id"])


def add_verdict(
    home: Home, run_id: str, rule: str, severity: str, holds: str, is_passed: bool, month: str = "2026-10-01"
) -> None:
    with duckdb.connect(str(home.read_copy)) as connection:
        connection.execute(
            "insert into ledger.verdicts values (?, ?, 'metric_values', ?, ?, ?, ?, 1, ?)",
            [run_id, month, rule, severity, holds, is_passed, f"Planted: {rule}."],
        )


def test_draft_whose_gates_passed_is_published_once(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    again = cli("publish", "--home", home.root, *SIGNED)
    assert "Nothing has changed; the edition stays" in again.stdout
    assert sorted(path.name for path in (home.published / "2026-10").iterdir()) == ["01"]


def test_publish_refuses_where_a_verdict_that_holds_the_month_failed(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    before = {path: path.read_bytes() for path in home.published.rglob("*") if path.is_file()}
    add_verdict(home, newest_run(home), *FAILED)
    done = cli("publish", "--home", home.root, *SIGNED, check=False)
    assert done.returncode == 3
    assert "The month is held:\n- Planted: rule." in done.stderr
    assert {path: path.read_bytes() for path in home.published.rglob("*") if path.is_file()} == before


def test_publish_refuses_where_a_newer_run_of_the_month_failed(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    add_verdict(home, "a newer run", *FAILED)
    done = cli("publish", "--home", home.root, *SIGNED, check=False)
    assert (done.returncode, "Planted: rule." in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("severity", "holds", "month"),
    [("warning", "month", "2026-10-01"), ("critical", "feed", "2026-10-01"), ("critical", "month", "2026-09-01")],
)
def test_publish_goes_on_where_the_failed_verdict_holds_no_month_or_another(
    copy_council: CopyCouncil, cli: Cli, severity: str, holds: str, month: str
) -> None:
    home = copy_council()
    run_id = newest_run(home) if month == "2026-10-01" else "run of September"
    add_verdict(home, run_id, "rule", severity, holds, False, month)
    assert cli("publish", "--home", home.root, *SIGNED).returncode == 0


@pytest.mark.parametrize("gate", ["workforce", "metric_values", "disclosure"])
def test_publish_refuses_a_draft_that_a_gate_has_not_judged(copy_council: CopyCouncil, cli: Cli, gate: str) -> None:
    home = copy_council()
    with duckdb.connect(str(home.read_copy)) as connection:
        connection.execute("delete from ledger.verdicts where gate = ?", [gate])
    done = cli("publish", "--home", home.root, *SIGNED, check=False)
    assert (done.returncode, "have not all judged this draft. Run it again." in done.stderr) == (3, True)


def test_draft_made_without_disclosure_control_is_no_edition_of_a_real_home(
    copy_council: CopyCouncil, cli: Cli
) -> None:
    home = copy_council()
    text = home.config.read_text("utf-8")
    assert "sample: true" in text
    home.config.write_text(text.replace("sample: true", "sample: false"), encoding="utf-8")
    both = cli("publish", "--home", home.root, *SIGNED, check=False)
    assert both.returncode == 2
    assert "disclosure.is_on: false is allowed only where sample: true" in both.stderr
    kept = [line for line in text.splitlines() if not line.startswith(("sample:", "disclosure:"))]
    home.config.write_text("\n".join(kept) + "\n", encoding="utf-8")
    done = cli("publish", "--home", home.root, *SIGNED, check=False)
    assert done.returncode == 3
    assert "made with disclosure control off, and this home is not marked as a sample" in done.stderr
    assert not list((home.published / "2026-10").glob("02"))


@pytest.mark.parametrize("role", ["", "  "])
def test_publish_asks_for_a_role(copy_council: CopyCouncil, cli: Cli, role: str) -> None:
    home = copy_council()
    done = cli("publish", "--home", home.root, "--month", "2026-10", "--signed-off-by", role, check=False)
    assert (done.returncode, "name the role that signs" in done.stderr) == (2, True)


HOLD = """
import sys
from pathlib import Path
from dagster_project.home import Home, writing
with writing(Home(Path(sys.argv[1])), "practice-metrics rebuild"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_writer_stops_at_once_and_names_the_first(tmp_path: Path, cli: Cli) -> None:
    home = make_home(tmp_path / "home", {"sample": True, "settle_seconds": 0})
    (home.inbox / "supervision").mkdir()
    (home.inbox / "supervision" / "new.csv").write_text("not read")
    (home.drafts / "2026-10").mkdir()
    commands = [
        ("run", "--month", "2026-10", "--as-at", "2026-11-22"), ("publish", *SIGNED),
        ("rebuild", "--month", "2026-10", "--as-at", "2026-11-22"), ("withdraw", "0123456789", "--reason", "wrong"),
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        for command, *arguments in commands:
            done = cli(command, "--home", home.root, *arguments, check=False)
            assert done.returncode == 4, done.stderr
            assert f"held by `practice-metrics rebuild` (process {holder.pid}, since 20" in done.stderr
        holder.send_signal(signal.SIGKILL)
    assert (home.inbox / "supervision" / "new.csv").exists()
    freed = cli("withdraw", "--home", home.root, "0123456789", "--reason", "wrong", check=False)
    assert (freed.returncode, "0 delivered files" in freed.stderr) == (2, True)


def test_status_says_who_holds_the_warehouse(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    assert json.loads(cli("status", "--home", home.root, "--format", "json").stdout)["lock"] is None
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        lock = json.loads(cli("status", "--home", home.root, "--format", "json").stdout)["lock"]
        assert lock.startswith(f"`practice-metrics rebuild` (process {holder.pid}, since 20")
        holder.kill()
