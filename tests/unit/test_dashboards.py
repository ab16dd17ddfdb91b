"""Pages hold the masked figures, all of them the same, and nothing else."""

import datetime
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects
import pytest

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dashboards.build import BuildProblem, build_latest, build_notice, build_site
from dashboards.chart import chart_spec
from dashboards.drawing import SPARKLINE, sparkline
from dashboards.figures import FeedState, Figures, ShownValue
from dashboards.live_chart import plotly_figure
from dashboards.words import month_end, months_back, number_words, share_words, value_words

MONTH = datetime.date(2026, 9, 1)
RECORD = MetricRecord(
    metric_id="reading", title="Reading evidence", question="Do they?", kind="proportion", unit="% of practitioners",
    numerator="Readers", denominator="Practitioners", exclusions=["Agency staff"], window="3 months", cadence="month",
    theme="use", is_headline=True,
    direction="increase", owner="Principal social worker", audience=["leadership"], sources=["resource_usage"],
    breakdowns=["role"], interval="wilson", minimum_n=5, target_source=None, caveats=["Logs only"],
    requirements=["B22"],
    valid_from=MONTH, changes=[], thresholds=["days"], edge_cases=[{"case": "Left", "answer": "Not counted"}],
)  # fmt: skip


def value(
    back: int, numerator: float, denominator: float, *, service: str | None = None, state: str = "observed"
) -> ShownValue:
    month = months_back(MONTH, back)
    known = state == "observed"
    return ShownValue(
        "reading", "month", month, month_end(month), "service" if service else "organisation", service or "all",
        "all", "all",
        numerator if known else None, denominator if known else None, int(denominator) if known else None,
        None, None, numerator / denominator if known else None, state,
    )  # fmt: skip


# 86411 of 86413 leaves two people out, and 511 of 7,778 would give them away.
VALUES = [
    value(4, 0, 0, state="not_collected"), value(3, 90, 300), value(2, 0, 0, state="feed_stale"), value(1, 126, 300),
    value(0, 130, 297), value(0, 86411, 86413, service="Ash"), value(0, 511, 7778, service="Beech"),
    value(0, 300000, 912345, service="Cedar"),
]  # fmt: skip


def make_figures(**changes: object) -> Figures:
    settings = DisclosureSettings()
    feed = FeedState(
        feed="resource_usage",
        title="Resource usage",
        state="up_to_date", is_newest_file_left_out=False, newest_month=MONTH,
        n_accepted=1200, n_rejected=3,
    )  # fmt: skip
    given = {
        "organisation": "Anytown", "is_sample": True, "month": MONTH, "as_at": datetime.date(2026, 10, 9),
        "feeds": (feed,), "n_checks": 9, "n_checks_passed": 9, "thresholds": {"days": 4}, "disclosure": settings,
        "code_version": "0.1.0",
        "data_fingerprint": "abc123", "records": {"reading": RECORD},
        "details": (), "breaks": (), "decisions": (), "associations": (), "agreement": (),
        "values": tuple(mask_values(VALUES, settings, {"reading": "proportion"}, [])),
    }  # fmt: skip
    return Figures(**{**given, **changes})


def build(figures: Figures, out: Path, signed_off_by: str | None = None, edition: str | None = None) -> dict[str, str]:
    """The text of every file but Plotly's own."""
    build_site(figures, out, signed_off_by=signed_off_by, edition=edition)
    assert not any(path.is_symlink() for path in out.rglob("*"))
    return {
        p.relative_to(out).as_posix(): p.read_text("utf-8")
        for p in sorted(out.rglob("*.*"))
        if p.name != "plotly.min.js" and p.suffix != ".xlsx"
    }


