"""The workforce census as the council returns it for 30 September, in the department's XML.

Belongs here: the form of the return. Does not belong here: who is in post (people.py); births, ethnicities and
absences, which are left out.
"""

from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost

MONTH = 9
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CSWW</Collection>
      <Year>{day:%Y}</Year>
      <ReferenceDate>{day:%Y-%m-%d}</ReferenceDate>
    </CollectionDetails>
  </Header>
"""
WORKER = """  <CSWWWorker>
    <AgencyWorker>{agency:d}</AgencyWorker>
    <SWENo>{registration}</SWENo>
    <FTE>{fte}</FTE>
    <QualInst>Fictional University</QualInst>
    <RoleStartDate>{start:%Y-%m-%d}</RoleStartDate>
  </CSWWWorker>
"""


def write_month(folder: Path, month: Month, present: list[InPost]) -> list[Path]:
    """The return of the month, where it is the census's."""
    if month.first.month != MONTH:
        return []
    path = folder / f"workforce_census_{month.first:%Y}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join([HEAD.format(day=month.last), *_workers(present), "</Message>\n"]), encoding="utf-8")
    return [path]


def _workers(present: list[InPost]) -> Iterator[str]:
    for one in present:
        if one.is_at_month_end and one.person.registration:
            yield WORKER.format(
                agency=one.person.is_agency, registration=one.person.registration, fte=one.person.fte_tenths / 10,
                start=one.person.start,
            )  # fmt: skip
