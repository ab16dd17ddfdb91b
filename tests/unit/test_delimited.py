"""Delimited text: whatever the encoding, separator, quoting and newlines, the same cells under the same row numbers."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.delimited import inspect_bytes, read_delimited

Cells = list[str]
Rows = list[tuple[int, Cells]]

CONTRACT = Contract(
    feed="visits", title="t", about="a", owner="o", controller="c", lawful_basis="l", retention_class="hr",
    audience=["hr"], domain="d",
    delivery="append", period="day", key=["visit_id"], due_days=5,
    columns=[
        Column(name="visit_id", header="Visit ID", type="text", description="d", purpose="p", required=True,
               aliases=["record no."]),
        Column(name="day", header="Date", type="date", description="d", purpose="p", required=True),
        Column(name="team", header="Team", type="text", description="d", purpose="p"),
    ],
)  # fmt: skip
HEAD = "Visit ID,Date,Team\r\n"
BODY = "V1,2026-09-01,North\r\nV2,2026-09-02,South\r\n"
ROWS: Rows = [(2, ["V1", "2026-09-01", "North"]), (3, ["V2", "2026-09-02", "South"])]


@dataclass
class Read:
    """What one file gave; `is_fast` where DuckDB's own reader took it."""

    columns: list[str]
    rows: Rows
    ragged: list[int] = field(default_factory=list)
    n_unused: int = 0
    is_fast: bool = False


Reader = Callable[[str | bytes], Read]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("delimited")
    connection = duckdb.connect()

    def run(content: str | bytes) -> Read:
        path = folder / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        table = read_delimited(connection, path, CONTRACT, folder)
        found = connection.execute(
            f"select {table.row_number}, {', '.join(table.columns)} from text_rows order by 1"
        ).fetchall()
        rows = [(number, [cell or "" for cell in cells]) for number, *cells in found]
        filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
        ragged = [problem.row for problem in table.problems if problem.rule == "ragged_row"]
        return Read(table.columns, filled, ragged, table.n_unused, table.row_number.startswith("rowid"))

    yield run
    connection.close()


