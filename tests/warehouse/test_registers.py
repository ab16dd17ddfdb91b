"""What is kept by hand comes out as the council wrote it: blocks and their owners, comments; scores nowhere."""

import re
from pathlib import Path

from dagster_project import warehouse
from dagster_project.home import Home

SCORE = "83.25"  # Dee's quiz, in exports/learning_needs
MAY_HOLD_SCORES = ("raw", "staging")


def first_page(home: Home) -> str:
    page = (home.published / "2026-10" / "01" / "index.html").read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def test_block_without_owner_or_day_says_so_and_money_that_ended_is_on_the_first_page(council_home: Home) -> None:
    page = first_page(council_home)
    assert "Fellowship no owner 30 June 2026" in page
    assert "University links no owner no date" in page
    assert "Research facilitator Principal social worker 31 October 2025 done in place ended 31 March 2026" in page
    assert "Evidence training Learning lead 31 October 2026 done ends 31 December 2026" in page


def test_comments_reach_readers_in_roles_and_plain_words(council_home: Home) -> None:
    with warehouse.read_only(council_home.read_copy) as connection:
        rows = connection.execute(
            "select metric_id, unit_id, cause, ask, owner_role, status from marts.fct_comments order by all"
        ).fetchall()
    assert rows == [
        ("protected_time_displaced", "all", "new_practice", None, "Director", "open"),
        ("supervision_on_time", "Safeguarding", "staffing", None, "Head of Safeguarding", "done"),
        ("using_evidence_this_month", "all", "workload", "Two half-days a month that duty does not take",
         "Principal social worker", "open"),
    ]  # fmt: skip


def test_quiz_score_is_in_no_figure_no_mart_and_no_page(council_home: Home) -> None:
    """A43: a score is the person's own; it was one join away from a page of leaders."""
    with warehouse.opened(council_home.warehouse) as connection:
        assert connection.execute("select count(*) from raw.learning_needs where quiz_score = 83.25").fetchone() == (1,)
        columns = connection.execute("select table_schema, column_name from information_schema.columns").fetchall()
    assert {schema for schema, name in columns if "score" in name} <= set(MAY_HOLD_SCORES)
    files = [path for folder in (council_home.published, council_home.drafts) for path in folder.rglob("*")]
    texts = [path for path in files if path.suffix in (".html", ".json", ".csv")]
    assert texts
    assert [path.name for path in texts if holds(path, SCORE)] == []


def holds(path: Path, text: str) -> bool:
    return text in path.read_text("utf-8-sig")


def test_movement_on_the_ladder_stays_in_the_warehouse(council_home: Home) -> None:
    """September 2026 beside March: Cal, who had no step, asked a question; Ada's step is more than 24 months back."""
    with warehouse.opened(council_home.warehouse) as connection:
        rows = connection.execute(
            "select rung_before, rung, n_people from marts.fct_research_ladder where month = date '2026-09-01' "
            "order by all"
        ).fetchall()
    assert rows == [
        ("active", "active", 1), ("awareness", "awareness", 1), ("awareness", "none", 1), ("none", "awareness", 1),
        ("none", "none", 1), ("not_there", "none", 1), ("participation", "participation", 2),
    ]  # fmt: skip
    with warehouse.read_only(council_home.read_copy) as connection:
        tables = connection.execute("select table_name from information_schema.tables").fetchall()
    assert ("fct_research_ladder",) not in tables
