"""The first page says what is found, what it asks and how far it can be trusted, by fixed rules and no judgement."""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.analysis import Beside
from dashboards.figures import Comment, Figures, ShownValue
from dashboards.standing import ATTENTION, standing
from dashboards.summary_page import summary_words
from dashboards.words import months_back
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value

MONTHLY = RECORD.model_copy(update={"window": "1 month", "title": "Supervision on time"})
CHARTED = Beside(
    False, "good", lower=0.38, upper=0.49, interval="wilson", method="xmr", n_points=14, centre=0.4, lower_limit=0.3,
    upper_limit=0.5, variation="common_cause",
)  # fmt: skip
WORSE = {"variation": "concern", "rule": "shift", "target": 0.6, "assurance": "fail"}


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def series(metric: str, **newest: object) -> list[ShownValue]:
    """Fourteen months of a measure; `newest` is said of the last of them."""
    beside = [CHARTED] * 13 + [replace(CHARTED, **newest)]  # type: ignore[arg-type]
    return [replace(value(13 - n, 40, 100), metric_id=metric, beside=each) for n, each in enumerate(beside)]


def of_measures(measures: dict[str, dict[str, object]], **changes: object) -> Figures:
    records = {
        name: MONTHLY.model_copy(update={"metric_id": name, "title": name.title(), "is_headline": name == "a"})
        for name in measures
    }
    values = tuple(v for name, newest in measures.items() for v in series(name, **newest))
    return make_figures(records=records, values=values, **changes)


@pytest.mark.parametrize(
    ("variation", "assurance", "target", "card"),
    [
        ("concern", "fail", 0.6, "decision"),
        ("concern", "inconsistent", 0.4, "action"),
        ("concern", "pass", 0.2, "watch"),
        ("concern", None, None, "action"),
        ("common_cause", "fail", 0.6, "action"),
        ("common_cause", "inconsistent", 0.4, None),
        ("common_cause", "pass", 0.2, None),
        ("common_cause", None, None, None),
        ("improvement", "fail", 0.6, "watch"),
        ("improvement", "inconsistent", 0.4, None),
        ("improvement", "pass", 0.2, "success"),
        ("improvement", None, None, None),
        ("neutral_high", "fail", 0.6, None),
    ],
)
def test_what_a_measure_asks_for_follows_from_its_change_and_its_target(
    variation: str, assurance: str | None, target: float | None, card: str | None
) -> None:
    [*_, newest] = series("a", variation=variation, assurance=assurance, target=target)
    assert standing(MONTHLY, newest, newest).attention == card
    assert len(ATTENTION) == 7


def test_weak_data_are_never_a_success_or_a_failure(tmp_path: Path) -> None:
    page = plain(build(of_measures({"a": {**WORSE, "quality": "weak"}}), tmp_path / "s")["index.html"])
    assert "No measure asks for a decision or an action this month." in page
    assert "Provisional, because their data are weak: A ." in page
    assert "1 that cannot say" not in page
    assert "is worse than" not in page


def test_counts_of_the_first_page_add_up_to_all_measures(tmp_path: Path) -> None:
    few = {"variation": None, "n_points": 5}
    measures = {"a": {}, "b": WORSE, "c": WORSE, "d": {"variation": "improvement"}, "e": few}
    page = plain(build(of_measures(measures), tmp_path / "s")["index.html"])
    assert "5 measures: 2 worse than usual, 1 without clear change, 1 better than usual, 1 that cannot say" in page
    assert "2 targets judged: 0 met every month, 0 in some months, 2 not met." in page
    assert "A: fewer than half of practitioners, 40%; 2 measures are worse than their usual range" in page


def test_at_most_three_cards_the_most_concerning_first_and_the_others_named(tmp_path: Path) -> None:
    no_change = {"target": 0.6, "assurance": "fail"}
    measures = {"a": no_change, "b": WORSE, "c": no_change, "d": no_change}
    page = build(of_measures(measures), tmp_path / "s")["index.html"]
    cards = re.findall(r'<p class="kind">(.*?)</p>\s*<h3><a[^>]*>(.*?)</a>', page)
    assert cards == [("Decision asked", "B"), ("Action needed", "A"), ("Action needed", "C")]
    assert "1 more needs attention: D ." in plain(page)


