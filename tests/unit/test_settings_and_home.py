"""Settings of a home, making and opening one, its key file, and the one writer at a time."""

import datetime
import json
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.files import private_folder, write_atomically
from dagster_project.home import Home, holder_text, is_held, make_home, open_home, remote_file_system, writing
from dagster_project.problems import KeyProblem, SettingsProblem, WarehouseBusy
from dagster_project.settings import Assessment, Disclosure, Joins, Settings, config_text, load_settings
from dagster_project.statistics.disclosure_settings import PRESETS


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", {})


def told(folder: Path, text: str) -> str:
    path = folder / "config.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem) as raised:
        load_settings(path)
    return str(raised.value).replace(str(path), "FILE")


def test_new_config_lists_every_setting_and_means_the_defaults(home: Home) -> None:
    text = home.config.read_text(encoding="utf-8")
    assert all(f"{name}:" in text for name in Settings.model_fields)
    assert home.settings == Settings(key_file=Path("../home.key"))


def test_defaults_of_a_new_config_hold_when_uncommented(home: Home) -> None:
    """A commented line is an example a person will uncomment; it must be valid and say what was true before."""
    lines = home.config.read_text(encoding="utf-8").splitlines()
    shown = [line[2:] for line in lines if line.startswith("# ") and line[2:].split(":")[0].strip() in KNOWN]
    assert Settings.model_validate(yaml.safe_load("\n".join(shown))) == Settings()


KNOWN = [*Settings.model_fields, *Disclosure.model_fields]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=9)


@settings(deadline=None, derandomize=True)
@given(organisation=WORDS.filter(bool), senders=st.dictionaries(WORDS, st.lists(WORDS), max_size=3))
def test_whatever_a_name_holds_is_written_so_that_it_reads_back(
    organisation: str, senders: dict[str, list[str]]
) -> None:
    values = {"organisation": organisation, "senders": senders, "sample": True, "disclosure": {"is_on": False}}
    assert Settings.model_validate(yaml.safe_load(config_text(values))) == Settings.model_validate(values)


def test_unknown_setting_is_refused_with_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, "sample: true\nsettle_second: 3\n") == (
        "FILE, line 2: settle_second: Extra inputs are not permitted"
    )
    assert told(tmp_path, "disclosure:\n  treshold: 4\n") == (
        "FILE, line 2: disclosure.treshold: Extra inputs are not permitted"
    )


@pytest.mark.parametrize("line", [
    "max_rejected_share: 1.1", "max_rejected_share: .nan", "settle_seconds: -1", "settle_seconds: .inf",
    "organisation: ''", "sign_off: nobody", "disclosure: {threshold: 1}", "disclosure: {threshold: 10}",
    "disclosure: {minimum_denominator: 0}", "senders: {workforce: north}", "thresholds: {regular_days: many}",
])  # fmt: skip
def test_setting_out_of_range_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"# one comment\n{line}\n").startswith(f"FILE, line 2: {line.split(':')[0]}")


@pytest.mark.parametrize("name", PRESETS)
def test_preset_of_small_numbers_holds_but_for_what_is_given_over_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text(f"disclosure: {{preset: {name}}}\n", encoding="utf-8")
    assert load_settings(path).disclosure.rules() == PRESETS[name]
    path.write_text(f"disclosure: {{preset: {name}, threshold: 8}}\n", encoding="utf-8")
    assert load_settings(path).disclosure.rules() == replace(PRESETS[name], threshold=8)


def test_misspelt_preset_is_refused_with_its_line_and_the_names_there_are(tmp_path: Path) -> None:
    assert told(tmp_path, "sample: true\ndisclosure:\n  threshold: 5\n  preset: nsh\n") == (
        "FILE, line 4: disclosure.preset: Input should be 'internal', 'nhs', 'research' or 'friends_and_family'"
    )
    assert told(tmp_path, "disclosure:\n  preset: [nhs]\n").startswith("FILE, line 2: disclosure.preset")


def test_new_config_says_what_each_preset_of_small_numbers_comes_to(home: Home) -> None:
    text = home.config.read_text(encoding="utf-8")
    usual = {key: value for key, value in asdict(PRESETS["internal"]).items() if value is not None}
    assert {f"# {name}: {value}".lower() for name, value in usual.items()} <= {
        line.split("  #")[0].replace("#  ", "#").lower() for line in text.splitlines()
    }
    for name, rules in PRESETS.items():
        differing = [f"{key} {value}".lower() for key, value in asdict(rules).items() if value != usual.get(key)]
        assert f"{name} ({', '.join(differing) or 'the values shown here'})" in text


