"""A page of one's own, monthly: all that is held about a practitioner, and what was made of it, for that person only.

Belongs here: gathering it, issuing the files for the organisation to deliver. Does not belong here: layout
(dashboards/people_pages), a copy of everything ever held (subject_access).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.dbt_call import thresholds
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from dagster_project.people.issues import after_months, issue
from dagster_project.people.records import (
    Challenge,
    Record,
    challenges,
    has_table,
    records,
    registration_years,
    staff_months,
)
from dagster_project.people.words import cell, day
from dagster_project.problems import SettingsProblem

MONTHS_SHOWN, MONTHS_KEPT = 12, 3
Made = dict[str, list[dict[str, object]]]  # by person, sections of a page


@dataclass(frozen=True)
class OwnPage:
    """All a page says. `derived` are sections of figures made of rows, `sections` the rows themselves, by feed."""

    person_id: str
    month: datetime.date
    names: Mapping[str, str]
    derived: Sequence[dict[str, object]]
    sections: Mapping[str, Sequence[Record]]
    challenges: Sequence[Challenge]

    def disputes(self, feed: str) -> list[Challenge]:
        months = {months_before(self.month, number) for number in range(MONTHS_SHOWN)}
        return [each for each in self.challenges if each.is_about(feed, months)]


def write_own_pages(home: Home, month: datetime.date, as_at: datetime.date, *, role: str) -> Path:
    """Issue the month's pages, a file a person, and a list of whom each goes to; owner-only.

    Raises SettingsProblem where the month has no staff snapshot.
    """
    from dagster_project.publishing import csv_bytes
    from dashboards.people_pages import manifest_row, own_page

    pages = read_pages(home, month, role)
    number = home.keys.page_id
    files = {f"{number(each.person_id)}.html": own_page(each, home.settings.organisation, as_at) for each in pages}
    files["deliver.csv"] = csv_bytes([manifest_row(number(each.person_id), each.names) for each in pages])
    facts = {
        "month": month, "issued_to": role, "as_at": as_at, "keep_until": after_months(as_at, MONTHS_KEPT),
        "people": [number(each.person_id) for each in pages],
    }  # fmt: skip
    return issue(home.own_pages / f"{month:%Y-%m}", files, facts)


def read_pages(home: Home, month: datetime.date, role: str) -> list[OwnPage]:
    contracts = load_contracts()
    first = months_before(month, MONTHS_SHOWN - 1)
    with warehouse.opened(home.warehouse) as connection:
        people = people_of(connection, month)
        held = {
            feed: records(connection, contract, people)
            for feed, contract in contracts.items()
            if "practitioner" in contract.audience
        }
        made = made_of_records(connection, people, first, month, thresholds(home.settings.thresholds))
        disputed = challenges(connection, contracts, people)
    names = open_vault(home.vault, home.keys, role=role, why=f"own pages of {month:%Y-%m}", people=people)
    return [
        OwnPage(
            person, month, names.get(person, {}), made[person],
            {feed: [row for row in rows.get(person, []) if first <= row.month <= month] for feed, rows in held.items()},
            disputed.get(person, []),
        )
        for person in people
    ]  # fmt: skip


def people_of(connection: duckdb.DuckDBPyConnection, month: datetime.date) -> list[str]:
    found: list[tuple[str]] = []
    if has_table(connection, "intermediate", "int_staff__months"):
        found = connection.execute(
            "select person_id from intermediate.int_staff__months where month = ? order by person_id", [month]
        ).fetchall()
    if not found:
        raise SettingsProblem(f"There is no staff of {month:%Y-%m} yet: practice-metrics run --month {month:%Y-%m}")
    return [person for (person,) in found]


def made_of_records(
    connection: duckdb.DuckDBPyConnection,
    people: Sequence[str],
    first: datetime.date,
    month: datetime.date,
    asked: Mapping[str, object],
) -> Made:
    """Per person, every figure that is made of what is held about them."""
    parts = (
        made_of_use(connection, people, first, month, asked),
        made_of_cpd(connection, people, first),
        made_for_rounds(connection, people, month, asked),
        made_of_posts(connection, people, first, month),
    )
    return {person: [section for part in parts for section in part.get(person, [])] for person in people}


def made_of_cpd(connection: duckdb.DuckDBPyConnection, people: Sequence[str], first: datetime.date) -> Made:
    from dashboards.people_pages import derived_section

    how = "Pieces count once where day, kind, standard and source are the same; the year is 1 December to 30 November."
    headings = ["Registration year to", "Different pieces", "Reflected on with a peer"]
    return {
        person: [derived_section("What was made of your CPD", "cpd", how, headings, [
            [day(end), str(n_pieces), str(n_peer)] for end, n_pieces, n_peer in years if end >= first
        ])]
        for person, years in registration_years(connection, people).items()
    }  # fmt: skip


def made_for_rounds(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], month: datetime.date, asked: Mapping[str, object]
) -> Made:
    """The group a person's use was counted in for comparing rounds; not known where that join is off."""
    from dashboards.people_pages import derived_section

    found: dict[str, list[list[str]]] = {person: [] for person in people}
    if has_table(connection, "intermediate", "int_progression__entries"):
        for person, round_id, use in connection.execute(
            "select person_id, round_id, evidence_use from intermediate.int_progression__entries "
            "where is_application and period_start <= ? and person_id in (select unnest(?::varchar[])) "
            "order by person_id, period_end, round_id",
            [month, list(people)],
        ).fetchall():
            found[person].append([round_id, cell(use)])
    how = (
        f"Regular: in at least {100 * float(str(asked['progression_regular_share'])):.0f}% of the counted months of "
        "the year before the round. Only totals of all applicants are made of it; it is on no page of HR."
    )
    headings = ["Round", "Use of evidence in the year before"]
    title = "What was made of your use for comparing rounds"
    return {
        person: [derived_section(title, "resource_usage", how, headings, rows)]
        for person, rows in found.items()
        if rows
    }


