"""How managers' returns about named reports differ between managers, and from what is recorded (F13).

Belongs here: reading what a year's last returns say beside recorded use, spread, agreement. Does not belong here:
shares by group (fairness), layout. No manager and no report is ever told of.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from dagster_project.statistics.agreement import Agreement, agreement
from dagster_project.statistics.disclosure import DisclosureSettings
from dagster_project.statistics.funnels import MINIMUM_TEAMS, arcsine_scores, overdispersion

MINIMUM_REPORTS = 5


@dataclass(frozen=True)
class View:
    """What a manager's last return of the year says of one report; `is_recorded` is None where use is not counted."""

    manager: str
    person_id: str
    is_seen: bool
    is_recorded: bool | None


@dataclass(frozen=True)
class Spread:
    """Between managers of five reports or more: `phi` times as variable as chance, `points` of standard deviation."""

    n_managers: int
    phi: float
    points: float


def read_views(connection: duckdb.DuckDBPyConnection, year: int) -> list[View]:
    rows = connection.execute(
        "select r.manager_person_id, r.person_id, r.is_regular = 1, u.is_regular = 1 "
        "from intermediate.int_manager__classified_reports as r "
        "left join intermediate.int_staff__regular_use as u on r.person_id = u.person_id and r.month = u.month "
        "where r.is_named and year(r.month) = ? "
        "qualify r.month = max(r.month) over (partition by r.person_id) order by all",
        [year],
    ).fetchall()
    return [View(*row) for row in rows]


def spread(views: Sequence[View]) -> Spread | None:
    """None for fewer than ten managers of five reports, or where all returns say the same.

    On the arcsine scale, drawn in by a tenth (Spiegelhalter 2005); as points at the overall share.
    """
    reports = Counter(each.manager for each in views)
    seen = Counter(each.manager for each in views if each.is_seen)
    managers = sorted(manager for manager, n in reports.items() if n >= MINIMUM_REPORTS)
    if len(managers) < MINIMUM_TEAMS:
        return None
    x, n = (np.array([counts[manager] for manager in managers], float) for counts in (seen, reports))
    share = float(x.sum() / n.sum())
    if share in (0, 1):
        return None
    found = overdispersion(*arcsine_scores(x, n))
    return Spread(len(managers), found.phi, 100 * 2 * (share * (1 - share) * found.tau2) ** 0.5)


def agreed(views: Sequence[View], rules: DisclosureSettings) -> Agreement | None:
    """Managers' words beside recorded use; None where any of the four numbers is small."""
    known = [each for each in views if each.is_recorded is not None]
    table = [
        [sum(each.is_seen is seen and each.is_recorded is recorded for each in known) for recorded in (True, False)]
        for seen in (True, False)
    ]
    small = any(0 < count <= rules.threshold for row in table for count in row)
    return None if small or len(known) < rules.minimum_denominator else agreement(table)
