"""Whether days of use crowd before a panel, beyond what chance would do (F11).

Belongs here: the test and its sentence. Does not belong here: the state of a clause, which it never changes.
"""

import datetime
from collections.abc import Collection, Sequence

from dagster_project.people.records import StaffMonth

LAST_MONTHS = 2
MINIMUM_DAYS = 5
BY_CHANCE = 0.01  # so seldom would as many days fall there, were each available day as likely


def burst(days: Collection[datetime.date], frame: Sequence[StaffMonth]) -> str | None:
    """A sentence where the last two months of the window hold more of its days than one in a hundred would by chance.

    Exact binomial test: each of the days falls into those months with the share of available days that they have.
    """
    from scipy.stats import binom

    last = {each.month for each in frame[-LAST_MONTHS:]}
    if len(days) < MINIMUM_DAYS or len(frame) <= LAST_MONTHS:
        return None
    available = float(sum(each.available_days for each in frame))
    share = float(sum(each.available_days for each in frame if each.month in last)) / available
    n_last = sum(day.replace(day=1) in last for day in days)
    if binom.sf(n_last - 1, len(days), share) >= BY_CHANCE:
        return None
    return (
        f"{n_last} of the {len(days)} days are of the last {LAST_MONTHS} months, where about "
        f"{share * len(days):.0f} would be expected. A case, a course or the round itself may be why: ask, it changes "
        "nothing here"
    )
