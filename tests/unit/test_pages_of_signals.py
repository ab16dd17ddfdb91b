"""What pages say of intervals, signals, targets and weak data; the numbers are those of the chart's specification."""

import re
from dataclasses import replace
from pathlib import Path

from dagster_project.analysis import Beside
from dagster_project.metric_records import MetricRecord
from dashboards.figures import ChartDecision, Figures, ShownValue
from dashboards.take_away import rows_of
from dashboards.words import months_back
from tests.unit.test_dashboards import MONTH, RECORD, build, make_figures, value

MONTHLY = RECORD.model_copy(update={"window": "1 month"})
CHARTED = Beside(
    False, "good", lower=0.38, upper=0.49, interval="wilson", method="xmr", n_points=14, centre=0.4, lower_limit=0.3,
    upper_limit=0.5, variation="common_cause", target=0.6,
)  # fmt: skip


def months(**newest: object) -> tuple[ShownValue, ...]:
    """Fourteen months; `newest` is said of the last of them."""
    beside = [CHARTED] * 13 + [replace(CHARTED, assurance="fail", **newest)]  # type: ignore[arg-type]
    return tuple(replace(value(13 - n, 40, 100), beside=each) for n, each in enumerate(beside))


def pages(tmp_path: Path, *, record: MetricRecord = MONTHLY, **changes: object) -> dict[str, str]:
    figures: Figures = make_figures(**({"records": {"reading": record}, "values": months()} | changes))
    return build(figures, tmp_path / "site")


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_figure_has_its_interval_wherever_it_stands(tmp_path: Path) -> None:
    site = pages(tmp_path)
    metric = plain(site["metrics/reading.html"])
    assert "95% interval 38% to 49%" in metric
    assert "40 of 100 38% to 49%" in metric  # the months' table
    assert "40% 40 of 100 (38% to 49%)" in plain(site["index.html"])


def test_usual_month_is_said_to_be_usual_and_the_target_is_judged(tmp_path: Path) -> None:
    site = pages(tmp_path)
    for page in (site["index.html"], site["metrics/reading.html"]):
        assert "No clear change" in plain(page)
        assert "60%: as things are, the target is outside the usual range and will not be met" in plain(page)


def test_unusual_month_is_named_with_its_rule_and_marked_by_more_than_colour(tmp_path: Path) -> None:
    site = pages(tmp_path, values=months(variation="concern", rule="outside_limits"))
    metric = site["metrics/reading.html"]
    assert "September 2026: worse than its usual range: outside the limits." in plain(metric)
    assert "Unusual: Sep 2026." in metric
    assert '"symbol": ["circle"' in metric
    assert '"square"]' in metric
    assert metric[metric.index('id="chart"') : metric.index('id="reader"')].count("<rect") == 1
    assert "Worse than its usual range: outside the limits" in plain(site["index.html"])


def test_figures_that_share_data_say_why_there_are_no_signals(tmp_path: Path) -> None:
    silent = tuple(replace(each, beside=replace(each.beside, variation=None)) for each in months())
    site = pages(tmp_path, record=RECORD, values=silent)
    assert "No signals: neighbouring figures share data" in plain(site["metrics/reading.html"])


def test_short_series_says_how_many_months_are_needed(tmp_path: Path) -> None:
    short = (replace(value(0, 40, 100), beside=Beside(False, "good", n_points=5)),)
    site = pages(tmp_path, values=short)
    assert "No signal yet: 5 comparable months, 13 are needed" in plain(site["metrics/reading.html"])


def test_weak_data_make_a_figure_provisional_wherever_it_stands(tmp_path: Path) -> None:
    site = pages(tmp_path, values=months(quality="weak", quality_reasons="Use: late"))
    summary, metric = plain(site["index.html"]), plain(site["metrics/reading.html"])
    assert "40% (provisional)" in summary.partition("Headlines")[0]
    assert "40 of 100 practitioners (provisional)" in summary
    assert "40 of 100 (38% to 49%) (provisional)" in summary
    assert "in September 2026 (provisional): 40 of 100" in metric
    assert "40% in September 2026 (provisional);" in metric
    assert "Newest 40% (Sep 2026) (provisional), lowest" in metric
    taken = make_figures(records={"reading": MONTHLY}, values=months(quality="weak"))
    assert [row[-1] for row in rows_of(taken, MONTHLY)][-2:] == ["", "(provisional)"]
    assert "Weak, so the figure is provisional: Use: late" in metric
    good = pages(tmp_path / "good")
    assert not [name for name, text in good.items() if "(provisional)" in text]


def test_decision_about_a_chart_is_printed_with_who_and_when(tmp_path: Path) -> None:
    decided = ChartDecision(
        metric_id="reading", unit_id="all", month=months_back(MONTH, 3), change="ghost", reason="exceptional_event",
        decided_by="Quality lead", decided_on=MONTH,
    )  # fmt: skip
    others = [decided.model_copy(update={"unit_id": "Ash"}), decided.model_copy(update={"metric_id": "writing"})]
    metric = plain(pages(tmp_path, decisions=(decided, *others))["metrics/reading.html"])
    said = "June 2026 left out of the limits: exceptional event; decided by Quality lead on 1 September 2026."
    assert metric.count(said) == 1
    assert "Limits by an individuals chart (XmR) of 14 months." in metric
    assert "Agreed with practitioners not recorded" in metric


def test_agreement_of_practitioners_is_printed_with_the_definition_and_the_last_one_counts(tmp_path: Path) -> None:
    agreed = ChartDecision(
        metric_id="reading", unit_id="all", month=months_back(MONTH, 30), change="agreed", reason="consultation",
        decided_by="Practitioner forum", decided_on=None,
    )  # fmt: skip
    again = agreed.model_copy(update={"month": months_back(MONTH, 2), "decided_on": months_back(MONTH, 1)})
    other = again.model_copy(update={"metric_id": "writing", "month": MONTH, "decided_by": "Nobody"})
    metric = plain(pages(tmp_path, decisions=(agreed, again, other))["metrics/reading.html"])
    assert "Agreed with practitioners Practitioner forum, 1 August 2026" in metric
    assert "decided by Practitioner forum" not in metric, "it changes nothing about the chart"
