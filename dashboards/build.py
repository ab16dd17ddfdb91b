"""Writes pages as files that open from a folder: the site of a month, the notice of a held month, the newest link.

Belongs here: templates to files, and the files pages need beside them.
Does not belong here: what pages say (summary_page.py, metric_page.py), reading figures (read.py), keeping editions.
"""

import datetime
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.problems import Problem
from dashboards.catalogue_page import catalogue_page
from dashboards.changes_page import changes_page
from dashboards.conditions import conditions_page
from dashboards.figures import Figures
from dashboards.first_months import first_months_page
from dashboards.gaps import gap_charts
from dashboards.metric_page import metric_page
from dashboards.other_pages import drawn_rows, method_html, quality_page, theme_page, themes_shown, units_page
from dashboards.pack import pack_page, print_pdf
from dashboards.pages import Download, Edition, Page, frame, shown_records
from dashboards.purposes_page import purposes_page
from dashboards.summary_page import summary_page
from dashboards.take_away import take_away
from dashboards.words import day_words, month_words

HERE = Path(__file__).parent

# First thing in every head. Pages without a script allow none; Plotly sets styles on the elements it draws.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
CHART_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)

# Where Plotly wakes its kinds of traces, bars first. Lines are always awake and we draw nothing else; waking the others
# takes most of the time that a reader waits for a chart.
ALL_TRACES = re.compile(rb"\.register\(\[(\w+\(\))(?:,\w+\(\)){20,}\]\)")


class BuildProblem(Problem):
    """Pages cannot be written; the message says where and what to do."""