class Tags(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_figures_survive_json() -> None:
    assert Figures.from_json(make_figures().to_json()) == make_figures()


def test_table_live_figure_and_sparkline_hold_the_same_numbers(tmp_path: Path) -> None:
    page = build(make_figures(), tmp_path / "site")["metrics/reading.html"]
    months = page[page.index("By month") :]
    table = re.findall(
        r'<tr><th scope="row">(\w+ \d+)</th><td class="number value">(.+?)</td><td class="number">(.+?)</td>', months
    )
    assert table == [
        ("Sep 2026", "44%", "130 of 297"),
        ("Aug 2026", "42%", "126 of 300"),
        ("Jun 2026", "30%", "90 of 300"),
    ]
    figure = json.loads(re.search(r'id="chart-figure">(.+?)</script>', page)[1])
    assert figure["data"][0]["y"] == [30.0, None, 42.0, 43.771]
    assert [f"{number_words(y)}%" for y in reversed(figure["data"][0]["y"]) if y is not None] == [
        shown for _, shown, _ in table
    ]
    spec = chart_spec(RECORD, {v.month: v for v in make_figures().values if v.unit_id == "all"}, MONTH, "Anytown")
    assert plotly_figure(spec) == figure
    plotly.graph_objects.Figure(figure["data"], figure["layout"])  # raises where Plotly would not know a name
    heights = [float(y) for y in re.findall(r'(?:M[\d.]+,|cy=")([\d.]+)', sparkline(spec))]
    inner = SPARKLINE.height - SPARKLINE.top - SPARKLINE.bottom
    drawn = [(SPARKLINE.height - SPARKLINE.bottom - y) / inner * spec.top for y in heights]
    assert drawn == pytest.approx([30.0, 42.0, 43.771], abs=0.01)


def test_series_starts_where_the_metric_does_and_breaks_where_a_month_has_no_figure() -> None:
    spec = chart_spec(RECORD, {v.month: v for v in VALUES if v.unit_id == "all"}, MONTH, "Anytown")
    assert [point.shown for point in spec.points] == ["30%", "data is late", "42%", "44%"]
    assert [(gap.first, gap.last, gap.words) for gap in spec.gaps] == [(1, 1, "data is late")]
    assert sparkline(spec).count("<polyline") == 1
    assert "rolling" in spec.subtitle


def test_hidden_numbers_are_in_no_file(tmp_path: Path) -> None:
    figures = make_figures()
    files = build(figures, tmp_path / "site", "Director", "2026-09 edition 01")
    with zipfile.ZipFile(tmp_path / "site" / "figures.xlsx") as book:
        files |= {f"xlsx: {name}": book.read(name).decode("utf-8") for name in book.namelist()}
    hidden = ("86411", "86,411", "86413", "86,413", "7778", "7,778", "99.9", "over 99%")
    assert [(name, number) for name, text in files.items() for number in hidden if number in text] == []
    for page in ("units.html", "metrics/reading.html"):
        assert files[page].count("hidden: small numbers") >= 2
        assert "300,000 of 912,345" in files[page]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    bad = '"><img src=x onerror=alert(1)><script>alert(2)</script><a href="https://evil.example">{{ 7 * 7 }}</a>'
    record = RECORD.model_copy(
        update={"title": bad, "unit": f"{bad} per {bad}", "kind": "rate", "caveats": [bad], "owner": bad}
    )
    values = tuple(replace(v, unit_id=bad) if v.unit_id == "Cedar" else v for v in make_figures().values)
    files = build(
        make_figures(organisation=bad, records={"reading": record}, values=values, thresholds={"days": [bad]}),
        tmp_path / "site", signed_off_by=bad, edition=bad,
    )  # fmt: skip
    for page in ("index.html", "metrics/reading.html"):
        tags = Tags(files[page]).found
        assert {attrs.get("src") for tag, attrs in tags if tag == "script"} <= {"../assets/charts.js", None}
        assert not [tag for tag, attrs in tags if tag == "img" or any(name.startswith("on") for name in attrs)]
        assert not [attrs["href"] for tag, attrs in tags if tag == "a" and ":" in (attrs["href"] or "")]
        assert "49" not in re.findall(r"\{\{ 7 \* 7 \}\}|49", files[page])
    assert "<" not in re.search(r'id="chart-figure">(.+?)</script>', files["metrics/reading.html"])[1]


def test_labels_of_the_live_figure_hold_no_markup() -> None:
    """Plotly makes a link of a link in a label."""
    spec = chart_spec(RECORD, {v.month: v for v in VALUES if v.unit_id == "all"}, MONTH, "Anytown")
    points = tuple(replace(point, shown='<a href="https://evil.example">44%</a>', basis="<b>") for point in spec.points)
    figure = plotly_figure(replace(spec, points=points, suffix="<i>"))
    text = json.dumps(figure).replace("<extra></extra>", "").replace("<br>", "")
    assert "&lt;a href" in text
    assert "<" not in text


def test_pages_ask_for_nothing_outside_their_folder(tmp_path: Path) -> None:
    files = build(make_figures(), tmp_path / "site")
    assert [name for name, text in files.items() if re.search(r"https?:|//[a-z]", text.replace("// Draws", ""))] == []
    config = json.loads(re.search(r'id="chart-figure">(.+?)</script>', files["metrics/reading.html"])[1])["config"]
    assert (config["displayModeBar"], config["showSendToCloud"], config["plotlyServerURL"]) == (False, False, "")
    for name in ("index.html", "metrics/reading.html"):
        attrs = next(attrs for _, attrs in Tags(files[name]).found if "http-equiv" in attrs)
        assert attrs["content"].startswith("default-src 'none'")


def test_summary_runs_no_script_and_keeps_its_budget(tmp_path: Path) -> None:
    files = build(make_figures(), tmp_path / "site")
    assert "<script" not in files["index.html"]
    assert "script-src" not in files["index.html"]
    assert len(files["index.html"].encode()) < 100_000
    assert len(files["metrics/reading.html"].encode()) < 80_000


def test_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        build(make_figures(), tmp_path / folder)
    one, two = (
        {p.relative_to(tmp_path / f): p.read_bytes() for p in (tmp_path / f).rglob("*.*")} for f in ("one", "two")
    )
    assert one == two


def test_draft_says_so_and_an_edition_says_who_signed(tmp_path: Path) -> None:
    draft = build(make_figures(), tmp_path / "draft")
    edition = build(make_figures(), tmp_path / "edition", "Principal social worker", "2026-09 edition 01")
    assert all("DRAFT" in text for name, text in draft.items() if name.endswith("html"))
    assert all("DRAFT" not in text for name, text in edition.items() if name.endswith("html"))
    told = ("index.html", "metrics/reading.html", "units.html", "quality.html", "board_pack.html", "accessibility.html")
    assert all("Principal social worker" in edition[page] for page in told)
    assert all("ictional council" in text for name, text in draft.items() if name.endswith("html"))


def test_late_month_keeps_the_newest_figure_and_says_so(tmp_path: Path) -> None:
    gone = {"value": None, "numerator": None, "denominator": None, "people": None, "value_state": "feed_stale"}
    late = tuple(replace(v, **gone) if v.month == MONTH else v for v in make_figures().values)
    files = build(make_figures(values=late), tmp_path / "site")
    assert "September 2026: data is late. Shown: August 2026" in files["index.html"]
    assert "No figure for September 2026: data is late. The newest is 42%" in files["metrics/reading.html"]
    assert "0 of 1 measures have a figure for September 2026. Data is late: Reading evidence." in files["index.html"]


def test_folder_with_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(BuildProblem, match="new folder"):
        build_site(make_figures(), tmp_path, signed_off_by=None, edition=None)


def test_notice_is_one_file_that_says_why(tmp_path: Path) -> None:
    build_notice(tmp_path / "held.html", organisation="A & B", month=MONTH, reasons=["No <staff> list"], as_at=MONTH)
    text = (tmp_path / "held.html").read_text("utf-8")
    assert "No &lt;staff&gt; list" in text
    assert "A &amp; B" in text
    assert '<link rel="stylesheet"' not in text


def test_newest_link_opens_the_edition_and_stays_in_the_folder(tmp_path: Path) -> None:
    build_latest(tmp_path / "latest" / "index.html", "../2026-09/01/index.html", "Anytown")
    assert (tmp_path / "latest" / "index.html").read_text("utf-8").count("../2026-09/01/index.html") == 2
    for outside in ("https://evil.example", "//evil.example", "javascript:alert(1)"):
        with pytest.raises(BuildProblem, match="relative"):
            build_latest(tmp_path / "latest.html", outside, "Anytown")


@pytest.mark.parametrize(
    ("share", "words"), [(0, "none"), (0.2, "fewer than a quarter"), (0.5, "half"), (0.51, "more than half")]
)
def test_share_is_put_in_plain_words(share: float, words: str) -> None:
    assert share_words(share) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.445, "45%"), (0.444, "44%"), (0.001, "under 1%"), (0.998, "over 99%"), (1, "100%")]
)
def test_percentages_round_half_up_and_never_to_none_or_all(share: float, words: str) -> None:
    assert value_words(RECORD, share) == words


def test_plotly_wakes_lines_and_bars_alone(tmp_path: Path) -> None:
    """The others would treble the time to the first chart. What is left draws: tests/browser."""
    build(make_figures(), tmp_path / "s")
    script = (tmp_path / "s" / "assets" / "plotly.min.js").read_text("utf-8")
    assert [len(names.split(",")) for names in re.findall(r"\.register\(\[([\w(),]+)\]\)", script)] == [1]
