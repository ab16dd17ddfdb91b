"""Every report and standard view of releases 5 and 5.1, in every form publishers send it: the same rows."""

import pytest

from dagster_project.exports.readers.counter import read_counter
from dagster_project.exports.readers.counter_header import REPORT_IDS
from tests.unit.counter_reports import LAYOUTS, Save, layout_answer, layout_grid, tsv, xlsx


def test_layouts_are_those_that_are_read() -> None:
    assert LAYOUTS.keys() == REPORT_IDS


@pytest.mark.parametrize("release", ["5", "5.1"])
@pytest.mark.parametrize("report_id", LAYOUTS)
def test_every_form_of_a_report_reads_the_same(save: Save, report_id: str, release: str) -> None:
    """A report sent as a workbook in one month and as JSON in the next must not be counted as two."""
    cells = layout_grid(report_id, release, [1, 2, 3], [0, 4, 0])
    from_tsv = read_counter(save(tsv(cells)))
    assert (from_tsv.report_id, from_tsv.release, len(from_tsv.rows)) == (report_id, release, 6)
    assert [row["n_uses"] for _, row in from_tsv.rows] == ["1", "2", "3", "0", "4", "0"]
    assert read_counter(save(tsv(cells).replace("\t", ","))) == from_tsv
    assert read_counter(save(xlsx(cells))) == from_tsv
    from_json = read_counter(save(layout_answer(report_id, release, [1, 2, 3], [None, 4, None])))
    assert sorted(tuple(sorted(row.items())) for _, row in from_json.rows) == sorted(
        tuple(sorted(row.items())) for _, row in from_tsv.rows
    )