def build_site(
    figures: Figures,
    out: Path,
    *,
    signed_off_by: str | None,
    edition: str | None,
    audience: str = "leadership",
    published_on: datetime.date | None = None,
    browser: Path | None = None,
    retention_months: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write the pages of a month for one audience into the new or empty folder `out`; a draft where nobody signed.

    An edition also holds its figures as files, and a board pack where `browser` names a Chromium.
    `retention_months`: how long classes of records are kept, where not the default.
    """
    _new_folder(out)
    figures = figures.of_audience(audience)
    signed = Edition(signed_off_by, edition, audience, published_on)
    themes = themes_shown(figures)
    _write_style(out, edition or "draft")
    downloads = take_away(figures, out, edition) if edition else []
    shared = frame(figures, signed, themes, downloads)
    if edition and audience == "leadership":
        downloads += _board_pack(figures, out, shared, browser)
    _write_pages(figures, out, signed, shared)
    _write_purposes(out, shared, retention_months)
    _copy_asset(out, "charts.js")
    (out / "assets" / "plotly.min.js").write_bytes(_plotly_script())


def _write_pages(figures: Figures, out: Path, edition: Edition, shared: Page) -> None:
    summary = summary_page(figures)
    _write(out / "index.html", "summary.html.j2", POLICY, root="", here="index.html", **shared, summary=summary)
    for record in shown_records(figures):
        page = out / "metrics" / f"{record.metric_id}.html"
        told = metric_page(figures, record)
        _write(page, "metric.html.j2", CHART_POLICY, root="../", here="metrics", **shared, **told)
    for theme in (page for page, _ in themes_shown(figures) if page.startswith("themes/")):
        page, told = out / f"{theme}.html", theme_page(figures, theme)
        policy = CHART_POLICY if told["charts"] else POLICY
        _write(page, "theme.html.j2", policy, root="../", here="themes", theme=theme, **shared, **told)
    pages: dict[str, Page] = {
        "changes": changes_page(figures),
        "method": {"method": method_html()},
        "accessibility": {},
        "catalogue": catalogue_page(figures),
    }
    if summary["is_first_year"]:
        pages["first_months"] = first_months_page(figures)
    if figures.gaps:
        pages["gaps"] = {"charts": drawn_rows(gap_charts(figures.gaps))}
    if figures.conditions:
        pages["conditions"] = conditions_page(figures)
    if edition.audience != "staff":
        pages |= {
            "units": units_page(figures),
            "quality": quality_page(figures, edition.signed_off_by),
        }
    for name, told in pages.items():
        policy = CHART_POLICY if told.get("charts") else POLICY
        _write(out / f"{name}.html", f"{name}.html.j2", policy, root="", here=f"{name}.html", **shared, **told)


def _write_purposes(out: Path, shared: Page, retention_months: Mapping[str, int]) -> None:
    """What is held and why: the feeds, and a page of the columns of each."""
    told, page = purposes_page(retention_months), out / "purposes.html"
    _write(page, "purposes.html.j2", POLICY, root="", here=page.name, **shared, **told)
    for feed in told["feeds"]:
        page = out / "purposes" / f"{feed['feed']}.html"
        _write(page, "purposes_of_feed.html.j2", POLICY, root="../", here="purposes.html", **shared, each=feed)


def _board_pack(figures: Figures, out: Path, shared: Page, browser: Path | None) -> list[Download]:
    """The pack as a page, and printed where there is a browser."""
    page, pdf = out / "board_pack.html", out / "board_pack.pdf"
    _write(page, "pack.html.j2", POLICY, root="", here="board_pack.html", **shared, **pack_page(figures))
    files = [(page, "board pack to print")]
    if browser and print_pdf(browser, page, pdf):
        files.insert(0, (pdf, "board pack (PDF)"))
    return [Download(path.name, words, path.stat().st_size) for path, words in files]


def build_notice(
    out: Path, *, organisation: str, month: datetime.date, reasons: Sequence[str], as_at: datetime.date
) -> None:
    """Write the page of a month that is held: the one file `out`, with its style in it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(
        one_file(
            "notice.html.j2",
            organisation=organisation,
            month=month_words(month),
            foot=f"{month_words(month)}, held",
            reasons=list(reasons),
            as_at=day_words(as_at),
        )
    )


def one_file(template: str, *, foot: str, **values: object) -> bytes:
    """A page that is one file by itself, with its style in it; `foot` stands on every sheet of it on paper."""
    style = _style(foot)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return _environment().get_template(template).render(policy=policy, style=style, root="", **values).encode()


def build_latest(out_file: Path, target_relative: str, title: str) -> None:
    """Write a page that opens the newest edition, which lies at `target_relative` from it."""
    if ":" in target_relative or PurePosixPath(target_relative).is_absolute() or "\\" in target_relative:
        raise BuildProblem(
            f"the newest edition must lie at a relative path with forward slashes, not {target_relative}"
        )
    _write(out_file, "latest.html.j2", "default-src 'none'", title=title, target=target_relative)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _write(path: Path, template: str, policy: str, **values: object) -> None:
    text = _environment().get_template(template).render(policy=policy, **values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def _new_folder(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        raise BuildProblem(f"{out}: pages are written into a new folder, and this one holds files; name another")
    out.mkdir(parents=True, exist_ok=True)


def _style(foot: str) -> str:
    """The stylesheet, with words in the foot of each printed sheet. What could end a string of CSS is escaped."""
    words = "".join(sign if sign.isalnum() or sign in " ,.-" else f"\\{ord(sign):x} " for sign in foot)
    rule = f'@page {{ @bottom-center {{ content: "{words}"; font: 9pt Arial, sans-serif; }} }}\n'
    return (HERE / "assets" / "style.css").read_text("utf-8") + rule


def _write_style(out: Path, foot: str) -> None:
    (out / "assets").mkdir(exist_ok=True)
    (out / "assets" / "style.css").write_bytes(_style(foot).encode())


def _copy_asset(out: Path, name: str) -> None:
    shutil.copyfile(HERE / "assets" / name, out / "assets" / name)


@cache
def _plotly_script() -> bytes:
    """Plotly's script, which knows lines and bars and leaves its other kinds of traces asleep."""
    return ALL_TRACES.sub(rb".register([\1])", _plotly_bundle().read_bytes())


def _plotly_bundle() -> Path:
    spec = find_spec("plotly")
    folders = list(spec.submodule_search_locations or []) if spec else []
    bundle = Path(folders[0]) / "package_data" / "plotly.min.js" if folders else Path("plotly.min.js")
    if not bundle.is_file():
        raise BuildProblem("the plotly package has no plotly.min.js; install the versions of requirements.lock")
    return bundle
