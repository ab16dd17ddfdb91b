"""The COUNTER reader against reports that publishers and COUNTER itself have published.

The files are not part of the project: the folder is named by PRACTICE_METRICS_REAL_FILES, or stands beside it.
"""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter import CounterReport, read_counter

pytestmark = pytest.mark.real

BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared" / "data"
FILES = Path(os.environ.get("PRACTICE_METRICS_REAL_FILES", BESIDE_THE_PROJECT))
OFFICIAL = "counter_r51_official"
QUIRKS = "counter_quirks_celus_nibbler"
PYCOUNTER = "counter_r4_r5_pycounter"


def read(*names: str) -> CounterReport:
    return read_counter(FILES.joinpath(*names))


def refusal(*names: str) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read(*names)
    return caught.value


def usage(report: CounterReport) -> Counter[tuple[tuple[str, str], ...]]:
    """The rows without their numbers, each as often as it is there."""
    return Counter(tuple(sorted(row.items())) for _, row in report.rows)


def per_metric(report: CounterReport) -> Counter[str]:
    sums: Counter[str] = Counter()
    for _, row in report.rows:
        sums[row["metric_type"]] += int(row["n_uses"])
    return sums


def test_the_files_are_there() -> None:
    missing = [name for name in (OFFICIAL, QUIRKS, PYCOUNTER) if not (FILES / name).is_dir()]
    assert not missing, (
        f"no {', '.join(missing)} in {FILES}: set PRACTICE_METRICS_REAL_FILES to the folder of real files"
    )


def test_official_platform_report_is_the_same_as_tsv_and_json() -> None:
    from_tsv, from_json = read(OFFICIAL, "PR_sample_r51.tsv"), read(OFFICIAL, "PR_sample_r51.json")
    assert usage(from_tsv) == usage(from_json)
    assert len(from_tsv.rows) == 2424
    assert from_tsv.warnings == from_json.warnings == []
    sums = per_metric(from_tsv)
    assert (sums["Total_Item_Investigations"], sums["Total_Item_Requests"]) == (854_255, 512_553)


def test_official_platform_usage_is_the_same_as_tsv_and_workbook() -> None:
    assert read(OFFICIAL, "PRP1_sample_r51.tsv") == read(OFFICIAL, "PRP1_sample_r51.xlsx")


@pytest.mark.parametrize(("name", "n_rows"), [("TR", 1872), ("TRJ1", 24)])
def test_official_title_reports_are_the_same_as_tsv_and_json(name: str, n_rows: int) -> None:
    from_tsv, from_json = read(OFFICIAL, f"{name}_sample_r51.tsv"), read(OFFICIAL, f"{name}_sample_r51.json")
    assert per_metric(from_tsv) == per_metric(from_json)
    assert usage(from_tsv) == usage(from_json)
    assert len(from_tsv.rows) == n_rows
    keys = Counter(tuple(text for name, text in row if name != "n_uses") for row in usage(from_tsv))
    assert max(keys.values()) == 1


def test_row_numbers_are_those_of_an_editor() -> None:
    lines = (FILES / OFFICIAL / "PR_sample_r51.tsv").read_text(encoding="utf-8-sig").splitlines()
    for number, row in read(OFFICIAL, "PR_sample_r51.tsv").rows:
        cells = lines[number - 1].split("\t")
        assert cells[:4] == [row["platform"], row["data_type"], row["access_method"], row["metric_type"]]
        assert row["n_uses"] in cells[5:]


@pytest.mark.parametrize("name", ["PR-a.tsv", "PR-e.csv"])
def test_platform_reports_are_read_as_another_reader_does(name: str) -> None:
    """The expectations hold start, nine columns of titles and items, dimensions as `Name:value|...`, metric, value."""
    with (FILES / QUIRKS / "5" / f"{name}.out").open(encoding="utf-8", newline="") as file:
        expected = Counter((row[0][:7], row[-3], row[-2], row[-1]) for row in csv.reader(file))
    found: Counter[tuple[str, ...]] = Counter()
    for _, row in read(QUIRKS, "5", name).rows:
        dimensions = {"Access_Method": "access_method", "Data_Type": "data_type", "Platform": "platform"}
        given = "|".join(f"{label}:{row[column]}" for label, column in dimensions.items() if column in row)
        found[row["month"], given, row["metric_type"], row["n_uses"]] += 1
    assert found == expected


