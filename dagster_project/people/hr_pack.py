"""The evidence pack of a round of pay progression: for each applicant a page, and a row of a workbook.

Belongs here: what the pack says of a person, who may be in it, issuing it. Does not belong here: the state of a clause
(clauses), layout (dashboards/people_pages), the decision, which is a person's and comes back as a feed.

Nothing of a clause is added up, and nobody stands beside anybody else.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.home import Home
from dagster_project.identity.keys import Keys
from dagster_project.identity.vault import former_pseudonyms, open_vault
from dagster_project.people.clauses import Evidence, Finding, eligibility, find, window
from dagster_project.people.issues import after_months, facts_of, folder_name, issue, newest_issue, people_in
from dagster_project.people.policy import ROUTES_OF, Policy, load_policies, policy_on
from dagster_project.people.records import (
    Challenge,
    Record,
    StaffMonth,
    challenges,
    covered_months,
    has_table,
    records,
    registration_years,
    staff_months,
)
from dagster_project.problems import SettingsProblem

ROUND = "pay_progression"
USAGE, LEARNING = "resource_usage", "learning"
SHOWN_DOMAINS = ("progression", "supervision", "learning", "cpd")
LAST = "\uffff"  # comes after every name
OWN_STATEMENT = (
    "Recorded use is not read here. The applicant's own statement of use, attached to the application, shows it."
)


@dataclass(frozen=True)
class Applicant:
    """All a pack says about one person.

    `use` has a row a month and type, `learning` one a month and mode; both are None where no log was read. `cpd_years`
    has the last day of each registration year, its different pieces, and entries reflected on with a peer.
    """

    person_id: str
    names: Mapping[str, str]
    application: Record
    policy: Policy
    is_eligible: bool | None
    why_eligible: str
    months: Sequence[StaffMonth]
    findings: Sequence[Finding]
    use: Sequence[tuple[datetime.date, str, int]] | None
    learning: Sequence[tuple[datetime.date, str, int]] | None
    cpd_years: Sequence[tuple[datetime.date, int, int]]
    sections: Mapping[str, Sequence[Record]]
    challenges: Sequence[Challenge]

    @property
    def frame(self) -> list[StaffMonth]:
        return window(self.months, self.application.day, self.policy.window_months)

    def disputes(self, feed: str) -> list[Challenge]:
        """The challenges of what the pack shows of a feed."""
        months = {each.month for each in self.months}
        return [each for each in self.challenges if each.is_about(feed, months)]


def write_pack(
    home: Home,
    round_id: str,
    as_at: datetime.date,
    *,
    role: str,
    for_applicant: bool,
    password: str | None = None,
    browser: Path | None = None,
) -> Path:
    """Issue the round's pages for the applicants, or the pack for HR, which needs those to be issued first.

    With a `browser`, a Chromium, each page is beside itself as PDF.
    Raises SettingsProblem where there is no such round or policy, where the policy of a round already issued has
    changed, or where an applicant has not had a page.
    """
    from dagster_project.people.workbook import pack_workbook
    from dashboards.people_pages import applicant_page

    applicants = read_round(home, round_id, as_at, role)
    policy, panel = applicants[0].policy, applicants[0].application.day
    folder = home.hr / "rounds" / folder_name(round_id)
    refuse_changed_policy(folder, policy)
    told = newest_issue(folder / "for_applicants")
    if not for_applicant:
        refuse_before_applicants(told, applicants, round_id, home.keys)
    organisation, number = home.settings.organisation, home.keys.page_id
    files = {
        f"{number(each.person_id)}.html": applicant_page(each, organisation, as_at, for_applicant=for_applicant)
        for each in applicants
    }
    if not for_applicant:
        files["applicants.xlsx"] = pack_workbook(applicants, password)
    facts = {
        "round": round_id, "policy": policy.version, "policy_fingerprint": policy.fingerprint, "issued_to": role,
        "as_at": as_at, "keep_until": after_months(max(panel, as_at), policy.appeal_months),
        "people": [number(each.person_id) for each in applicants],
    }  # fmt: skip

    return issue(
        folder / ("for_applicants" if for_applicant else "panel"), files, facts, lambda part: print_pages(part, browser)
    )


def print_pages(part: Path, browser: Path | None) -> None:
    """Each page as PDF beside itself, as long as the browser does it."""
    from dashboards.pack import print_pdf

    for page in sorted(part.glob("*.html")):
        if browser is None or not print_pdf(browser, page, page.with_suffix(".pdf")):
            return


def refuse_changed_policy(folder: Path, policy: Policy) -> None:
    for kind in ("for_applicants", "panel"):
        newest = newest_issue(folder / kind)
        if newest is not None and facts_of(newest)["policy_fingerprint"] != policy.fingerprint:
            raise SettingsProblem(
                f"Policy {policy.version} has changed since this round was issued under it. Put it back as it was, and "
                "give the change a version of its own with later dates: a change never rewrites a past round."
            )


def refuse_before_applicants(told: Path | None, applicants: Sequence[Applicant], round_id: str, keys: Keys) -> None:
    """P8: the applicant sees the page before HR does."""
    had = people_in(told) if told else []
    n_waiting = sum(
        keys.page_ids([each.person_id, *former_pseudonyms(each.names)]).isdisjoint(had) for each in applicants
    )
    if n_waiting:
        raise SettingsProblem(
            f"{n_waiting} of {len(applicants)} applicants have not had their own page. First run "
            f"`practice-metrics hr-pack --round {round_id} --for-applicant`, and give everybody theirs."
        )


def read_round(home: Home, round_id: str, as_at: datetime.date, role: str) -> list[Applicant]:
    """The applicants of a round, by name; raises SettingsProblem where there are none."""
    contracts = load_contracts()
    with warehouse.opened(home.warehouse) as connection:
        people = applicants_of(connection, round_id)
        rows = {
            person: next(row for row in found if row.values["round_id"] == round_id)
            for person, found in records(connection, contracts[ROUND], people).items()
        }
        panel = max(row.day for row in rows.values())
        policy = policy_on(load_policies(home.policies, contracts), panel, home.policies)
        evidence = read_evidence(connection, contracts, rows, may_read_use=home.joins(as_at)["use_in_hr_pack"])
        months = staff_months(connection, people)
        disputed = challenges(connection, contracts, people)
        cpd_years = registration_years(connection, people)
    names = open_vault(home.vault, home.keys, role=role, why=f"evidence pack of round {round_id}", people=people)
    applicants = [
        make_applicant(policy, row, names.get(person, {}), months.get(person, []), evidence[person],
                       disputed.get(person, []), cpd_years.get(person, []), contracts)
        for person, row in rows.items()
    ]  # fmt: skip
    return sorted(applicants, key=lambda each: (each.names.get("full_name", LAST), each.person_id))


def applicants_of(connection: duckdb.DuckDBPyConnection, round_id: str) -> list[str]:
    """Those who applied, whatever became of it."""
    known: list[tuple[str, str, bool]] = []
    if has_table(connection, "raw", ROUND):
        known = connection.execute(
            f"select round_id, person_id, has_applied from raw.{ROUND} where _superseded_by is null"
        ).fetchall()
    rounds = sorted({row[0] for row in known})
    if round_id not in rounds:
        raise SettingsProblem(f"There is no round {round_id}. The rounds are: {', '.join(rounds) or 'none yet'}.")
    people = sorted(person for each, person, has_applied in known if each == round_id and has_applied)
    if not people:
        raise SettingsProblem(f"Nobody applied in round {round_id}: there is no pack to make.")
    return people


def read_evidence(
    connection: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    applications: Mapping[str, Record],
    *,
    may_read_use: bool,
) -> dict[str, dict[str, Evidence]]:
    """By person and feed, what the pack may read. Logs are read only of those whose route is use (P5)."""
    covered = covered_months(connection)
    found: dict[str, dict[str, Evidence]] = {person: {} for person in applications}
    for feed, contract in contracts.items():
        if contract.subject is None or "hr" not in contract.audience:
            continue
        readable = [
            person
            for person, row in applications.items()
            if not contract.monitoring or (may_read_use and is_by_use(row))
        ]
        held = records(connection, contract, readable)
        months = covered.get(feed)
        for person in applications:
            if person not in readable:
                found[person][feed] = Evidence(why_unread=OWN_STATEMENT)
            elif months:
                found[person][feed] = Evidence(held.get(person, []), None if contract.due_days is None else months)
    return found


def is_by_use(application: Record) -> bool:
    return "usage" in ROUTES_OF.get(str(application.values["evidence_route"]), ())


def make_applicant(
    policy: Policy,
    application: Record,
    names: Mapping[str, str],
    months: Sequence[StaffMonth],
    evidence: Mapping[str, Evidence],
    disputed: Sequence[Challenge],
    cpd_years: Sequence[tuple[datetime.date, int, int]],
    contracts: Mapping[str, Contract],
) -> Applicant:
    """What the pack says about one person."""
    panel, route = application.day, application.values["evidence_route"]
    findings = [
        find(policy, clause, route=None if route is None else str(route), panel=panel, staff_months=months,
             evidence=evidence)
        for clause in policy.clauses
    ]  # fmt: skip
    frame = window(months, panel, policy.window_months)
    first = frame[0].month if frame else panel.replace(day=1)
    of_the_time = {
        feed: [row for row in known.records if first <= row.month and row.day <= panel]
        for feed, known in evidence.items()
    }
    is_eligible, why = eligibility(policy, months, panel)
    is_read = {feed: feed in evidence and not evidence[feed].why_unread for feed in (USAGE, LEARNING)}
    learnt = [row for row in of_the_time.get(LEARNING, []) if row.values["outcome"] in ("completed", "viewed")]
    return Applicant(
        person_id=str(application.values["person_id"]),
        names=names,
        application=application,
        policy=policy,
        is_eligible=is_eligible,
        why_eligible=why,
        months=[each for each in months if first <= each.month <= panel],
        findings=findings,
        use=days_by_month(of_the_time[USAGE], "resource_type") if is_read[USAGE] else None,
        learning=days_by_month(learnt, "mode") if is_read[LEARNING] else None,
        cpd_years=[year for year in cpd_years if first <= year[0]],
        sections={
            feed: of_the_time.get(feed, [])
            for feed, contract in contracts.items()
            if contract.subject is not None and "hr" in contract.audience and not contract.monitoring
            and contract.domain in SHOWN_DOMAINS and feed not in (ROUND, "challenges")
        },
        challenges=disputed,
    )  # fmt: skip


def days_by_month(rows: Sequence[Record], kind: str) -> list[tuple[datetime.date, str, int]]:
    """Month, value of the column `kind`, different days; never what was read (F12)."""
    days: dict[tuple[datetime.date, str], set[datetime.date]] = {}
    for row in rows:
        days.setdefault((row.month, str(row.values[kind])), set()).add(row.day)
    return [(month, what, len(found)) for (month, what), found in sorted(days.items())]
