"""Kinds of organisation: what leads, what is left out, whose words; and labels that call nobody names."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import load_records
from dagster_project.problems import SettingsProblem
from dagster_project.profiles import FOR_PEOPLE, load_profile, profile_names
from dagster_project.samples import generate
from dagster_project.settings import load_settings
from dagster_project.vocabulary import dismissive_words
from dashboards import words
from dashboards.feeds_collected import NextFeed, feeds_collected
from dashboards.other_pages import quality_page
from dashboards.pages import shown_records
from dashboards.summary_page import summary_page
from tests.samples.year import END
from tests.unit.test_dashboards import MONTH, make_figures

RECORDS = load_records(METRICS_DIR)
CONTRACTS = load_contracts()
TEMPLATES = Path(words.__file__).parent / "templates"


@pytest.mark.parametrize("name", profile_names())
def test_leads_are_the_headlines_in_their_order(name: str) -> None:
    profile = load_profile(name)
    figures = replace_records(profile.shown(RECORDS), feeds=few_feeds(*CONTRACTS).feeds)
    assert [tile["metric_id"] for tile in tiles(figures)] == profile.leads
    assert not {feed for record in shown_records(figures) for feed in record.sources} & set(profile.feeds_left_out)


@pytest.mark.parametrize("name", profile_names())
def test_every_feed_left_out_is_a_feed(name: str) -> None:
    assert set(load_profile(name).feeds_left_out) <= set(CONTRACTS)


def test_trust_makes_no_claim_about_pay_and_shows_no_childrens_statistics() -> None:
    shown = shown_records(replace_records(load_profile("nhs_trust_adults").shown(RECORDS)))
    council = shown_records(replace_records(load_profile("council_children").shown(RECORDS)))
    assert not [record for record in shown if record.metric_id.startswith(("progression", "published"))]
    assert [record for record in council if record.metric_id.startswith("progression")]
    assert {record.metric_id for record in shown} < {record.metric_id for record in council}


def test_third_kind_is_a_file(tmp_path: Path) -> None:
    lead = next(iter(RECORDS))
    text = f"title: A charity\nleads: [{lead}]\npreset: research\nwords: {{practitioners: colleagues}}\n"
    (tmp_path / "charity.yml").write_text(text, "utf-8")
    shown = load_profile("charity", tmp_path).shown(RECORDS)
    assert [name for name, record in shown.items() if record.is_headline] == [lead]
    said = str([[getattr(record, field) for field in FOR_PEOPLE] for record in shown.values()])
    assert "colleagues" in said
    assert " practitioners" not in said
    assert shown.keys() == RECORDS.keys()


def test_each_kind_has_the_years_of_its_own_returns() -> None:
    """On 1 October 2026 the workforce census of the council is over, and the registration year ends next."""
    council = load_profile("council_children").year_ends(datetime.date(2026, 10, 1))
    assert council == [
        ("Registration year", datetime.date(2026, 11, 30)), ("Children in need census", datetime.date(2027, 3, 31)),
        ("Financial year", datetime.date(2027, 3, 31)), ("Workforce census", datetime.date(2027, 9, 30)),
    ]  # fmt: skip
    trust = dict(load_profile("nhs_trust_adults").year_ends(datetime.date(2027, 3, 31)))
    assert trust == {"Registration year": datetime.date(2027, 11, 30), "Financial year": datetime.date(2028, 3, 31)}
    page = quality_page(replace_records(RECORDS, year_ends=tuple(council)), None)
    assert ("Workforce census", "30 September 2027") in page["years"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('leads: [supervision_on_time]\ncalendar: {Census: "02-29"}', "`02-29` is no day of every year"),
        ("leads: [no_such_metric]", "leads: there is no metric no_such_metric"),
        ("leads: [supervision_on_time]\nwords: {people we support: patients}", "`patients` is no word for people"),
    ],
)
def test_mistake_in_a_profile_is_named(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "mine.yml").write_text(f"title: Mine\npreset: internal\n{line}\n", "utf-8")
    with pytest.raises(SettingsProblem, match=problem):
        load_profile("mine", tmp_path).shown(RECORDS)


@pytest.mark.parametrize(
    ("config", "preset", "threshold"),
    [
        ("", "internal", 4),
        ("profile: council_children", "internal", 4),
        ("profile: nhs_trust_adults", "nhs", 7),
        ("profile: nhs_trust_adults\ndisclosure: {minimum_denominator: 12}", "nhs", 7),
        ("profile: nhs_trust_adults\ndisclosure: {preset: research}", "research", 9),
    ],
)
def test_profile_brings_its_small_number_rules(tmp_path: Path, config: str, preset: str, threshold: int) -> None:
    path = tmp_path / "config.yml"
    path.write_text(f"organisation: Ours\n{config}\n", "utf-8")
    disclosure = load_settings(path).disclosure
    assert (disclosure.preset, disclosure.threshold) == (preset, threshold)


def test_unknown_profile_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("organisation: Ours\nprofile: trust\n", "utf-8")
    with pytest.raises(SettingsProblem, match=r"line 2: profile: .*council_children, nhs_trust_adults"):
        load_settings(path)


def test_samples_of_a_trust_have_its_services_and_no_feed_it_has_no_use_for(tmp_path: Path) -> None:
    files = generate(tmp_path, seed=1, staff=16, months=2, usage_events=100, end_month=END, profile="nhs_trust_adults")
    feeds = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert feeds == {path.relative_to(tmp_path).parts[0] for path in files}
    assert "workforce" in feeds
    assert not feeds & {"pay_progression", "published_statistics"}
    staff = "".join(path.read_text("utf-8-sig") for path in files if path.parent.name == "workforce")
    assert "Community Mental Health" in staff
    assert "Children in Care" not in staff


def test_labels_call_nobody_dismissive_names() -> None:
    """People, not clients, patients or service users; a profile may say who they are instead."""
    labels = {f"metric {name}": str([getattr(r, field) for field in FOR_PEOPLE]) for name, r in RECORDS.items()}
    for feed, contract in CONTRACTS.items():
        own = [text for column in contract.columns for text in (column.header, column.description, column.purpose)]
        labels[f"feed {feed}"] = " ".join([contract.title, contract.about, *own])
    labels |= {path.name: path.read_text("utf-8") for path in TEMPLATES.glob("*.j2")}
    labels["words"] = str({name: value for name, value in vars(words).items() if name.isupper()})
    assert {place: found for place, text in labels.items() if (found := dismissive_words(text))} == {}


def test_dismissive_words_are_found_in_every_form() -> None:
    assert dismissive_words("A Service-User and two clients; patience, clientele") == ["service-user", "clients"]


def replace_records(records: dict[str, Any], **changes: Any) -> Any:
    figures = make_figures(records=records, values=(), details=(), breaks=(), **changes)
    return figures.of_audience("leadership").model_copy(update={"feeds": figures.feeds})


def tiles(figures: Any) -> Any:
    return summary_page(figures)["tiles"]


def few_feeds(*feeds: str, off: tuple[str, ...] = ()) -> Any:
    """A council's figures where these feeds came."""
    (one, *_) = make_figures().feeds
    states = tuple(
        one.model_copy(
            update={
                "feed": feed,
                "title": contract.title,
                "newest_month": MONTH if feed in feeds else None,
                "state": "off" if feed in off else "up_to_date" if feed in feeds else "never_received",
            }
        )
        for feed, contract in CONTRACTS.items()
    )
    return replace_records(load_profile("council_children").shown(RECORDS), feeds=states)