def test_disclosure_may_be_off_for_made_up_data_only(tmp_path: Path) -> None:
    assert "only where sample: true" in told(tmp_path, "disclosure: {is_on: false}\n")
    assert "only where sample: true" in told(tmp_path, "sample: false\ndisclosure: {is_on: false}\n")
    assert not Settings.model_validate({"sample": True, "disclosure": {"is_on": False}}).disclosure.is_on


def test_sample_given_twice_cannot_slip_disclosure_off(tmp_path: Path) -> None:
    """YAML keeps the last of two, which is not the one a reader sees first."""
    text = "sample: false\ndisclosure: {is_on: false}\nsample: true\n"
    assert told(tmp_path, text) == "FILE, line 3: not valid YAML: `sample` is given twice"


def test_assessment_is_current_between_its_last_step_and_its_review() -> None:
    days = {"approved_on": 10, "review_due": 20, "staff_consulted_on": 5, "notice_given_on": 12}
    dates = {name: datetime.date(2026, 1, day) for name, day in days.items()}
    assessment = Assessment(reference="1", approved_by_role="role", **dates)
    assert [day for day in range(1, 31) if assessment.is_current(datetime.date(2026, 1, day))] == list(range(12, 21))


def test_each_join_of_use_with_hr_records_is_off_until_a_current_assessment_switches_it_on(home: Home) -> None:
    """P5: without a switch, without an assessment, or once it is due for review, nothing is joined."""
    dates = {"approved_on": "2026-01-01", "review_due": "2026-12-31", "staff_consulted_on": "2026-01-01"}
    text = yaml.safe_dump({"reference": "A", "approved_by_role": "r", **dates, "notice_given_on": "2026-01-01"})

    def allowed(written: str, day: datetime.date) -> list[str]:
        (home.root / "assessment.yml").write_text(written.replace("'", ""), encoding="utf-8")
        return [name for name, is_on in open_home(home.root).joins(day).items() if is_on]

    in_2026, in_2027 = datetime.date(2026, 6, 1), datetime.date(2027, 6, 1)
    assert home.joins(in_2026) == dict.fromkeys(Joins.model_fields, False)
    assert allowed(text, in_2026) == []
    assert allowed(text + "joins: {use_in_hr_pack: true}\n", in_2026) == ["use_in_hr_pack"]
    assert allowed(text + "joins: {use_in_hr_pack: true}\n", in_2027) == []
    with pytest.raises(SettingsProblem, match=r"joins\.use_in_hr_pak: Extra inputs"):
        allowed(text + "joins: {use_in_hr_pak: true}\n", in_2026)


def test_retention_of_a_class_nobody_knows_is_refused(tmp_path: Path) -> None:
    assert "names classes of usage, " in told(tmp_path, "retention_months: {usages: 3}\n")
    assert "months from 1" in told(tmp_path, "retention_months: {usage: 0}\n")


def test_mistake_in_assessment_stops_opening_the_home(home: Home) -> None:
    (home.root / "assessment.yml").write_text("reference: 1\napproved_on: 2026-02-30\n", encoding="utf-8")
    with pytest.raises(SettingsProblem, match=r"assessment\.yml, line 2: .*day is out of range"):
        open_home(home.root)


def test_folder_without_config_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="is not a home: it holds no config"):
        open_home(tmp_path)


def test_new_home_keeps_what_is_private_to_its_owner(home: Home) -> None:
    key_file = home.root.with_name("home.key")
    assert key_file.stat().st_mode & 0o777 == 0o600
    for private in (home.archive, home.rejected, home.drafts, home.warehouse.parent, home.vault.parent, home.state):
        assert private.stat().st_mode & 0o777 == 0o700
    assert home.keys.person_id("A1").startswith("p")


def test_making_a_home_overwrites_nothing(home: Home) -> None:
    key_file = home.root.with_name("home.key")
    before = home.config.read_bytes(), key_file.read_bytes()
    with pytest.raises(SettingsProblem, match="; nothing was changed"):
        make_home(home.root, {"organisation": "Another"})
    home.config.unlink()
    with pytest.raises(KeyProblem, match="keys are never overwritten"):
        make_home(home.root, {"organisation": "Another"})
    assert key_file.read_bytes() == before[1]
    assert not home.config.exists()


