"""Publishers' COUNTER reports: one Platform Report (release 5.1) a platform and calendar year, tab-separated.

Belongs here: the layout of the report and counts made up for two platforms that do not exist.
Does not belong here: anything a publisher wrote; people (these reports have none).
"""

import datetime
from itertools import groupby
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.truths import ORGANISATION

# Platform, its kinds of content with their Unique_Item_Requests per 100 staff and month.
PLATFORMS = {
    "Evidence Library": {"Article": 160, "Report": 60},
    "Practice Journal Online": {"Article": 110, "Book_Segment": 25},
}
QUIET_MONTHS = (8, 12)
TDM = 120  # machine reading, per mille of the reading by people


def write_reports(folder: Path, months: list[Month], seed: int, staff: int) -> list[Path]:
    """A file for each platform and calendar year, holding the months the samples cover and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for platform in PLATFORMS:
        draws = Draws(seed, f"counter/{platform}")
        for year, group in groupby(months, key=lambda month: month.first.year):
            covered = list(group)
            path = folder / f"PR_{platform.lower().replace(' ', '_')}_{year}.tsv"
            lines = ["\t".join(line) for line in _report(draws, platform, covered, staff)]
            path.write_text("\n".join([*lines, ""]), encoding="utf-8-sig", newline="")
            paths.append(path)
    return paths


def _report(draws: Draws, platform: str, months: list[Month], staff: int) -> list[list[str]]:
    width = 5 + len(months)
    created = months[-1].last + datetime.timedelta(days=14)
    header = [
        ("Report_Name", "Platform Report"),
        ("Report_ID", "PR"),
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
    headings = ["Platform", "Data_Type", "Access_Method", "Metric_Type", "Reporting_Period_Total"]
    body = _body(draws, platform, months, staff)
    return [
        *([*line, *[""] * (width - 2)] for line in header),
        headings + [month.short_name for month in months],
        *([platform, *keys, str(sum(counts)), *map(str, counts)] for keys, counts in body if sum(counts)),
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