def made_of_posts(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], first: datetime.date, month: datetime.date
) -> Made:
    from dashboards.people_pages import derived_section

    how = "Contracted share of full-time, by the share of contracted days that were available. It scales what is asked."
    headings = ["Month", "Contracted", "Days available", "Counted as"]
    return {
        person: [derived_section("What was made of your posts", "workforce", how, headings, [
            [f"{each.month:%Y-%m}", cell(each.contracted_fte), cell(each.available_days), cell(round(each.scale, 2))]
            for each in months if first <= each.month <= month
        ])]
        for person, months in staff_months(connection, people).items()
    }  # fmt: skip


def made_of_use(
    connection: duckdb.DuckDBPyConnection,
    people: Sequence[str],
    first: datetime.date,
    month: datetime.date,
    asked: Mapping[str, object],
) -> Made:
    """Per person: days of use by month, and whether they count as regular use, with how each was made."""
    from dashboards.people_pages import derived_section

    days = dict(connection.execute(
        "select (person_id, month), (n_days_any, n_days_logged, n_days_declared, n_days_observed) "
        "from marts.fct_evidence_use_month where month between ? and ?", [first, month],
    ).fetchall())  # fmt: skip
    regular = dict(connection.execute(
        "select (person_id, month), is_regular from intermediate.int_staff__regular_use where month between ? and ?",
        [first, month],
    ).fetchall())  # fmt: skip
    how = (
        "Different days with qualifying use: logged, declared by you, or observed in supervision. A day counts once in "
        f"the first column. Regular: at least {asked['regular_days']} days in three months, in at least "
        f"{asked['regular_months']} of them, fewer for part-time or where you were away. Not counted: months in which "
        "your role, service or time away leaves you out."
    )
    headings = ["Month", "Days", "Logged", "Declared", "Observed", "Regularly using evidence"]
    words = {1: "yes", 0: "not in these three months", None: "not counted"}
    months = staff_months(connection, people)
    return {
        person: [derived_section("What was made of your use of evidence", "resource_usage", how, headings, [
            [f"{each.month:%Y-%m}", *(cell(n) for n in days.get((person, each.month), (0, 0, 0, 0))),
             words[regular.get((person, each.month))]]
            for each in months.get(person, []) if first <= each.month <= month
        ])]
        for person in people
    }  # fmt: skip


def months_before(month: datetime.date, n_months: int) -> datetime.date:
    months = month.year * 12 + month.month - 1 - n_months
    return datetime.date(months // 12, months % 12 + 1, 1)
