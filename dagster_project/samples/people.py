"""The staff of the fictional council: who holds which post, from when to when.

Belongs here: people and their working lives (joining, leaving, moving team, long leave, two posts, newly qualified).
Does not belong here: what any export says about them (the modules named after the feeds).

A post stays; people follow one another in it. A working life is drawn once, so any month can be read from it alone.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month, month_number, month_start
from dagster_project.samples.names import FIRST_NAMES, PLACES, SURNAMES, UNACCENTED
from dagster_project.samples.truths import MAIL_DOMAIN, SERVICE_NAMES, SERVICES

TEAM_SIZES = (9, 14, 18, 12, 15, 8, 16, 20, 10, 11)
MANAGEMENT = ("team_manager", "service_manager")
ROLES = (
    ("social_worker", 52), ("newly_qualified", 10), ("senior_social_worker", 14), ("practice_educator", 6),
    ("other", 18),
)  # fmt: skip
JOINERS = (("social_worker", 45), ("newly_qualified", 27), ("senior_social_worker", 10), ("other", 18))
PART_TIME = (4, 5, 6, 8)


@dataclass(frozen=True)
class Team:
    """A team, the position of its service in SERVICES, and what that service is called."""

    name: str
    service: int
    service_name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A working life. Months count as month_number does; `leave` is the last day, `away` one long absence."""

    payroll: str
    name: str
    email: str
    registration: str
    role: str
    post: int
    team: int
    fte_tenths: int
    is_agency: bool
    start: datetime.date
    qualified: datetime.date | None
    leave: datetime.date | None
    moved: tuple[int, int] | None
    away: tuple[datetime.date, datetime.date] | None
    second_team: int | None

    def team_in(self, month: int) -> int:
        return self.moved[1] if self.moved and month >= self.moved[0] else self.team

    def role_in(self, month: int) -> str:
        """Newly qualified for the first twelve months, a social worker after."""
        if self.role == "newly_qualified" and month - month_number(self.start) >= 12:
            return "social_worker"
        return self.role


@dataclass(frozen=True, slots=True)
class InPost:
    """A person in a month. `days` are the first and last day at work, None when away throughout."""

    index: int
    person: Person
    team: int
    role: str
    days: tuple[int, int] | None
    is_at_month_end: bool


def make_teams(staff: int, service_names: Sequence[str] = SERVICE_NAMES) -> list[Team]:
    """About one team to 13 posts, three or four to a service at the default size."""
    n_teams = max(len(SERVICES), round(staff / 13))
    teams = []
    for i in range(n_teams):
        place, round_ = PLACES[i % len(PLACES)], i // len(PLACES)
        service = i % len(SERVICES)
        name = service_names[service]
        teams.append(Team(f"{name} {place}{f' {round_ + 1}' if round_ else ''}", service, name))
    return teams


def make_people(seed: int, staff: int, months: list[Month], teams: list[Team]) -> list[Person]:
    """Everyone who holds one of `staff` posts at any time in `months`."""
    draws = Draws(seed, "people")
    people: list[Person] = []
    for post, (team, role) in enumerate(_posts(staff, len(teams))):
        _fill_post(people, draws, seed, post, team, role, months, teams)
    return people


def in_post(people: list[Person], month: Month) -> list[InPost]:
    """Everyone employed on any day of `month`, in the order of `people`."""
    number = month_number(month.first)
    present = []
    for index, person in enumerate(people):
        if person.start <= month.last and (person.leave is None or person.leave >= month.first):
            is_at_month_end = person.leave is None or person.leave > month.last
            days = _days_at_work(person, month)
            present.append(InPost(index, person, person.team_in(number), person.role_in(number), days, is_at_month_end))
    return present


def managers(present: list[InPost], teams: list[Team]) -> dict[tuple[str, int], str]:
    """The payroll number of whoever manages each team and each service at the month's end, by role and number."""
    found = {}
    for one in present:
        if one.is_at_month_end and one.role in MANAGEMENT:
            unit = one.team if one.role == "team_manager" else teams[one.team].service
            found[one.role, unit] = one.person.payroll
    return found


def manager_of(one: InPost, service: int, found: dict[tuple[str, int], str]) -> str:
    """The line manager's payroll number; empty for service managers and where both posts are vacant."""
    if one.role == "service_manager":
        return ""
    above = found.get(("service_manager", service), "")
    return above if one.role == "team_manager" else found.get(("team_manager", one.team), above)


def _posts(staff: int, n_teams: int) -> Iterator[tuple[int, str | None]]:
    """Team and management role of every post; None for a role drawn for each holder."""
    weights = [TEAM_SIZES[i % len(TEAM_SIZES)] for i in range(n_teams)]
    passed = 0
    for team, weight in enumerate(weights):
        size = staff * (passed + weight) // sum(weights) - staff * passed // sum(weights)
        passed += weight
        for i in range(size):
            is_first_of_service = team < len(SERVICES)
            yield team, "team_manager" if i == 0 else "service_manager" if i == 1 and is_first_of_service else None


