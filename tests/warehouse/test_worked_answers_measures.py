"""A36 and B22 come out exactly, from files to metrics: what managers return, and three measures of one habit.

Belongs here: worked answers 1 and 2 of the requirements. Does not belong here: what a break in a series does to them.
"""

from pathlib import Path

import pytest

from dagster_project.home import Home
from tests.dbt_home import dbt, load_everything
from tests.inbox_home import InboxHome

pytestmark = pytest.mark.whole_runs

POST = ["Month", "Staff ID", "Role", "Contracted FTE", "Contracted days", "Available days", "Team", "Service",
        "Start date", "Manager staff ID"]  # fmt: skip
COUNT = ["Month", "Manager staff ID", "Regularly using evidence", "Direct reports"]
NAMED = ["Month", "Manager staff ID", "Staff ID", "Regularly using evidence"]
USE = ["Staff ID", "Date", "Resource", "Resource type"]
ANSWER = ["Wave", "Closing day", "Response", "Role", "Service", "Item", "Answer"]
YES_NO = {True: "Yes", False: "No"}

# One of eight people for every mix of recorded use, the manager's view and the own answer.
MIXES = {f"P{8 - n}": (n & 4 > 0, n & 2 > 0, n & 1 > 0) for n in reversed(range(8))}


class SmallHome(InboxHome):
    """A home and what its metrics say of the organisation."""

    def measure(self, *metrics: str) -> None:
        """A run up to these metrics."""
        load_everything(Home(self.home.root))
        done = dbt(self.home, "run", "--select", *(f"+met_{metric}" for metric in metrics))
        assert done.returncode == 0, done.stdout

    def parts(self, metric: str, unit: str = "all") -> tuple[object, ...]:
        """Numerator, denominator, state of the month reported or the wave."""
        (found,) = self.ask(
            "select cast(numerator as integer), cast(denominator as integer), value_state "
            f"from metrics.met_{metric} where period_end >= '2026-10-01' and unit_id = '{unit}' and breakdown = 'all'"
        )
        return found


def post(person: str, manager: str = "", month: str = "2026-10", available: int = 20) -> list[str]:
    role = "Team manager" if person.startswith("M") else "Social worker"
    team = f"Team {manager or person}"
    return [month, person, role, "1", "20", str(available), team, "Adults", "01/02/2020", manager]


# --- Answer 1: managers' returns ---


RETURNS = ("regularly_by_managers", "manager_returns", "reports_classified_by_managers")


