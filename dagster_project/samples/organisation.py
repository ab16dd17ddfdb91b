"""The fictional organisation over the months of the samples, as those modules need it that write all months at once.

Belongs here: who is asked for. Does not belong here: how people are made (people.py), any file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost, Person, Team

Staffed = tuple[Month, Sequence[InPost]]


@dataclass(frozen=True)
class Organisation:
    """About `staff` people in `teams`; `staffed` has, for each month of `covered`, who is in post."""

    seed: int
    staff: int
    covered: list[Month]
    teams: list[Team]
    people: list[Person]
    staffed: list[Staffed]
