"""The action plan on the first page: a block that nobody has says so, and money that has ended goes first."""

import datetime
import re
from pathlib import Path
from typing import Any

from dashboards.figures import BuildingBlock
from tests.unit.test_dashboards import build, make_figures

MARCH = datetime.date(2026, 3, 31)


def block(name: str, **other: Any) -> BuildingBlock:
    clean: dict[str, Any] = {
        "block": name, "owner": "Director", "due_date": datetime.date(2026, 12, 31), "done_date": None,
        "funding_end_date": None, "is_enabler_in_place": None, "state": "due", "is_funding_overdue": False,
    }  # fmt: skip
    return BuildingBlock(**(clean | other))


def rows_of(page: str) -> list[list[str]]:
    part = page[page.index("<h2>Building blocks</h2>") : page.index("<h2>Can it be trusted</h2>")]
    rows = re.findall(r"<tr role=\"row\">(<th role=\"rowheader\".*?)</tr>", part, flags=re.DOTALL)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall("<t[hd].*?</t[hd]>", row)] for row in rows]


def test_first_page_says_whose_each_block_is_and_where_the_money_has_ended(tmp_path: Path) -> None:
    """An overdue funding end stood in a register that nobody opened."""
    blocks = (
        block("fellowship", owner="no owner", due_date=None, state="no_owner"),
        block("budget", is_enabler_in_place=False, funding_end_date=datetime.date(2027, 12, 31)),
        block("research_facilitator", state="done", funding_end_date=MARCH, is_funding_overdue=True),
    )
    assert rows_of(build(make_figures(building_blocks=blocks), tmp_path / "site")["index.html"]) == [
        ["Research facilitator", "Director", "31 December 2026", "done", "", "ended 31 March 2026"],
        ["Fellowship", "no owner", "no date", "no owner or no date", "", ""],
        ["Budget", "Director", "31 December 2026", "not due yet", "not in place", "until 31 December 2027"],
    ]


def test_money_that_ends_within_90_days_is_marked_before_it_has_ended(tmp_path: Path) -> None:
    """A post was told of when nobody could pay for it any more."""
    figures = make_figures()
    in_90, in_91 = (figures.as_at + datetime.timedelta(days=days) for days in (90, 91))
    blocks = (block("budget", funding_end_date=in_91), block("research_facilitator", funding_end_date=in_90))
    page = build(figures.model_copy(update={"building_blocks": blocks}), tmp_path / "site")["index.html"]
    assert [(row[0], row[-1].split()[0]) for row in rows_of(page)] == [
        ("Research facilitator", "ends"), ("Budget", "until"),
    ]  # fmt: skip
    assert page.count('<span class="tag wait">ends ') == 1


def test_home_without_an_action_plan_has_no_empty_table_of_it(tmp_path: Path) -> None:
    assert "Building blocks" not in build(make_figures(), tmp_path / "site")["index.html"]