def test_wrong_months_are_refused_by_heading_and_place() -> None:
    refused = refusal(QUIRKS, "5", "errors", "TR-wrong_months1.tsv")
    assert refused.rule == "counter_month_unreadable"
    for words in ("Row 14", "`Jal-2022` in column 14 (N), expected Jan-2022", "`Mrz-2022` in column 16 (P)"):
        assert words in refused.message


def test_report_without_months_is_refused_with_what_to_ask_for() -> None:
    refused = refusal(QUIRKS, "5", "errors", "TR-exclude_monthly_details.csv")
    assert refused.rule == "counter_no_months"
    assert "Row 14" in refused.message
    assert "monthly details" in refused.message


def test_period_and_months_that_disagree_are_refused() -> None:
    refused = refusal(QUIRKS, "5", "IR_M1-a.csv")
    assert refused.rule == "counter_period_mismatch"
    assert "2021-07 to 2022-06" in refused.message


def test_title_report_of_release_5_is_the_same_as_tsv_and_json() -> None:
    """The TSV of the same report spells out zeros, and has two leading columns for the institution."""
    from_tsv, from_json = read(QUIRKS, "5", "TR-with-organization.tsv"), read(QUIRKS, "5", "TR-sample.json")
    assert usage(from_tsv) == usage(from_json)
    assert len(from_tsv.rows) == 63


def test_reports_without_counts_are_refused_and_say_whether_months_are_missing() -> None:
    for names in [("5", "DR-empty.tsv"), ("51", "TR_empty_r51.tsv")]:
        refused = refusal(QUIRKS, *names)
        assert (refused.rule, "gives no exception" in refused.message) == ("counter_no_counts", True)
    refused = refusal(QUIRKS, "51", "TR_empty_r51.json")
    assert (refused.rule, "3031" in refused.message, "missing, not as 0" in refused.message) == (
        "counter_no_counts", True, True,
    )  # fmt: skip


def test_counts_left_empty_are_not_zeros() -> None:
    refused = refusal(PYCOUNTER, "r5", "tr_j1.tsv")
    assert refused.rule == "counter_no_counts"
    assert "Empty count cells, read as not given and not as zero: 24." in refused.message


def test_day_made_that_is_none_is_kept_as_written() -> None:
    assert {row["created_at"] for _, row in read(QUIRKS, "5", "PR-a.tsv").rows} == {"2020-00-00T00:00:00Z"}


def test_error_answer_is_refused_with_its_code() -> None:
    refused = refusal(PYCOUNTER, "r5", "not_authorized.json")
    assert refused.rule == "counter_error_answer"
    assert "2000" in refused.message


# Every file of release 4: its counts by month and metric.
RELEASE_4 = {
    (PYCOUNTER, "r4", "C4JR1.csv"): (24, {"R4_Full_Text_Article_Requests": 16}),
    (PYCOUNTER, "r4", "C4JR1_bad.csv"): (24, {"R4_Full_Text_Article_Requests": 1016}),
    (PYCOUNTER, "r4", "C4DB1_split_year.tsv"): (
        8,
        {
            "R4_Regular_Searches": 25,
            "R4_Searches_Federated_And_Automated": 1,
            "R4_Result_Clicks": 17,
            "R4_Record_Views": 3,
        },
    ),
    (PYCOUNTER, "r4", "sushi_missing_jan.xml"): (1, {"R4_Full_Text_Article_Requests": 17}),
    (QUIRKS, "4", "BR1-empty_values.csv"): (8, {"R4_Book_Title_Requests": 38}),
    (QUIRKS, "4", "JR1-d.csv"): (12, {"R4_Full_Text_Article_Requests": 147_277}),
}


