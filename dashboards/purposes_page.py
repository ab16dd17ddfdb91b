"""What is held and why, and what is not collected: the purpose register as a page.

Belongs here: the register by feed, in words. Does not belong here: what a contract says (contracts), retention itself.
"""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from dagster_project.exports.contract import load_contracts
from dagster_project.people import characteristics
from dagster_project.purposes import NOT_COLLECTED, SEALED_FEED, months_kept, register_rows


def purposes_page(retention_months: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    """Each feed with its columns, how long they are kept, and what no feed asks for."""
    contracts = {**load_contracts(), SEALED_FEED: characteristics.contract()}
    kept = months_kept(retention_months)
    about = {contract.title: contract for contract in contracts.values()}
    feeds = []
    for title, rows in groupby(register_rows(contracts), key=itemgetter("feed")):
        columns = [{**row, "kept": _kept(kept[row["retention_class"]])} for row in rows]
        contract = about[title]
        feeds.append(
            {
                "feed": contract.feed,
                "title": title,
                "about": contract.about,
                "controller": contract.controller,
                "columns": columns,
            }
        )
    return {"feeds": feeds, "not_collected": [{"what": what, "why": why} for what, why in NOT_COLLECTED]}


def _kept(months: int | None) -> str:
    if months is None:
        return "not about people: kept"
    years, rest = divmod(months, 12)
    return f"{months} months" if rest or not years else f"{years} years"
