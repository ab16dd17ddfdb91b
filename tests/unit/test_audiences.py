"""Each audience gets a tree of its own, made of what its records name it for and of nothing else (P18)."""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dashboards.build import build_site
from dashboards.figures import Comment, Figures
from tests.unit.test_dashboards import MONTH, RECORD, VALUES, make_figures


def single(name: str, *audience: str) -> Figures:
    return make_figures(records={name: RECORD.model_copy(update={"metric_id": name, "audience": list(audience)})})


def figures() -> Figures:
    records = {
        name: RECORD.model_copy(update={"metric_id": name, "title": f"Title of {name}", "audience": audience})
        for name, audience in {
            "shared": ["leadership", "practice", "staff"], "leaders_only": ["leadership"],
            "practice_only": ["practice"],
            "data_only": ["data_team"],
        }.items()
    }  # fmt: skip
    values = [replace(v, metric_id=name) for name in records for v in VALUES if v.unit_id == "all"]
    return make_figures(records=records, values=tuple(values))


def text_of(tmp_path: Path, audience: str) -> dict[str, str]:
    build_site(figures(), tmp_path, signed_off_by="Director", edition="2026-09 edition 01", audience=audience)
    plain = (".html", ".csv", ".json")
    return {
        p.relative_to(tmp_path).as_posix(): p.read_text("utf-8") for p in tmp_path.rglob("*.*") if p.suffix in plain
    }


@pytest.mark.parametrize(
    ("audience", "held"),
    [("leadership", {"shared", "leaders_only"}), ("practice", {"shared", "practice_only"}), ("staff", {"shared"})],
)
def test_tree_holds_the_measures_of_its_audience_and_no_word_of_the_others(
    audience: str, held: set[str], tmp_path: Path
) -> None:
    files = text_of(tmp_path, audience)
    assert {name[8:-5] for name in files if name.startswith("metrics/")} == held
    for other in {"shared", "leaders_only", "practice_only", "data_only"} - held:
        assert [name for name, text in files.items() if other in text] == []


def test_staff_read_what_is_collected_about_them_and_no_list_of_teams(tmp_path: Path) -> None:
    files = text_of(tmp_path, "staff")
    assert "What is not collected" in files["purposes.html"]
    assert '<a href="purposes.html">What is held about you</a>' in files["index.html"]
    assert {"units.html", "quality.html", "board_pack.html"} & set(files) == set()


def test_links_of_a_tree_lead_to_files_of_it(tmp_path: Path) -> None:
    for audience in ("leadership", "practice", "staff"):
        folder = tmp_path / audience
        for name, text in text_of(folder, audience).items():
            for link in re.findall(r'(?:href|src)="([^"#:]+)"', text):
                assert ((folder / name).parent / link).exists(), (name, link)


def test_details_breaks_and_feeds_of_others_are_left_out() -> None:
    shown = figures().of_audience("staff")
    assert {value.metric_id for value in shown.values} == {"shared"}
    assert shown.month == MONTH
    assert [feed.feed for feed in shown.feeds] == ["resource_usage"]
    assert single("data_only", "data_team").of_audience("staff").feeds == ()


def test_staff_read_what_was_asked_of_leaders_and_how_far_it_has_come(tmp_path: Path) -> None:
    asked = Comment(
        metric_id="reading", unit_id="all", month=MONTH, cause="workload", ask="An hour a week without duty",
        owner_role="Head of service", due_date=datetime.date(2026, 12, 1), status="in_progress",
    )  # fmt: skip
    record = RECORD.model_copy(update={"audience": ["leadership", "staff"]})
    figures = make_figures(records={"reading": record}, comments=(asked,))
    build_site(figures, tmp_path / "staff", signed_off_by=None, edition=None, audience="staff")
    page = (tmp_path / "staff" / "changes.html").read_text("utf-8")
    for words in ("An hour a week without duty", "Head of service", "1 December 2026", "In progress"):
        assert f">{words}</td>" in page
