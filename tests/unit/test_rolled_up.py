"""What few managers say of a unit is hidden there, and told for the smallest unit around it that has enough of them."""

import datetime

import duckdb
import pytest

from dagster_project.rolled_up import rolled_up_to
from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dashboards.figures import ShownValue
from dashboards.words import state_words
from tests.unit.test_analysis import MONTHLY, Beside
from tests.unit.test_disclosure import ON, make

SEEN = MONTHLY.model_copy(update={"metric_id": "seen", "kind": "proportion", "given_by": "manager_person_id"})
MONTH = datetime.date(2026, 9, 1)


def seen(unit: str, numerator: float, denominator: float, managers: int) -> MetricValue:
    return make(unit, numerator, denominator, metric="seen", behind=(managers, managers))


def told(values: list[MetricValue], *teams: str, given_by: str | None = "manager_person_id") -> dict[str, str | None]:
    """For each hidden unit the unit of which it is told; `teams` are "N1 North"."""
    rows = [TeamService(MONTH, *team.split()) for team in teams]
    masked = mask_values(values, ON, {"seen": "proportion"}, rows)
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.dim_unit (month date, team_id text, service_id text)"
        )
        for row in rows:
            connection.execute("insert into marts.dim_unit values (?, ?, ?)", [row.month, row.team_id, row.service_id])
        found = rolled_up_to(connection, masked, {"seen": SEEN.model_copy(update={"given_by": given_by})})
    hidden = [place for place, value in enumerate(masked) if value.value_state == "suppressed"]
    assert set(found) <= set(hidden)
    return {masked[place].unit_id: found.get(place) for place in hidden}


NORTH = [seen("team:N1", 8, 14, 1), seen("team:N2", 8, 14, 2), seen("team:N3", 9, 22, 3)]


def test_what_one_manager_says_of_a_team_is_told_for_its_service() -> None:
    values = [seen("all", 50, 100, 12), seen("service:North", 25, 50, 6), seen("service:South", 25, 50, 6), *NORTH]
    assert told(values, "N1 North", "N2 North", "N3 North") == {"N1": "North", "N2": "North", "N3": "North"}


def test_where_the_service_has_few_managers_too_the_whole_organisation_is_told() -> None:
    """North's three managers are hidden, and South, whose six would give them away with the whole."""
    values = [seen("all", 50, 100, 9), seen("service:North", 25, 50, 3), seen("service:South", 25, 50, 6), *NORTH]
    assert told(values, "N1 North", "N2 North", "N3 North") == {
        "North": "all", "South": "all", "N1": "all", "N2": "all", "N3": "all",
    }  # fmt: skip


def test_four_managers_in_all_are_told_of_nowhere() -> None:
    values = [seen("all", 25, 50, 4), seen("service:North", 25, 50, 4), *NORTH]
    assert set(told(values, "N1 North", "N2 North", "N3 North").values()) == {None}


def test_team_of_two_services_rolls_up_to_the_whole() -> None:
    values = [
        seen("all", 50, 100, 12), seen("service:A", 25, 50, 6), seen("service:B", 25, 50, 6),
        seen("team:Duty", 8, 14, 1), seen("team:A1", 9, 22, 5), seen("team:B1", 9, 22, 5),
    ]  # fmt: skip
    assert told(values, "Duty A", "Duty B", "A1 A", "B1 B")["Duty"] == "all"


def test_what_is_no_opinion_does_not_roll_up() -> None:
    values = [seen("all", 50, 100, 12), seen("service:North", 25, 50, 6), seen("service:South", 25, 50, 6), *NORTH]
    assert set(told(values, "N1 North", "N2 North", "N3 North", given_by=None).values()) == {None}


@pytest.mark.parametrize(("unit", "words"), [("North", "told for North"), ("all", "told for the whole organisation")])
def test_page_says_for_which_unit_it_is_told(unit: str, words: str) -> None:
    hidden = seen("team:N1", 8, 14, 1).without_numbers("suppressed")
    beside = Beside(is_hidden=True, quality=None, rolled_up_to=unit)
    assert state_words(ShownValue(**vars(hidden), beside=beside)) == f"hidden: few gave it; {words}"
    assert state_words(ShownValue(**vars(hidden))) == "hidden: small numbers"