def comment(month: datetime.date, unit: str = "all") -> Comment:
    return Comment(
        metric_id="a", unit_id=unit, month=month, cause="workload", ask="Two days a month", owner_role="Head",
        due_date=datetime.date(2026, 12, 1), status="open",
    )  # fmt: skip


def test_card_shows_what_its_owner_answered_to_this_month(tmp_path: Path) -> None:
    page = plain(build(of_measures({"a": WORSE}, comments=(comment(MONTH),)), tmp_path / "s")["index.html"])
    assert "Cause: workload. Two days a month" in page
    assert "Owner: Head. Due: 1 December 2026." in page
    assert "o response recorded" not in page


@pytest.mark.parametrize("other", [(), (comment(months_back(MONTH, 1)),), (comment(MONTH, "Ash"),)])
def test_card_without_an_answer_to_this_month_says_so_and_invents_none(
    other: tuple[Comment, ...], tmp_path: Path
) -> None:
    page = plain(build(of_measures({"a": WORSE}, comments=other), tmp_path / "s")["index.html"])
    assert "No response recorded" in page
    assert "Owner: no response recorded. Due: no response recorded." in page
    assert "Two days a month" not in page


def test_matrix_holds_every_measure_with_a_signal_once_and_says_none_elsewhere(tmp_path: Path) -> None:
    page = build(of_measures({"a": {}, "b": WORSE}), tmp_path / "s")["index.html"]
    table = page[page.index('<table role="table" class="matrix') :]
    table = table[: table.index("</table>")]
    rows = [[plain(cell) for cell in re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in table.split("<tr")[1:]]
    assert [row[0] for row in rows] == [
        "Change", "Worse than its usual range", "No clear change", "Better than its usual range",
    ]  # fmt: skip
    assert rows[1][1:] == ["B", "None", "None", "None"]
    assert rows[2][1:] == ["None", "None", "None", "A"]
    assert rows[3][1:] == ["None"] * 4


def test_table_holds_twelve_measures_and_links_to_the_themes_of_the_others(tmp_path: Path) -> None:
    measures: dict[str, dict[str, object]] = {f"m{n:02}": {} for n in range(14)} | {"worst": WORSE}
    page = build(of_measures(measures), tmp_path / "s")["index.html"]
    table = page[page.index("<h2>Measures, most concerning first</h2>") :]
    rows = re.findall(
        r'<tr role="row"><th role="rowheader" scope="row"><a[^>]*>(.*?)</a>', table[: table.index("</table>")]
    )
    assert len(rows) == 12
    assert rows[0] == "Worst"
    assert re.search(r'<a href="themes/use.html">Use of evidence and its measures</a> \(3\)', table)


def test_months_before_thirteen_points_have_no_icon_and_a_median_instead_of_limits(tmp_path: Path) -> None:
    silent = tuple(replace(v, beside=Beside(False, "good", n_points=6)) for v in series("a")[-6:])
    files = build(
        make_figures(records={"a": MONTHLY.model_copy(update={"metric_id": "a"})}, values=silent), tmp_path / "s"
    )
    assert 'class="icon"' not in files["index.html"]
    assert "run chart without limits: fewer than 13 comparable months" in files["metrics/a.html"]
    assert "Median 40%" in files["metrics/a.html"]
    assert "Mean 40%" not in files["metrics/a.html"]


def test_companions_of_a_headline_stand_on_its_tile_on_lines_of_their_own(tmp_path: Path) -> None:
    figures = of_measures({"a": {}, "b": {}})
    records = figures.records | {"b": figures.records["b"].model_copy(update={"shown_with": "a"})}
    page = plain(build(figures.model_copy(update={"records": records}), tmp_path / "s")["index.html"])
    assert "B : 40%, 40 of 100 (Sep 2026)" in page
    paired = figures.records | {"a": figures.records["a"].model_copy(update={"paired_with": "b"})}
    beside = build(figures.model_copy(update={"records": paired}), tmp_path / "paired")
    assert "B : 40%, 40 of 100 (Sep 2026)" in plain(beside["index.html"])
    assert "Read beside B" in plain(beside["metrics/a.html"])


def test_paragraph_for_a_message_says_finding_counts_and_what_is_asked() -> None:
    words = summary_words(of_measures({"a": {}, "b": WORSE}))
    assert words.startswith("A: fewer than half of practitioners, 40%; b is worse than its usual range. 2 measures:")
    assert words.endswith("Decision asked: B.")
