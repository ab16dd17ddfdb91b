"""What practitioners record of their own development: one file a month, one row a piece, most of it in autumn.

Belongs here: who recorded what kind of piece. Does not belong here: what they wrote; there is none.
"""

import csv
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost

HEADINGS = {
    "CPD record ID": "entry_id", "Worker ID": "person_id", "Date of CPD": "entry_date", "CPD type": "kind",
    "Professional standard": "standard", "Kind of resource": "resource_kind", "Peer reflection": "has_peer_reflection",
    "Reflection recorded": "has_reflection",
}  # fmt: skip

RECORDS, RECORDS_IN_AUTUMN, AUTUMN = 90, 420, (9, 10, 11)  # per mille; registration is renewed from September on
KINDS = (("Reading", 34), ("Podcast", 8), ("Training", 26), ("Peer discussion", 20), ("Shadowing", 7), ("Other", 5))
SOURCES = (("Research study", 14), ("Practice guide", 12), ("Legislation", 6), ("Policy", 14), ("", 54))
WITH_PEER, WITH_REFLECTION = 480, 850


def write_month(folder: Path, month: Month, seed: int, present: list[InPost]) -> Path:
    """The month's file."""
    draws = Draws(seed, f"cpd/{month.text}")
    path = folder / f"cpd_records_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    share = RECORDS_IN_AUTUMN if month.first.month in AUTUMN else RECORDS
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in present:
            if one.days is None or one.role == "other" or not draws.chance(share):
                continue
            number += 1
            days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
            date = f"{draws.pick(days):02}/{month.first.month:02}/{month.first.year}"
            writer.writerow([
                f"CPD-{month.text}-{number:05d}", one.person.payroll, date, draws.weighted(KINDS),
                f"4.{draws.between(1, 8)}", draws.weighted(SOURCES), "Yes" if draws.chance(WITH_PEER) else "No",
                "Yes" if draws.chance(WITH_REFLECTION) else "No",
            ])  # fmt: skip
    return path