def collected(*feeds: str, off: tuple[str, ...] = ()) -> Any:
    """What is collected there."""
    return feeds_collected(few_feeds(*feeds, off=off), CONTRACTS)


def test_few_feeds_are_counted_and_the_next_is_the_one_that_adds_most() -> None:
    """Supervision and staff: a page of what can be known, and the export that completes a headline by itself."""
    needed = {feed for record in RECORDS.values() if "leadership" in record.audience for feed in record.sources}
    found = collected("workforce", "supervision", "targets")
    assert (found.n_collected, found.n_feeds) == (2, len(needed)), "a register of targets is no source of a figure"
    assert found.next_feed is not None
    next_feed = found.next_feed
    assert (next_feed.title, next_feed.template) == (
        CONTRACTS[next_feed.feed].title, f"practice-metrics template {next_feed.feed}",
    )  # fmt: skip
    completed = [
        record
        for record in RECORDS.values()
        if record.is_headline and set(record.sources) - {"workforce", "supervision"} == {next_feed.feed}
    ]
    assert completed


def test_feed_without_an_assessment_is_never_the_next() -> None:
    others = tuple(feed for feed in CONTRACTS if feed != "resource_usage")
    assert collected(*others, off=("resource_usage",)).next_feed is None
    assert collected(*others).next_feed == NextFeed(
        "resource_usage",
        CONTRACTS["resource_usage"].title,
        sum("resource_usage" in r.sources for r in RECORDS.values() if "leadership" in r.audience),
        "practice-metrics template resource_usage",
    )


def test_export_that_has_no_template_is_sent_as_it_is() -> None:
    others = tuple(feed for feed in CONTRACTS if feed != "counter_usage")
    n_waiting = sum("counter_usage" in r.sources for r in RECORDS.values() if "leadership" in r.audience)
    assert n_waiting
    assert collected(*others).next_feed == NextFeed("counter_usage", CONTRACTS["counter_usage"].title, n_waiting, None)


def test_returns_of_one_kind_are_enough() -> None:
    """Managers give a number or names; the other form adds nothing to a measure that takes either."""
    others = tuple(feed for feed in CONTRACTS if feed != "manager_classification_reports")
    either = [
        r for r in RECORDS.values() if {"manager_classification", "manager_classification_reports"} <= set(r.sources)
    ]
    alone = [
        r
        for r in RECORDS.values()
        if "manager_classification_reports" in r.sources and "manager_classification" not in r.sources
    ]
    found = collected(*others).next_feed
    assert either
    assert (found.n_measures if found else 0) == len(alone)


def test_everything_collected_says_nothing() -> None:
    assert collected(*CONTRACTS).next_feed is None
