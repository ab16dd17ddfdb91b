"""Every value that an earlier edition showed otherwise is told, with the facts that differ, and nothing else is."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from dagster_project.analysis import Beside
from dagster_project.metric_records import Change
from dashboards.figures import Figures, Restatement
from dashboards.restated import restated
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value

MANIFEST = {"inputs": [["resource_usage", "aa"]], "code_version": "0.1.0"}
SAME = [["resource_usage", "aa"]]


def figures(*values: Any, **changes: Any) -> Figures:
    return make_figures(values=values, **changes)


def told(before: Figures, now: Figures, inputs: list[list[str]] = SAME) -> tuple[Restatement, ...]:
    return restated(json.loads(before.to_json()), MANIFEST, now, inputs, "2026-08/01")


def test_value_that_changed_is_told_with_both_and_the_file_that_came() -> None:
    before, now = figures(value(1, 126, 300), value(0, 130, 297)), figures(value(1, 129, 300), value(0, 130, 297))
    [each] = told(before, now, [*SAME, ["resource_usage", "bb"]])
    assert (each.old, each.new) == ((0.42, 126.0, 300.0, "observed"), (0.43, 129.0, 300.0, "observed"))
    assert (each.edition, each.reasons) == ("2026-08/01", ("1 more file of resource usage",))


def test_new_month_and_a_month_that_was_waited_for_are_not_restated() -> None:
    before = figures(value(2, 0, 0, state="feed_stale"), value(1, 126, 300))
    assert told(before, figures(value(2, 90, 300), value(1, 126, 300), value(0, 130, 297))) == ()


def test_hidden_value_that_is_shown_now_is_told_without_the_number_that_was_hidden() -> None:
    [each] = told(figures(value(1, 0, 0, state="suppressed")), figures(value(1, 126, 300)))
    assert each.old == (None, None, None, "suppressed")
    assert each.reasons == ("what must be hidden to protect small numbers",)


def test_reasons_are_facts_and_where_none_differs_none_is_made_up() -> None:
    before, now = figures(value(1, 126, 300)), figures(value(1, 129, 300))
    assert told(before, now)[0].reasons == ("no reason is recorded",)
    assert told(before, now, [])[0].reasons == ("1 file of resource usage taken back",)
    changed = RECORD.model_copy(update={"changes": [Change(date=MONTH, what="Agency staff count")]})
    redefined = figures(value(1, 129, 300), records={"reading": changed}, thresholds={"days": 5}, code_version="0.2.0")
    assert told(before, redefined)[0].reasons == (
        "definition: Agency staff count", "threshold days: 4 before, 5 now", "the program",
    )  # fmt: skip


def test_what_earlier_editions_told_is_told_on() -> None:
    first = told(figures(value(2, 80, 300)), figures(value(2, 90, 300)))
    before = figures(value(2, 90, 300), restatements=first)
    assert told(before, figures(value(2, 90, 300))) == first


def test_value_of_weak_data_is_provisional_where_it_is_told_that_it_changed(tmp_path: Path) -> None:
    weak = replace(value(1, 126, 300), beside=Beside(is_hidden=False, quality="weak"))
    restatements = told(figures(weak), figures(value(1, 129, 300)))
    page = build(make_figures(restatements=restatements), tmp_path / "site")["changes.html"]
    assert "(126 of 300) (provisional)" in page
    assert "(129 of 300)</td>" in page


def test_pages_show_every_restated_value(tmp_path: Path) -> None:
    restatements = told(figures(value(1, 126, 300)), figures(value(1, 129, 300)), [*SAME, ["resource_usage", "bb"]])
    files = build(make_figures(restatements=restatements), tmp_path / "site")
    for words in ("42% (126 of 300)", "43% (129 of 300)", "1 more file of resource usage", "2026-08/01"):
        assert words in files["changes.html"]
    assert "1 earlier value is restated: Reading evidence." in files["index.html"]
    assert "Aug 2026: 42% (126 of 300) in edition 2026-08/01" in files["metrics/reading.html"]
    assert "Whole organisation" in files["changes.html"]
    nothing = build(figures(replace(value(0, 130, 297))), tmp_path / "none")
    assert "No value that an earlier edition showed has changed." in nothing["changes.html"]