@pytest.fixture(scope="module")
def first_return(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """M1 has 8 direct reports, one on long leave, and returns 4; M2 has 2 and is silent."""
    small = SmallHome(tmp_path_factory.mktemp("returns") / "home")
    reports = [post(f"A{n}", "M1", available=0 if n == 8 else 20) for n in range(1, 9)]
    others = [post("B1", "M2"), post("B2", "M2")]
    small.deliver("workforce", POST, [post("M1"), post("M2"), *reports, *others])
    small.deliver("manager_classification", COUNT, [["2026-10", "M1", "4", "8"]])
    small.measure(*RETURNS)
    return small


def test_return_of_four_is_four_of_the_seven_who_are_there(first_return: SmallHome) -> None:
    assert first_return.parts("regularly_by_managers") == (4, 7, "observed")


def test_silent_manager_is_half_a_return_rate_and_never_a_nought(first_return: SmallHome) -> None:
    assert first_return.parts("manager_returns") == (1, 2, "observed")
    assert first_return.parts("reports_classified_by_managers") == (7, 9, "observed")
    assert first_return.parts("regularly_by_managers", "Team M2") == (0, 0, "too_few")
    assert first_return.parts("manager_returns", "Team M2") == (0, 1, "observed")


def test_return_of_nine_is_refused_with_advice_and_the_second_file_stands_beside_the_first(
    first_return: SmallHome,
) -> None:
    """One home after the other state: 9 of 7 is held and changes nothing; then M2's file comes into the same folder."""
    first_return.deliver("manager_classification", COUNT, [["2026-10", "M1", "9", ""]])
    first_return.measure(*RETURNS)
    ((message,),) = first_return.ask("select message from ledger.deliveries where status = 'held'")
    assert "Give at most the number of direct reports in post at the month's end" in str(message)
    assert first_return.parts("regularly_by_managers") == (4, 7, "observed")
    first_return.deliver("manager_classification", COUNT, [["2026-10", "M2", "1", "2"]])
    first_return.measure(*RETURNS)
    current = "select n_regular from raw.manager_classification where _superseded_by is null order by 1"
    assert first_return.ask(current) == [(1,), (4,)]
    assert first_return.parts("regularly_by_managers") == (5, 9, "observed")
    assert first_return.parts("manager_returns") == (2, 2, "observed")


def test_return_that_came_before_the_staff_snapshot_and_cannot_be_right_counts_nowhere(tmp_path: Path) -> None:
    small = SmallHome(tmp_path / "home")
    small.deliver("manager_classification", COUNT, [["2026-10", "M1", "9", ""], ["2026-10", "M2", "1", ""]])
    load_everything(small.home)
    reports = [post(f"A{n}", "M1") for n in range(1, 8)]
    small.deliver("workforce", POST, [post("M1"), post("M2"), *reports, post("B1", "M2")])
    small.measure(*RETURNS)
    assert small.parts("regularly_by_managers") == (1, 1, "too_few")
    assert small.parts("manager_returns") == (1, 2, "observed")


# --- Answer 2: three measures of one habit ---

MEASURES = (
    "regularly_using_evidence", "regularly_by_managers", "regularly_self_reported", "survey_responses",
    "measures_disagree",
)  # fmt: skip


def three_measures(root: Path, *, on_leave: str = "", not_named: str = "", no_answer: str = "") -> SmallHome:
    """The eight of MIXES: use in two of three months, a manager's return per report, and a survey."""
    small = SmallHome(root)
    for month in ("2026-08", "2026-09", "2026-10"):
        posts = [post(p, "M1", month, 0 if p == on_leave and month > "2026-08" else 20) for p in MIXES]
        small.deliver("workforce", POST, [post("M1", month=month), *posts])
        days = [] if month == "2026-08" else ["06", "13"]
        uses = [[p, f"{month}-{day}", "Library", "Research"] for p, mix in MIXES.items() if mix[0] for day in days]
        small.deliver("resource_usage", USE, [*uses, ["M1", f"{month}-06", "Library", "Research"]])
    named = [["2026-10", "M1", p, YES_NO[mix[1]]] for p, mix in MIXES.items() if p != not_named]
    small.deliver("manager_classification_reports", NAMED, named)
    survey = ["Autumn", "30/10/2026"]
    said = [(n, mix[2]) for n, (p, mix) in enumerate(MIXES.items()) if p != no_answer]
    small.deliver("surveys", ANSWER, [
        [*survey, f"R{n}", "Social worker", "Adults", "regular_use", YES_NO[says_yes]] for n, says_yes in said
    ])  # fmt: skip
    small.measure(*MEASURES)
    return small


def test_eight_people_of_every_mix_are_half_by_each_measure_and_half_disagree(tmp_path: Path) -> None:
    small = three_measures(tmp_path / "home")
    assert small.parts("regularly_using_evidence") == (4, 8, "observed")
    assert small.parts("regularly_by_managers") == (4, 8, "observed")
    assert small.parts("regularly_self_reported") == (4, 8, "observed")
    assert small.parts("survey_responses") == (8, 8, "observed")
    assert small.parts("measures_disagree") == (4, 8, "observed")


def test_each_measure_has_a_denominator_of_its_own(tmp_path: Path) -> None:
    """P8 (three times no) is on long leave, the manager leaves P1 (three times yes) out, P3 does not answer.

    Recorded: P1 to P4 of P1 to P7. Manager: P2 P5 P6 of P2 to P7. Own answer: P1 P5 P7 of all but P3; P8 answers from
    leave, and is one response more than the seven eligible less P3. Disagree: P3 P4 P5 P6 of P2 to P7.
    """
    small = three_measures(tmp_path / "home", on_leave="P8", not_named="P1", no_answer="P3")
    assert small.parts("regularly_using_evidence") == (4, 7, "observed")
    assert small.parts("regularly_by_managers") == (3, 6, "observed")
    assert small.parts("regularly_self_reported") == (3, 7, "observed")
    assert small.parts("survey_responses") == (7, 7, "observed")
    assert small.parts("measures_disagree") == (4, 6, "observed")