def test_key_file_of_the_environment_goes_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_METRICS_KEY_FILE", str(home.root / "none.key"))
    with pytest.raises(KeyProblem, match=r"none\.key is missing"):
        _ = home.keys


def test_home_without_a_key_file_says_how_to_name_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRACTICE_METRICS_KEY_FILE", raising=False)
    home.config.write_text("sample: true\n", encoding="utf-8")
    with pytest.raises(KeyProblem, match="no key file: set PRACTICE_METRICS_KEY_FILE"):
        _ = open_home(home.root).keys


def mounted(monkeypatch: pytest.MonkeyPatch, *mounts: tuple[str, str]) -> None:
    parts = [SimpleNamespace(mountpoint=point, fstype=kind) for point, kind in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: parts)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "SMBFS", "9p", "drvfs", "fuse.sshfs", "davfs"])
def test_home_on_a_network_file_system_is_refused(kind: str, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("/", "ext4"), (str(home.root.parent), kind))
    with pytest.raises(SettingsProblem, match=rf"on a network file system \({kind.casefold()}\)"):
        open_home(home.root)


def test_only_the_mount_that_holds_the_warehouse_counts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = str(home.warehouse.parent)
    mounted(monkeypatch, ("/", "nfs"), (str(home.inbox), "cifs"), (inside, "ext4"), (inside[:-1], "nfs"))
    assert open_home(home.root).root == home.root
    mounted(monkeypatch, ("/", "ext4"), (inside, "xfs"), (inside, "9p"))
    assert remote_file_system(home.warehouse.parent) == "9p", "of two on one mount point the later hides the earlier"
    mounted(monkeypatch, ("/", "ext4"), (inside, "9p"), (inside, "xfs"))
    assert remote_file_system(home.warehouse.parent) is None


def test_network_file_system_behind_a_link_is_seen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    link = home.root.with_name("link")
    link.symlink_to(home.root)
    mounted(monkeypatch, ("/", "ext4"), (str(home.root), "nfs4"))
    with pytest.raises(SettingsProblem, match="network file system"):
        open_home(link)


ENTER = """
import sys; from pathlib import Path; from dagster_project.home import open_home, writing
with writing(open_home(Path(sys.argv[1])), "practice-metrics run"):
    print("in", flush=True); sys.stdin.read()
"""


def test_second_process_is_told_who_holds_the_warehouse_until_the_holder_dies(home: Home) -> None:
    command = [sys.executable, "-c", ENTER, str(home.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        words = rf"held by `practice-metrics run` \(process {holder.pid}, since 20"
        with pytest.raises(WarehouseBusy, match=words), writing(home, "second"):
            pass
        assert is_held(home)
        assert str(holder.pid) in holder_text(home), "asking does not take the holder's name away"
        holder.kill()
    assert not is_held(home)
    with writing(home, "third"):
        pass


def test_same_process_may_enter_again_and_leaves_once(home: Home) -> None:
    link = home.root.with_name("link")
    link.symlink_to(home.root)
    with writing(home, "outer"):
        with writing(open_home(link), "inner"):
            pass
        assert json.loads(home.lock.with_suffix(".json").read_text("utf-8"))["command"] == "outer"
        refused = []

        def enter() -> None:
            try:
                with writing(home, "other thread"):
                    pass
            except WarehouseBusy as busy:
                refused.append(busy)

        other = threading.Thread(target=enter)
        other.start()
        other.join()
        assert refused, "another thread of the process is another writer"
    assert not home.lock.with_suffix(".json").exists()
    assert not is_held(home)


def test_lock_is_freed_when_the_block_fails(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), writing(home, "run"):
        _ = 1 / 0
    assert not is_held(home)


def test_unreadable_holder_is_another_run(home: Home) -> None:
    home.lock.with_suffix(".json").write_text('{"comm', "utf-8")
    assert holder_text(home) == "another run"


def test_file_is_written_whole_and_private_folder_goes(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.json"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert [(path.name, path.read_bytes()) for path in target.parent.iterdir()] == [("file.json", b"two")]
    (tmp_path / "clear-left").mkdir()
    (tmp_path / "clear-left" / "names.csv").write_text("Jo")
    with private_folder(tmp_path) as folder:
        assert not (tmp_path / "clear-left").exists(), "a killed run's copies in clear go first"
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "names.csv").write_text("Jo")
    assert not list(tmp_path.glob("clear-*"))
