"""Whatever a file holds, it is read or refused, and every row of it is accounted for."""

import csv
import io
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.error_report import error_rows
from dagster_project.exports.read import Reading
from tests.unit.visits import CONTRACT, HEAD, Reader, problems, row, text

SECRET = "Zebedee"
CELLS = {
    "Visit ID": st.sampled_from(["V1", "V2", "V3", "", " V1", "V\n1", "n/a"]),
    "Staff ID": st.sampled_from(["a1", "A1", "", "\u00e9"]),
    "Name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=5),
    "Date": st.sampled_from(["2026-09-01", "01/09/26", "31/02/2026", ""]),
    "Minutes": st.sampled_from(["1", "45.0", "0", "", "x"]),
    "Team": st.sampled_from(["", "North", 'c"d', "a;b,c|d", " "]),
}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(*CELLS.values()).map(list) | st.just([]), max_size=5), quoting=st.sampled_from([0, 1]),
       separator=st.sampled_from(",;|\t"), newline=st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_same_rows_and_problems_come_of_a_file_whichever_way_it_is_read(
    read: Reader, rows: list[list[str]], quoting: int, separator: str, newline: str
) -> None:
    """UTF-16 always takes the careful way in, plain UTF-8 the fast one where it can."""
    lines = io.StringIO(newline="")
    has_breaks = any("\n" in cell for cells in rows for cell in cells)
    writer = csv.writer(lines, delimiter=separator, lineterminator=newline, quoting=1 if has_breaks else quoting)
    writer.writerows([HEAD, *rows])
    found = []
    for encoding in ("utf-8", "utf-16"):
        reading = read(lines.getvalue().encode(encoding))
        typed = read.rows("* exclude (_record)") if reading.refusal is None else reading.refusal.message
        found.append((typed, problems(reading), reading.n_read, reading.n_accepted))
    assert found[0] == found[1]
    filled = [number for number, cells in enumerate(rows, start=2) if any(cell.strip() for cell in cells)]
    told = {problem.row for problem in reading.problems}
    assert (reading.n_read, reading.n_rejected) == (len(filled), len(told))
    kept = {number for number, *_ in read.rows()} if reading.refusal is None else set()
    assert kept | told <= set(filled)
    assert not kept & told


DAMAGE = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from([b"", b'"', b"\n", b",", b"\0", b"\xff", b"\r", b" "]))
)


def holds(reading: Reading) -> None:
    """What is true of every reading, whatever the file."""
    if reading.refusal is None:
        assert reading.n_read == reading.n_accepted + reading.n_rejected
    told = [*error_rows(reading, CONTRACT), *reading.warnings]
    assert SECRET not in str(told)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(lambda found: ",".join(HEAD) + "\n" + found))
def test_any_bytes_are_read_or_refused_never_raised(read: Reader, content: str | bytes) -> None:
    holds(read(content))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(damage=DAMAGE, seed=st.integers(0, 999), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
def test_damaged_files_are_refused_or_every_row_is_accounted_for(
    read: Reader, damage: list[tuple[int, bytes]], seed: int, encoding: str
) -> None:
    draw = random.Random(seed)
    rows = [row(f"V{n}", Name=SECRET, Team=draw.choice(["a,b", 'c"d', "e\nf", "Caf\u00e9"])) for n in range(5)]
    content = text(*rows).encode(encoding)
    for at, piece in damage[:5]:
        at %= len(content)
        content = content[:at] + piece + content[at + 1 :]
    reading = read(content)
    holds(reading)
    if not damage:
        assert (reading.n_read, reading.n_rejected) == (5, 0)
