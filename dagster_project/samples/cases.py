"""Referrals and closures as the case system exports them: all that is known before the last month, then that month.

Belongs here: children, families, referrals, closures and returns, at the levels of truths.py. Does not belong here:
what became of any child in between; there is nothing of it.

The case system is older than the months of the samples: re-referrals need two years before a year to 31 March.
"""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month, month_number, month_start
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.people import Team
from dagster_project.samples.truths import NAMED_AT_CLOSURE, RETURNED, RETURNED_NAMED

HEADINGS = {
    "Child number": "child_id", "Family number": "family_id", "Date of referral": "start_date",
    "No further action": "is_nfa", "Date closed": "closure_date", "Reason for closure": "closure_reason",
    "Allocated team": "team_id", "Evidence named at closure?": "is_evidence_named",
}  # fmt: skip

REFERRED = 3  # new children a month for each ten staff
NO_ACTION, REFERRED_AGAIN = 300, 220  # per mille of referrals; of those without action
NOT_SAID = 100  # per mille of closures
SIBLING = 250  # per mille of returns
REASONS = (("RC7", 70), ("RC8", 18), ("RC9", 8), ("RC3", 2), ("RC5", 2))


@dataclass(frozen=True)
class Referral:
    """One row; `closed` is None while the case is open or where nothing followed."""

    child: int
    family: int
    day: datetime.date
    team: str
    is_nfa: bool
    closed: datetime.date | None
    reason: str
    names_evidence: bool | None


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """Both files."""
    folder, last = out / "cases", made.covered[-1]
    a_month = max(2, made.staff * REFERRED // 10)
    referrals = sorted(_referrals(Draws(made.seed, "cases"), last, a_month, made.teams), key=_key)
    before = [referral for referral in referrals if referral.day < last.first]
    changed = [r for r in referrals if r.day >= last.first or (r.closed is not None and r.closed >= last.first)]
    return [
        _write(folder / f"referrals_to_{month_start(month_number(last.first) - 1):%Y-%m}.csv", before, last.first),
        _write(folder / f"referrals_{last.text}.csv", changed, last.last + datetime.timedelta(days=1)),
    ]


def first_day(last: Month) -> datetime.date:
    """1 April, three years before the last 31 March that is over."""
    return datetime.date(last.first.year - 3 - (last.first.month < 4), 4, 1)


def _key(referral: Referral) -> tuple[datetime.date, int]:
    return referral.day, referral.child


def _referrals(draws: Draws, last: Month, a_month: int, teams: list[Team]) -> Iterator[Referral]:
    """Every referral from `first_day` to the end of `last`, those that follow from an earlier one right after it."""
    n_children = 0
    for month in range(month_number(first_day(last)), month_number(last.first) + 1):
        for _ in range(a_month):
            n_children += 1
            day: datetime.date | None = month_start(month) + datetime.timedelta(days=draws.below(28))
            child, family = n_children, n_children
            while day is not None and day <= last.last:
                referral = _referral(draws, child, family, day, draws.pick(teams).name)
                yield referral
                day = _again(draws, referral)
                if day is not None and not referral.is_nfa and draws.chance(SIBLING):
                    n_children += 1
                    child = n_children


def _referral(draws: Draws, child: int, family: int, day: datetime.date, team: str) -> Referral:
    if draws.chance(NO_ACTION):
        return Referral(child, family, day, team, True, None, "", None)
    closed = day + datetime.timedelta(days=draws.between(20, 240))
    reason = draws.weighted(REASONS)
    names_evidence = None if draws.chance(NOT_SAID) else draws.chance(NAMED_AT_CLOSURE)
    return Referral(child, family, day, team, False, closed, reason, names_evidence)


def _again(draws: Draws, referral: Referral) -> datetime.date | None:
    """The day of the family's next referral, if there is one within the year."""
    if referral.closed is None:
        start, chance = referral.day, REFERRED_AGAIN
    else:
        start, chance = referral.closed, RETURNED_NAMED if referral.names_evidence else RETURNED
    return start + datetime.timedelta(days=draws.between(1, 360)) if draws.chance(chance) else None


def _write(path: Path, referrals: list[Referral], known_before: datetime.date) -> Path:
    """The rows as known the day before `known_before`: what closes later is still open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for each in referrals:
            is_closed = each.closed is not None and each.closed < known_before
            says = {None: "", True: "Yes", False: "No"}[each.names_evidence] if is_closed else ""
            writer.writerow([
                f"CH-{each.child:06d}", f"FA-{each.family:06d}", f"{each.day:%d/%m/%Y}", "Yes" if each.is_nfa else "No",
                f"{each.closed:%d/%m/%Y}" if is_closed else "", each.reason if is_closed else "", each.team, says,
            ])  # fmt: skip
    return path
