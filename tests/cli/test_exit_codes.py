"""What the command line answers to mistakes: exit code 2, one line that says what, where and what to do."""

from pathlib import Path

import pytest

from dagster_project import cli as command_line
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, make_home
from tests.conftest import Cli

WHEN = ("--month", "2026-10", "--as-at", "2026-11-22")
RUN = ("run", *WHEN)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", {"sample": True, "settle_seconds": 0})


def refusal(cli: Cli, *arguments: str | Path, **environment: str) -> str:
    """What a command that must not go on says; nothing on standard output, and no traceback."""
    done = cli(*arguments, check=False, **environment)
    assert done.returncode == 2, done.stderr + done.stdout
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("command", ["status", "metrics", "run", "rebuild"])
def test_command_without_a_home_says_how_to_name_one(cli: Cli, command: str) -> None:
    assert "No home: give --home DIR" in refusal(cli, command)


@pytest.mark.parametrize("command", [("status",), ("metrics",), RUN, ("publish", "--signed-off-by", "Director")])
def test_folder_that_is_no_home_is_refused(cli: Cli, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert "is not a home: it holds no config.yml" in refusal(cli, *command, "--home", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_home_may_come_from_the_environment(cli: Cli, home: Home) -> None:
    assert "Nothing has been run" in refusal(cli, "status", PRACTICE_METRICS_HOME=str(home.root))


@pytest.mark.parametrize("command", ["status", "metrics"])
def test_reading_before_the_first_run_says_to_run(cli: Cli, home: Home, command: str) -> None:
    assert "Nothing has been run" in refusal(cli, command, "--home", home.root)


def test_publishing_before_the_first_run_says_to_run(cli: Cli, home: Home) -> None:
    publish = ("publish", "--home", home.root, "--signed-off-by", "Director")
    assert "There is no draft; `practice-metrics run` makes one." in refusal(cli, *publish)
    assert "There is no draft of 2026-10: practice-metrics run --month 2026-10" in refusal(
        cli, *publish, "--month", "2026-10"
    )


@pytest.mark.parametrize("command", [("check", __file__, "--feed"), ("feeds",), ("template",)])
def test_unknown_feed_is_named_with_those_there_are(cli: Cli, command: tuple[str, ...]) -> None:
    said = refusal(cli, *command, "workfarce")
    assert f"There is no feed workfarce. The feeds are: {', '.join(load_contracts())}." in said


@pytest.mark.parametrize("month", ["2026-13", "2026", "October", "2026-10-01", "26-10", "2026-1"])
def test_month_that_is_none_is_refused(cli: Cli, home: Home, month: str) -> None:
    said = refusal(cli, "run", "--home", home.root, "--month", month, "--as-at", "2026-11-22")
    assert f"--month {month}: write a month as 2026-03" in said


@pytest.mark.parametrize("command", ["run", "rebuild"])
def test_month_that_has_not_begun_is_refused(cli: Cli, home: Home, command: str) -> None:
    said = refusal(cli, command, "--home", home.root, "--month", "2062-10", "--as-at", "2026-11-22")
    assert "--month 2062-10 has not begun as at 2026-11-22" in said
    assert not list(home.published.iterdir())


def test_date_that_is_none_is_refused(cli: Cli, home: Home) -> None:
    said = refusal(cli, "run", "--home", home.root, "--month", "2026-10", "--as-at", "31/11/2026")
    assert "--as-at 31/11/2026: write a date as 2026-03-31" in said


def test_missing_key_file_is_named_and_nothing_is_read(cli: Cli, home: Home) -> None:
    key = home.root.with_name("home.key")
    key.unlink()
    (home.inbox / "supervision").mkdir()
    (home.inbox / "supervision" / "new.csv").write_text("not read")
    said = refusal(cli, *RUN, "--home", home.root)
    assert "home.key is missing; nothing was read or written" in said
    assert (home.inbox / "supervision" / "new.csv").exists()
    assert not home.warehouse.exists()


def test_key_file_of_another_kind_or_open_to_others_is_refused(cli: Cli, home: Home, tmp_path: Path) -> None:
    key = home.root.with_name("home.key")
    key.chmod(0o640)
    said = refusal(cli, *RUN, "--home", home.root)
    assert "home.key can be read by others; `chmod 600 " in said
    other = tmp_path / "other.key"
    other.write_text("pseudonym: short\nseal: none\n")
    other.chmod(0o600)
    said = refusal(cli, *RUN, "--home", home.root, PRACTICE_METRICS_KEY_FILE=str(other))
    assert "other.key is not a key file made by `practice-metrics init`" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("retention: 7", "retention: Extra inputs are not permitted"),
        ("settle_seconds: soon", "settle_seconds: Input should be a valid number"),
        ("settle_seconds: 601", "settle_seconds: Input should be less than or equal to 600"),
        ("sign_off: nobody", "sign_off: Input should be 'by_person' or 'automatic'"),
        ("organisation: [", "not valid YAML"),
    ],
)
def test_mistake_in_config_is_named_with_its_line(cli: Cli, home: Home, line: str, said: str) -> None:
    home.config.write_text(f"# Settings\nsample: true\n{line}\n", encoding="utf-8")
    for command in (RUN, ("status",)):
        found = refusal(cli, *command, "--home", home.root)
        assert "config.yml, line " in found
        assert said in found
    if "[" not in line:
        assert "config.yml, line 3: " in found