def _fill_post(
    people: list[Person], draws: Draws, seed: int, post: int, team: int, role: str | None, months: list[Month],
    teams: list[Team],
) -> None:  # fmt: skip
    """One holder after another until the last month, with a vacancy of a month or two between them."""
    first, last = month_number(months[0].first), month_number(months[-1].first)
    start: datetime.date | None = None
    agency_chance = 140
    while start is None or month_number(start) <= last:
        drawn_role = role or draws.weighted(ROLES if start is None else JOINERS)
        if start is None:
            longest = 10 if drawn_role == "newly_qualified" else 200
            back = 1 + draws.below(longest) * draws.below(longest) // longest
            start = month_start(first - back).replace(day=draws.between(1, 28))
        person = _make_person(
            draws, seed, len(people), post, team, drawn_role, agency_chance, start, (first, last), teams
        )
        people.append(person)
        agency_chance = 850 if person.is_agency else 20  # a post covered by agency staff mostly stays so
        if person.leave is None:
            return
        start = _first_weekday(month_number(person.leave) + draws.between(1, 2))


def _make_person(
    draws: Draws, seed: int, i: int, post: int, team: int, role: str, agency_chance: int, start: datetime.date,
    span: tuple[int, int], teams: list[Team],
) -> Person:  # fmt: skip
    is_practitioner = role not in (*MANAGEMENT, "other")
    is_agency = role in ("social_worker", "senior_social_worker") and draws.chance(agency_chance)
    joined, last = max(month_number(start), span[0]), span[1]
    leave = _leave(draws, joined, last, 70 if is_agency else 7 if role in MANAGEMENT else 12)
    n_months = (month_number(leave) if leave else last) - joined + 1
    second_team = _other_team(draws, team, teams, True) if is_practitioner and draws.chance(40) else None
    moves = is_practitioner and second_team is None and draws.chance(3 * n_months)
    moved = (joined + 1 + draws.below(n_months), _other_team(draws, team, teams, draws.chance(600))) if moves else None
    first_name, surname = FIRST_NAMES[0] if i == 0 else draws.pick(FIRST_NAMES), draws.pick(SURNAMES)
    years_before = 0 if role == "newly_qualified" else draws.below(12)
    return Person(
        # Multipliers without a factor in common with the range: every number is used once.
        payroll=f"P{(i * 7_321 + seed * 104_729) % 999_983 + 10:06d}",
        name=f"{first_name} {surname}",
        email=f"{first_name}.{surname}{i}@{MAIL_DOMAIN}".lower().translate(UNACCENTED),
        registration="" if role == "other" else f"SW{(i * 7_654_321 + seed * 15_485_863 + 1_234_567) % 10**10:010d}",
        role=role,
        post=post,
        team=team,
        fte_tenths=10 if second_team is not None or draws.chance(780) else draws.pick(PART_TIME),
        is_agency=is_agency,
        start=start,
        qualified=None if role == "other" else datetime.date(start.year - years_before - (start.month < 8), 7, 1),
        leave=leave,
        moved=moved,
        away=_long_leave(draws, max(month_number(start), span[0] - 6), joined + n_months),
        second_team=second_team,
    )


def _leave(draws: Draws, joined: int, last: int, per_mille: int) -> datetime.date | None:
    """The last day at work; nobody leaves in the month of joining."""
    for month in range(joined + 1, last + 1):
        if draws.chance(per_mille):
            return month_start(month).replace(day=draws.between(4, 26))
    return None


def _long_leave(draws: Draws, first: int, end: int) -> tuple[datetime.date, datetime.date] | None:
    """At most one long absence, of one to nine months, begun in one year of ten; its reason is nobody's business."""
    if not draws.chance(8 * (end - first)):
        return None
    begins = first + draws.below(end - first)
    ends = begins + draws.between(1, 9)
    return month_start(begins).replace(day=draws.between(1, 28)), month_start(ends).replace(day=draws.between(1, 28))


def _other_team(draws: Draws, team: int, teams: list[Team], same_service: bool) -> int:
    """Another team, drawn evenly; the same one where there is no other."""
    others = range(teams[team].service, len(teams), len(SERVICES)) if same_service else range(len(teams))
    place = others.index(team)
    return others[(place + draws.between(1, max(1, len(others) - 1))) % len(others)]


def _first_weekday(month: int) -> datetime.date:
    first = month_start(month)
    return first + datetime.timedelta(days=max(0, 7 - first.weekday()) if first.weekday() > 4 else 0)


def _days_at_work(person: Person, month: Month) -> tuple[int, int] | None:
    first, last = 1, month.last.day
    if person.start > month.first:
        first = person.start.day
    if person.leave is not None and person.leave <= month.last:
        last = person.leave.day
    if person.away is not None:
        begins, ends = person.away
        # An absence begins in one month and ends in a later one, so a month holds one unbroken run of days at work.
        if month.first < begins <= month.last:
            last = min(last, begins.day - 1)
        elif month.first <= ends < month.last:
            first = max(first, ends.day + 1)
        elif begins <= month.first and ends >= month.last:
            return None
    if last < first or month.n_weekdays_to[last] == month.n_weekdays_to[first - 1]:
        return None
    return first, last
