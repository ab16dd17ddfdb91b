"""COUNTER release 4: read in every form, under names that nothing adds to those of release 5."""

from pathlib import Path

from dagster_project.exports.readers.counter import read_counter
from dagster_project.exports.readers.counter_rows import METRICS
from tests.unit.counter_reports import R4, SUSHI, Save, tsv, xlsx


def counts(report_rows: list[tuple[int, dict[str, str]]]) -> list[tuple[int, str, str, str]]:
    return [(number, row["month"], row["metric_type"], row["n_uses"]) for number, row in report_rows]


JR1 = "R4_Full_Text_Article_Requests"


def test_totals_are_left_out_and_empty_cells_are_no_noughts(save: Save) -> None:
    """The total row's `'1,003'` splits in two at its comma, which says nothing about the rows below it."""
    report = read_counter(save(R4))
    assert (report.release, report.report_id, report.created_at) == ("4", "JR1", "2011-03-21")
    assert counts(report.rows) == [(11, "2011-01", JR1, "1003"), (11, "2011-02", JR1, "13")]
    assert report.warnings == [
        "Rows of the publisher's own totals, left out: 1.",
        "Empty count cells, read as not given and not as zero: 2.",
    ]
    assert report.rows[0][1]["item"] == "J of Care | A publisher | 0951-0079"


def test_months_are_read_however_a_spreadsheet_left_them(save: Save) -> None:
    for heading in ("Jan-2011", "2011-01", "1-2011", "11-Jan", "January 2011"):
        assert counts(read_counter(save(R4.replace("Jan-11", heading))).rows)[0][1] == "2011-01", heading


def test_workbook_reads_as_the_text_does(save: Save) -> None:
    lines = [line.split("\t") for line in R4_TSV.splitlines()]
    assert read_counter(save(xlsx(lines))).rows == read_counter(save(tsv(lines))).rows


R4_TSV = """\
Database Report 1 (R4)\tTotal Searches
A fictional council
Period covered by Report:
2011-01-01 to 2011-01-31
Date run:
2011-03-21
Database\tPublisher\tPlatform\tUser Activity\tReporting Period Total\tJan-2011
Law\tA publisher\tShelf\tRegular Searches\t5\t5
Law\tA publisher\tShelf\tRecord Views\t2\t2
"""


def test_activities_of_a_database_keep_their_own_names(save: Save) -> None:
    found = [row["metric_type"] for _, row in read_counter(save(R4_TSV)).rows]
    assert found == ["R4_Regular_Searches", "R4_Record_Views"]


def test_books_without_a_heading_over_their_titles_keep_them(save: Save) -> None:
    book = R4.replace("Journal Report 1", "Book Report 1").replace("\nJournal,", "\n,")
    (_, row), *_ = read_counter(save(book)).rows
    assert (row["report_id"], row["metric_type"]) == ("BR1", "R4_Book_Title_Requests")
    assert row["item"].startswith("J of Care | ")


def instance(metric: str, count: int) -> str:
    return f"<c:Instance><c:MetricType>{metric}</c:MetricType><c:Count>{count}</c:Count></c:Instance>"


def test_xml_gives_the_total_and_not_its_parts(save: Save) -> None:
    """A reader that adds ft_pdf and ft_html to ft_total counts each request twice."""
    xml = SUSHI.format(report="JR1", counts=instance("ft_pdf", 9) + instance("ft_html", 8) + instance("ft_total", 17))
    report = read_counter(save(xml))
    assert counts(report.rows) == [(1, "2011-02", JR1, "17")]
    assert report.rows[0][1]["created_by"] == "A publisher"
    xml = SUSHI.format(report="DB1", counts=instance("search_reg", 3) + instance("record_view", 2))
    assert [row["metric_type"] for _, row in read_counter(save(xml)).rows] == ["R4_Regular_Searches", "R4_Record_Views"]


def test_xml_reads_nothing_outside_itself(save: Save, tmp_path: Path) -> None:
    """An entity that names a file of ours must not bring its content into a figure."""
    secret = tmp_path / "secret"
    secret.write_text("Jo Bloggs")
    xml = SUSHI.format(report="JR1", counts=instance("ft_total", 1)).replace("J of Care", "&e;")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    report = read_counter(save(xml.replace("?>", f"?>{entity}", 1)))
    assert len(report.rows) == 1
    assert "Bloggs" not in str(report.rows)


def test_no_name_is_one_of_release_5(save: Save) -> None:
    names = {row["metric_type"] for text in (R4, R4_TSV) for _, row in read_counter(save(text)).rows}
    assert not names & set(METRICS.values())
