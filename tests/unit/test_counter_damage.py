"""The COUNTER reader on random and damaged bytes: read or refused, never a traceback, never a row lost."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter import CounterReport, read_counter
from tests.unit.counter_reports import PR_ROW, answer, grid, tsv, xlsx


def read_bytes(content: bytes) -> CounterReport | None:
    """The report in `content`, None where it is refused in words; anything else raised fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_bytes(content)
        try:
            return read_counter(path)
        except RefusedFile as refused:
            told = refused
    assert told.rule.startswith("counter_") or "workbook" in told.rule
    assert told.message.endswith(".")
    return None


CELL = st.one_of(st.integers(0, 9999).map(str), st.sampled_from(["", "abc", "-3", "1,016", "0"]))
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ROWS, st.booleans())
def test_every_given_count_is_a_row_and_nothing_else_is(counts: list[list[str]], as_workbook: bool) -> None:
    """Read = rows accounted for: each filled count cell becomes one row, under its own row number and month."""
    cells = grid(*([f"Shelf {n}", *PR_ROW[1:4], "", *row] for n, row in enumerate(counts)))
    report = read_bytes(xlsx(cells) if as_workbook else tsv(cells).encode())
    expected = Counter(
        (number, f"2026-0{month}", count.replace(",", ""))
        for number, row in enumerate(counts, start=15)
        for month, count in enumerate(row, start=1)
        if count
    )
    found = Counter((number, row["month"], row["n_uses"]) for number, row in report.rows) if report else Counter()
    assert found == expected


VALID = [
    tsv(grid(PR_ROW, PR_ROW)).encode(),
    tsv(grid(PR_ROW, PR_ROW)).replace("\t", ",").encode("utf-16"),
    answer(
        [
            {
                **{"Title": "T", "Platform": "Shelf", "Item_ID": {"DOI": "10.1/a"}},
                "Attribute_Performance": [{"YOP": "2020", "Performance": {"No_License": {"2026-01": 1, "2026-02": 2}}}],
            }
        ]
    ).encode(),
    xlsx(grid(PR_ROW)),
]
DAMAGE = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{", b"[", b"<", b"\xff\xfe"])
)
def test_random_bytes_are_refused_in_words(content: bytes, start: bytes) -> None:
    assert read_bytes(start + content) is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(VALID), DAMAGE)
def test_damaged_reports_are_read_or_refused_in_words(content: bytes, damage: list[tuple[int, int, bytes]]) -> None:
    for at, length, instead in damage:
        at %= len(content) + 1
        content = content[:at] + instead + content[at + length :]
    report = read_bytes(content)
    assert report is None or all(row["month"] and row["n_uses"] for _, row in report.rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Items",
                    "Item_ID",
                    "Performance",
                    "Attribute_Performance",
                    "Period",
                    "Instance",
                    "Item_Parent",
                    "2026-01",
                    "Title",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(JSON, JSON)
def test_json_of_any_shape_is_read_or_refused_in_words(items: Any, exceptions: Any) -> None:
    read_bytes(answer([items], [exceptions]).encode())
    read_bytes(answer([{"Attribute_Performance": [{"Performance": {"No_License": items}}]}]).encode())
    read_bytes(json.dumps({"Report_Header": items, "Report_Items": exceptions}).encode())
    read_bytes(json.dumps(items).encode())
