"""The building blocks of a research culture on the first page: whose each is, what is overdue, where the money ended.

Belongs here: what the part says and in which order. Does not belong here: what counts as overdue (fct_building_blocks).
"""

from dashboards.figures import BuildingBlock, Figures
from dashboards.words import day_words, name_words

STATE_WORDS = {"done": "done", "no_owner": "no owner or no date", "overdue": "overdue", "due": "not due yet"}


def blocks_part(figures: Figures) -> list[dict[str, object]]:
    """A row for each entry of the action plan, those whose money has ended first; none where there is no plan."""
    by_funding = sorted(figures.building_blocks, key=lambda block: not block.is_funding_overdue)
    return [_row(block) for block in by_funding]


def _row(block: BuildingBlock) -> dict[str, object]:
    in_place = {True: "in place", False: "not in place", None: ""}[block.is_enabler_in_place]
    ends = block.funding_end_date
    return {
        "name": name_words(block.block),
        "owner": block.owner,
        "due": day_words(block.due_date) if block.due_date else "no date",
        "state": STATE_WORDS[block.state],
        "is_good": block.state in ("done", "due"),
        "in_place": in_place,
        "funding": f"{'ended' if block.is_funding_overdue else 'until'} {day_words(ends)}" if ends else "",
        "is_funding_overdue": block.is_funding_overdue,
    }
