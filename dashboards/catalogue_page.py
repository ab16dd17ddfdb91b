"""The catalogue as a page: everything asked for, everything measured, and what cannot be measured here.

Belongs here: choosing what the page shows of each row. Does not belong here: the rows (the package's catalogue).
"""

from dagster_project.catalogue import KINDS, catalogue, requirements
from dagster_project.exports.contract import load_contracts
from dashboards.figures import Figures
from dashboards.pages import Page


def catalogue_page(figures: Figures) -> Page:
    """The three tables of the page."""
    rows = catalogue(figures.records, load_contracts(), figures.live)
    asked = {row.id: row for row in requirements()}
    not_here = [row for row in asked.values() if row.kind == "not_measurable"]
    return {
        "asked": [row for row in rows if row["id"] in asked and row["kind"] != KINDS["not_measurable"]],
        "measured": [row for row in rows if row["id"] not in asked],
        "not_measurable": [
            {
                "id": row.id,
                "says": row.says,
                "missing": row.missing,
                "change": row.change,
                "nearest": [(name, figures.records[name].title) for name in row.nearest if name in figures.records],
            }
            for row in not_here
        ],
    }
