"""The building blocks of a research culture on the first page: whose each is, what is overdue, where the money ends.

Belongs here: what the part says and in which order. Does not belong here: what counts as overdue (fct_building_blocks).
"""

import datetime

from dashboards.figures import BuildingBlock, Figures
from dashboards.words import day_words, name_words

FUNDING_ORDER = {"ended": 0, "ends": 1, "until": 2, "": 2}
ENDS_SOON = datetime.timedelta(days=90)
STATE_WORDS = {"done": "done", "no_owner": "no owner or no date", "overdue": "overdue", "due": "not due yet"}


def blocks_part(figures: Figures) -> list[dict[str, object]]:
    """A row for each entry of the action plan: first where money has ended, then where it ends within 90 days."""
    rows = [_row(block, figures.as_at) for block in figures.building_blocks]
    return sorted(rows, key=lambda row: FUNDING_ORDER[str(row["funding_state"])])


def _row(block: BuildingBlock, as_at: datetime.date) -> dict[str, object]:
    in_place = {True: "in place", False: "not in place", None: ""}[block.is_enabler_in_place]
    ends = block.funding_end_date
    funding_state = ""
    if ends:
        funding_state = "ended" if block.is_funding_overdue else "ends" if ends <= as_at + ENDS_SOON else "until"
    return {
        "name": name_words(block.block),
        "owner": block.owner,
        "due": day_words(block.due_date) if block.due_date else "no date",
        "state": STATE_WORDS[block.state],
        "is_good": block.state in ("done", "due"),
        "in_place": in_place,
        "funding": f"{funding_state} {day_words(ends)}" if ends else "",
        "funding_state": funding_state,
    }
