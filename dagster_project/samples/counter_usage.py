"""Publishers' COUNTER reports (release 5.1), tab-separated: one Platform Report a platform and calendar year, and one
Title Report of a platform, of the last year, which says how often somebody was turned away.

Belongs here: the layout of the report and counts made up for two platforms that do not exist.
Does not belong here: anything a publisher wrote; people (these reports have none).
"""

import datetime
from itertools import groupby
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.truths import ORGANISATION

# Platform, its kinds of content with their Unique_Item_Requests per 100 staff and month.
PLATFORMS = {
    "Evidence Library": {"Article": 160, "Report": 60},
    "Practice Journal Online": {"Article": 110, "Book_Segment": 25},
}
QUIET_MONTHS = (8, 12)
TITLES_OF = "Practice Journal Online"
IDENTIFIERS = ("DOI", "Proprietary_ID", "ISBN", "Print_ISSN", "Online_ISSN", "URI")
TDM = 120  # machine reading, per mille of the reading by people


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """A file for each platform and calendar year, and one of titles, for the months the samples cover only."""
    folder = out / "counter_usage"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for platform in PLATFORMS:
        draws = Draws(made.seed, f"counter/{platform}")
        for year, group in groupby(made.covered, key=lambda month: month.first.year):
            covered = list(group)
            path = folder / f"PR_{platform.lower().replace(' ', '_')}_{year}.tsv"
            lines = ["\t".join(line) for line in _report(draws, platform, covered, made.staff)]
            path.write_text("\n".join([*lines, ""]), encoding="utf-8-sig", newline="")
            paths.append(path)
    last_year = [month for month in made.covered if month.first.year == made.covered[-1].first.year]
    titles = folder / f"TR_{TITLES_OF.lower().replace(' ', '_')}_{last_year[0].first.year}.tsv"
    lines = ["\t".join(line) for line in _titles(Draws(made.seed, "counter/titles"), last_year, made.staff)]
    titles.write_text("\n".join([*lines, ""]), encoding="utf-8-sig", newline="")
    return [*paths, titles]


def _report(draws: Draws, platform: str, months: list[Month], staff: int) -> list[list[str]]:
    headings = ["Platform", "Data_Type", "Access_Method", "Metric_Type"]
    body = [([platform, *keys], counts) for keys, counts in _body(draws, platform, months, staff)]
    return _sheet("Platform Report", "PR", platform, months, headings, body)


def _titles(draws: Draws, months: list[Month], staff: int) -> list[list[str]]:
    """One title that is read, and one that the licence does not hold."""
    headings = [
        "Title",
        "Publisher",
        "Publisher_ID",
        "Platform",
        *IDENTIFIERS,
        "Data_Type",
        "Access_Method",
        "Metric_Type",
    ]
    body = [
        ([title, TITLES_OF, "", TITLES_OF, "", title[-1], "", "", "", "", "Journal", "Regular", metric],
         [_requests(draws, month, per_100 * staff // 100) for month in months])
        for title, metric, per_100 in (
            ("Journal 1", "Total_Item_Requests", 140), ("Journal 1", "Limit_Exceeded", 2),
            ("Journal 2", "No_License", 7),
        )
    ]  # fmt: skip
    return _sheet("Title Report", "TR", TITLES_OF, months, headings, body)


def _sheet(
    name: str, report: str, platform: str, months: list[Month], keys: list[str], body: list[tuple[list[str], list[int]]]
) -> list[list[str]]:
    """The header's lines, the headings and a line for each of `body` with any count."""
    headings = [*keys, "Reporting_Period_Total"]
    width = len(headings) + len(months)
    created = months[-1].last + datetime.timedelta(days=14)
    header = [
        ("Report_Name", name),
        ("Report_ID", report),
        ("Release", "5.1"),
        ("Institution_Name", ORGANISATION),
        ("Institution_ID", "fictional:council"),
        ("Metric_Types", ""),
        ("Report_Filters", ""),
        ("Report_Attributes", "Attributes_To_Show=Access_Method"),
        ("Exceptions", ""),
        ("Reporting_Period", f"Begin_Date={months[0].first}; End_Date={months[-1].last}"),
        ("Created", f"{created}T06:00:00Z"),
        ("Created_By", f"{platform} (fictional)"),
        ("Registry_Record", "https://registry.example.org/platform/00000000-0000-0000-0000-000000000000"),
        ("", ""),
    ]
    return [
        *([*line, *[""] * (width - 2)] for line in header),
        headings + [month.short_name for month in months],
        *([*cells, str(sum(counts)), *map(str, counts)] for cells, counts in body if sum(counts)),
    ]


def _body(draws: Draws, platform: str, months: list[Month], staff: int) -> list[tuple[tuple[str, str, str], list[int]]]:
    """Data type, access method and metric, with a count a month. Totals are never smaller than their unique counts."""
    rows = []
    for data_type, per_100 in PLATFORMS[platform].items():
        for access_method, share in (("Regular", 1000), ("TDM", TDM)):
            requests = [_requests(draws, month, per_100 * share * staff // 100_000) for month in months]
            metrics = {
                "Total_Item_Investigations": [n * 9 // 4 for n in requests],
                "Total_Item_Requests": [n * 4 // 3 for n in requests],
                "Unique_Item_Investigations": [n * 5 // 3 for n in requests],
                "Unique_Item_Requests": requests,
            }
            rows += [((data_type, access_method, metric), counts) for metric, counts in metrics.items()]
    searches = [_requests(draws, month, staff) for month in months]
    return [*rows, (("Platform", "Regular", "Searches_Platform"), searches)]


def _requests(draws: Draws, month: Month, usual: int) -> int:
    """Within a tenth of the usual number, a sixth lower in the quiet months."""
    count = usual * draws.between(900, 1100) // 1000
    return count * 5 // 6 if month.first.month in QUIET_MONTHS else count