def refusal(read: Reader, content: str | bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        read(content)
    return refused.value


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("team", ["North", "Caf\u00e9 \u2019n\u2019 Cr\u00e8che"])
def test_accents_survive_every_encoding(encoding: str, team: str, read: Reader) -> None:
    if encoding == "utf-16-le" and not team.isascii():
        team = "Caf\u00e9"  # without a mark only the letters of Latin-1 can be told
    found = read((HEAD + BODY.replace("North", team)).encode(encoding))
    assert found.rows == [(2, ["V1", "2026-09-01", team]), ROWS[1]]


def test_only_plain_utf8_is_read_without_a_copy(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    for content, expected in {
        b"a\n\xc3\xa9\n": ("utf-8", True), b"a\r\n\xe9": ("cp1252", True), b"a\n\xc3": ("cp1252", True),
        b"\xef\xbb\xbfa\n": ("utf-8-sig", True), b"\xff\xfea\0": ("utf-16", False), b"a\0\n": ("utf-8-sig", False),
        b"a\n\nb": ("utf-8", False), b"a\r\n\r\nb": ("utf-8", False), b"\na": ("utf-8", False),
        b"\xef\xbb\xbf\r\na": ("utf-8-sig", False), b"a\rb": ("utf-8", False), b"a\r\r\nb": ("utf-8", False),
        b"a\r": ("utf-8", False), b"a\r\n": ("utf-8", True), b"": ("utf-8", True),
    }.items():  # fmt: skip
        path.write_bytes(content)
        assert inspect_bytes(path) == expected, content


@pytest.mark.parametrize("cut", range(-6, 7))
@pytest.mark.parametrize("at_cut", ["\r\n\r\n", "\r\n", "\n\n", "\r", "\u00e9", "\u20ac\r\n"])
def test_what_lies_across_the_edge_of_a_chunk_is_seen(cut: int, at_cut: str, tmp_path: Path) -> None:
    """Files are looked through a mebibyte at a time."""
    path = tmp_path / "file.csv"
    path.write_bytes(b"x" * ((1 << 20) + cut) + at_cut.encode() + b"y")
    assert inspect_bytes(path) == ("utf-8", at_cut not in ("\r\n\r\n", "\n\n", "\r"))


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_separator_is_the_one_under_which_the_headings_are_known(separator: str, quoting: int, read: Reader) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting)
    writer.writerows([["Visit ID", "Date", "Team"], ["V1", "2026-09-01", "a, b; c|d\te"], ROWS[1][1]])
    assert read(text.getvalue()).rows == [(2, ["V1", "2026-09-01", "a, b; c|d\te"]), ROWS[1]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_of_every_system(newline: str, read: Reader) -> None:
    assert read((HEAD + BODY).replace("\r\n", newline)).rows == ROWS
    assert read((HEAD + BODY).replace("\r\n", newline).rstrip()).rows == ROWS, "also without one at the end"


TOPS = {
    "one line": "Visits of September\r\n", "blank line": "\r\n", "two blank lines": "\n\n", "spaces": "  \r\n",
    "commas": ",,,,,\r\n", "quoted line break": '"Visits\r\nof September",x\r\n', "wide": "a,b,c,d,e,f,g,h\r\n",
    "stray mark": '5" tape, Team\r\n', "comment": "# Visits\r\n", "many": "x\r\n" * 29,
}  # fmt: skip


@pytest.mark.parametrize("top", TOPS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rows_above_the_heading_are_counted_and_lose_no_row_below(top: str, encoding: str, read: Reader) -> None:
    above = len(list(csv.reader(io.StringIO(TOPS[top], newline=""))))
    found = read((TOPS[top] + HEAD + BODY).encode(encoding))
    assert found.rows == [(number + above, cells) for number, cells in ROWS]


def test_heading_too_far_down_is_told(read: Reader) -> None:
    refused = refusal(read, "x\r\n" * 30 + HEAD + BODY)
    assert (refused.rule, "first 30 rows" in refused.message) == ("no_headings", True)


def test_heading_cell_with_a_line_break_loses_no_row(read: Reader) -> None:
    found = read('"Visit\nID",Date,Team\n' + BODY.replace("\r", ""))
    assert (found.rows, found.is_fast) == (ROWS, False)


def test_headings_by_alias_case_and_order(read: Reader) -> None:
    found = read('"TEAM ",Notes,record_no,  DATE\r\nNorth,private,V1,2026-09-01\r\n')
    assert (found.columns, found.n_unused) == (["team", "visit_id", "day"], 1)
    assert found.rows == [(2, ["North", "V1", "2026-09-01"])]


@pytest.mark.parametrize(("content", "rule", "words"), [
    ("Visit ID,Team\nV1,North\n", "missing_columns", "Row 1 has no column Date."),
    ("Team\nNorth\n", "missing_columns", "Row 1 has no column Visit ID, Date."),
    ("Visit ID;Team\nV1;North\n", "missing_columns", "Row 1 has no column Date."),
    ("Visit ID,Date,Record no\nV1,2026-09-01,V1\n", "heading_twice", "Row 1: two columns both mean Visit ID."),
    ("Name,Born\nJo,1990-01-01\n", "no_headings", "Expected at least: Visit ID, Date."),
    (b"\xef\xbb\xbf", "no_headings", "right folder"), (b"\0\0\0\0", "no_headings", "right folder"),
    ("\n\n \n", "no_headings", "right folder"), ('"', "no_headings", "right folder"),
    (b"PK\x03\x04\x00\xff\xfe", "no_headings", "right folder"),
])  # fmt: skip
def test_file_without_the_headings_is_refused_in_words(
    content: str | bytes, rule: str, words: str, read: Reader
) -> None:
    refused = refusal(read, content)
    assert refused.rule == rule
    assert words in refused.message


def test_blank_rows_are_left_out_and_counted(read: Reader) -> None:
    v1, v2 = BODY.splitlines()
    for blank in ("", ",,", " , ,\t", "  ", ",,,,,", '"",""', "\u00a0,\u2003,"):
        found = read(f"{HEAD}{v1}\r\n{blank}\r\n{v2}\r\n{blank}\r\n")
        assert (found.rows, found.ragged) == ([ROWS[0], (4, ROWS[1][1])], []), repr(blank)


def test_rows_too_long_are_told_and_rows_too_short_are_padded(read: Reader) -> None:
    found = read(HEAD + "V1,2026-09-01\r\nV2,2026-09-02,South,extra\r\nV3,2026-09-03,East,,\r\n")
    assert found.rows == [(2, ["V1", "2026-09-01", ""]), (4, ["V3", "2026-09-03", "East"])]
    assert found.ragged == [3]


def test_cells_with_line_breaks_are_one_row(read: Reader) -> None:
    found = read(HEAD + 'V1,2026-09-01,"North\r\nand ""East""\n\n"\r\nV2,2026-09-02,South\r\n')
    assert found.rows == [(2, ["V1", "2026-09-01", 'North\r\nand "East"\n\n']), ROWS[1]]


@pytest.mark.parametrize("notes", [
    '"never closed', '"closed far below', '"closed" too soon', '"a""', '"',
])  # fmt: skip
@pytest.mark.parametrize("later", ["plain", '"quoted"'])
def test_broken_quotation_is_refused_by_row_never_swallowing_rows(notes: str, later: str, read: Reader) -> None:
    """A mark left open in a column nobody uses took every row down to the next mark with it, unseen."""
    rows = [f"V{n},2026-09-0{n},North,{notes if n == 2 else later}\r\n" for n in range(1, 6)]
    refused = refusal(read, HEAD.replace("Team", "Team,Notes") + "".join(rows))
    assert (refused.rule, refused.message.split(":")[0]) == ("broken_quotes", "Row 3")


def test_broken_quotation_in_the_heading_row_is_refused(read: Reader) -> None:
    refused = refusal(read, 'Visit ID,Date,"Notes\r\nV1,2026-09-01,x\r\nV2,2026-09-02,"y"\r\n')
    assert (refused.rule, refused.message.split(":")[0]) == ("broken_quotes", "Row 1")


def test_marks_inside_a_plain_cell_are_letters(read: Reader) -> None:
    assert read(HEAD + 'V1,2026-09-01,5" tape\r\nV2,2026-09-02,South\r\n').rows[0][1][2] == '5" tape'


def test_nul_bytes_are_dropped(read: Reader) -> None:
    assert read((HEAD + BODY).replace("V1", "V\x001").replace("\r\n", "\0\r\0\n\0")).rows == ROWS


def test_huge_cells_are_read_or_refused(read: Reader) -> None:
    row = "V1,2026-09-01,North,{}\r\n"
    heading = HEAD.replace("Team", "Team,Notes")
    assert read(heading + row.format("x" * 3_000_000)).rows == ROWS[:1]
    assert refusal(read, heading + row.format("x" * 10_000_001)).rule == "broken_quotes"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=8)
CELL = TEXT | st.sampled_from(["", " ", '"', '""', "a,b", "a;b", "'", "\\", "#", " x ", "NULL", "\u00a0", "\ufeff"])
BROKEN_CELL = CELL | st.sampled_from(["a\nb", "a\r\nb", "\n\n", "\r", '"\n"'])


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, Rows]:
    """A well-formed file and what it holds."""
    has_breaks = draw(st.booleans())
    cell = BROKEN_CELL if has_breaks else CELL
    above = draw(st.lists(st.lists(cell, max_size=5), max_size=3))
    row = st.lists(cell, min_size=4, max_size=4) | (st.just([]) if draw(st.booleans()) else st.nothing())
    below = draw(st.lists(row, max_size=6))
    text = io.StringIO(newline="")
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = csv.QUOTE_ALL if has_breaks else draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(text, delimiter=draw(st.sampled_from(",\t;|")), lineterminator=newline, quoting=quoting)
    writer.writerows([*above, ["Visit ID", "Notes", "Date", "Team"], *below])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    kept = [(number, [cells[0], *cells[2:]]) for number, cells in enumerate(below, start=len(above) + 2) if cells]
    filled = [(number, cells) for number, cells in kept if any(cell.strip() for cell in cells)]
    return text.getvalue().encode(encoding), filled


@settings(max_examples=150, deadline=None, derandomize=True)
@given(file=files())
def test_any_well_formed_file_gives_its_cells_and_its_row_numbers(read: Reader, file: tuple[bytes, Rows]) -> None:
    content, expected = file
    found = read(content)
    assert (found.rows, found.ragged) == (expected, [])


LINES = st.text(st.sampled_from(list('ab,,,"" \n\n\'\\#\t\r')), max_size=20)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(top=LINES, below=LINES, separator=st.sampled_from(",\t;"), newline=st.sampled_from(["\n", "\r\n"]))
def test_both_ways_in_make_the_same_of_any_text(
    read: Reader, top: str, below: str, separator: str, newline: str
) -> None:
    """UTF-16 always takes the careful way; only how fast a file is read may depend on the way."""
    text = f"{top}{newline}{HEAD.strip()}{newline}a,b,c{newline}{below}".replace(",", separator)
    found: list[object] = []
    for encoding in ("utf-8", "utf-16"):
        try:
            one = read(text.encode(encoding))
            found.append((one.rows, one.ragged))
        except RefusedFile as refused:
            found.append(refused.rule)
    assert found[0] == found[1]


LOSSES = {
    "lines that end in two ways": "Visits\nof September\n" + HEAD + BODY,
    "space before a mark": HEAD + 'V1,2026-09-01, "North\r\nV2,2026-09-02,South"\r\n',
}


@pytest.mark.parametrize("name", LOSSES)
def test_no_row_is_lost_to_the_fast_way(name: str, read: Reader) -> None:
    """DuckDB's reader skipped a data row with the one, and took two rows for one with the other."""
    assert [cells[0] for _, cells in read(LOSSES[name]).rows] == ["V1", "V2"]


def test_plain_files_take_the_fast_way(read: Reader) -> None:
    assert read(HEAD + BODY).is_fast
    assert read("Visits of September\r\n" + HEAD + BODY).is_fast
    assert read((HEAD + BODY).encode("utf-8-sig")).is_fast
    assert not read(HEAD + "\r\n" + BODY).is_fast