def test_mistakes_in_other_settings_are_named(cli: Cli, home: Home) -> None:
    text = home.config.read_text("utf-8")
    home.config.write_text(text + "thresholds: {usual_days: 3}\n", encoding="utf-8")
    assert "config.yml: thresholds: usual_days is not one of" in refusal(cli, *RUN, "--home", home.root)
    home.config.write_text(text, encoding="utf-8")
    (home.root / "assessment.yml").write_text("reference: D1\napproved_by_role: Officer\n", encoding="utf-8")
    assert "assessment.yml, line 1: approved_on: Field required" in refusal(cli, *RUN, "--home", home.root)


def test_unknown_metric_and_format_are_refused(cli: Cli, council_home: Home) -> None:
    said = refusal(cli, "metrics", "--home", council_home.root, "--metric", "reading")
    assert "There is no metric reading. The metrics are: " in said
    assert "using_evidence_this_month" in said
    said = refusal(cli, "metrics", "--home", council_home.root, "--format", "xml")
    assert "--format xml: write one of table, json, csv" in said
    assert "--month 2026-99" in refusal(cli, "metrics", "--home", council_home.root, "--month", "2026-99")


def test_file_that_is_not_there_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert "there is no such file" in refusal(cli, "check", tmp_path / "none.csv", "--feed", "workforce")


@pytest.mark.parametrize("file_hash", ["", "0123", "0123456789abcdef"])
def test_withdrawing_what_was_never_delivered_changes_nothing(cli: Cli, home: Home, file_hash: str) -> None:
    said = refusal(cli, "withdraw", "--home", home.root, file_hash, "--reason", "wrong")
    assert "Give at least 8 digits" in said or "0 delivered files have a hash that starts with" in said
    assert not home.warehouse.exists()


def test_bug_of_ours_is_said_without_any_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("Ada Ashdown, Z900001")

    monkeypatch.setattr("dagster_project.exports.contract.load_contracts", fail)
    monkeypatch.setattr("sys.argv", ["practice-metrics", "feeds"])
    with pytest.raises(SystemExit) as stopped:
        command_line.main()
    said = capsys.readouterr()
    assert stopped.value.code == 1
    assert "A bug in practice-metrics: ValueError at" in said.err
    assert "Ashdown" not in said.err + said.out
    assert "Z900001" not in said.err + said.out