@pytest.mark.parametrize(("names", "found"), RELEASE_4.items(), ids=[names[-1] for names in RELEASE_4])
def test_release_4_is_read_under_names_of_its_own(names: tuple[str, ...], found: tuple[int, dict[str, int]]) -> None:
    report = read(*names)
    assert (len(report.rows), dict(per_metric(report)), report.release) == (*found, "4")


def test_release_4_is_read_as_another_reader_does() -> None:
    """Months that a spreadsheet turned into 22-Jan; the expectations hold the month first and the count last."""
    with (FILES / QUIRKS / "4" / "JR1-d.csv.out").open(encoding="utf-8", newline="") as file:
        expected = [(row[0][:7], row[-1]) for row in csv.reader(file)]
    assert [(row["month"], row["n_uses"]) for _, row in read(QUIRKS, "4", "JR1-d.csv").rows] == expected


# Of every other file that carries COUNTER data: the rows read, or the rule by which it is refused.
OUTCOMES: dict[tuple[str, ...], int | str] = {
    (OFFICIAL, "PR_sample_r51.tsv"): 2424,
    (OFFICIAL, "PR_sample_r51.json"): 2424,
    (OFFICIAL, "PRP1_sample_r51.tsv"): 612,
    (OFFICIAL, "PRP1_sample_r51.xlsx"): 612,
    (OFFICIAL, "TR_sample_r51.tsv"): 1872,
    (OFFICIAL, "TR_sample_r51.json"): 1872,
    (OFFICIAL, "TRJ1_sample_r51.tsv"): 24,
    (OFFICIAL, "TRJ1_sample_r51.json"): 24,
    (OFFICIAL, "COUNTER_API.json"): "counter_no_header",
    (QUIRKS, "5", "DR-empty.tsv"): "counter_no_counts",
    (QUIRKS, "5", "IR_M1-a.csv"): "counter_period_mismatch",
    (QUIRKS, "5", "PR-a.tsv"): 20,
    (QUIRKS, "5", "PR-e.csv"): 96,
    (QUIRKS, "5", "TR-sample.json"): 63,
    (QUIRKS, "5", "TR-with-organization.tsv"): 63,
    (QUIRKS, "5", "errors", "TR-exclude_monthly_details.csv"): "counter_no_months",
    (QUIRKS, "5", "errors", "TR-wrong_months1.tsv"): "counter_month_unreadable",
    (QUIRKS, "51", "TR_empty_r51.json"): "counter_no_counts",
    (QUIRKS, "51", "TR_empty_r51.tsv"): "counter_no_counts",
    (QUIRKS, "reader", "cp1250.csv"): "counter_no_header",
    (QUIRKS, "reader", "test-simple.xls"): "counter_no_header",
    (PYCOUNTER, "r5", "not_authorized.json"): "counter_error_answer",
    (PYCOUNTER, "r5", "sushi_simple.json"): 4,
    (PYCOUNTER, "r5", "tr_j1.tsv"): "counter_no_counts",
}


def test_every_counter_file_comes_out_as_the_table_says() -> None:
    kept = {
        path.relative_to(FILES).parts
        for folder in (OFFICIAL, QUIRKS, PYCOUNTER)
        for path in (FILES / folder).rglob("*")
        if path.is_file() and path.suffix not in (".md", ".out")
    }
    found: dict[tuple[str, ...], int | str] = {}
    for names in kept - RELEASE_4.keys():
        try:
            found[names] = len(read(*names).rows)
        except RefusedFile as refused:
            found[names] = refused.rule
    assert found == OUTCOMES


def test_every_file_of_every_source_is_read_or_refused_in_words() -> None:
    """Also logs, returns and surveys: a file in the wrong folder is a sender's everyday mistake."""
    refusals: dict[Path, RefusedFile] = {}
    sources = set()
    for path in sorted(path for path in FILES.rglob("*") if path.is_file()):
        try:
            read_counter(path)
            sources.add(path.relative_to(FILES).parts[0])
        except RefusedFile as refused:
            refusals[path] = refused
    assert sources == {OFFICIAL, QUIRKS, PYCOUNTER}
    assert [path for path, refused in refusals.items() if not refused.rule.startswith("counter_")] == []
    assert [path for path, refused in refusals.items() if not refused.message.endswith(".")] == []
