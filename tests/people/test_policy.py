"""The policy file: mistakes are told by their line, and a change never reaches back."""

import datetime
from pathlib import Path

import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.people.policy import load_policies, policy_on
from dagster_project.problems import SettingsProblem
from tests.people.policies import POLICY, write

CONTRACTS = load_contracts()


def told(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(SettingsProblem) as raised:
        load_policies(folder, CONTRACTS)
    return str(raised.value).replace(str(path), "FILE").replace(str(folder), "FOLDER")


WRONG = {
    "misspelt field": ("at_least: 12", "atleast: 12", "FILE, line 16: clauses.0.atleast: Extra inputs"),
    "no number": ("at_least: 12", "at_least: many", "FILE, line 16: clauses.0.at_least: Input should be a valid int"),
    "no such day": ("valid_to: 2026-12-31", "valid_to: 2026-02-31", "FILE, line 4: not valid YAML: day is out of"),
    "ends before it begins": ("2026-12-31", "2025-12-31", "`valid_to` is before `valid_from`"),
    "two clauses of one id": ("id: cpd", "id: discussed", "two clauses have the same id"),
    "route of no clause": ("usage: [steady_use,", "usage: [stedy_use,", "`routes` name `stedy_use`, which is none of"),
    "route missing": ("  case_file: [three_examples, examples_differ]\n", "", "must name both usage and case_file"),
    "column its feed has not": ("where: {is_evidence", "where: {evidence", "has no column `evidence_discussed`"),
    "value its column has not": ("[research, case_law", "[reserch, case_law", "`reserch` is not one of research,"),
    "feed about nobody": ("feed: supervision", "feed: surveys", "the feed `surveys` is about no single person"),
    "judged by a person, and counted": ("of evidence.\n  - id: d", "of it.\n    at_least: 2\n  - id: d", "it counts"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistake_in_a_policy_is_told(name: str, tmp_path: Path) -> None:
    old, new, expected = WRONG[name]
    assert POLICY.count(old) >= 1
    assert expected in told(tmp_path, POLICY.replace(old, new, 1))


def test_one_route_may_not_ask_for_more_than_the_other(tmp_path: Path) -> None:
    said = told(tmp_path, POLICY.replace("case_file: [three_examples, examples_differ]", "case_file: [three_examples]"))
    assert "the routes are equal" in said


def test_clicks_alone_are_no_evidence_of_progression(tmp_path: Path) -> None:
    """F10."""
    text = POLICY.replace("[steady_use, one_example_with_use]", "[steady_use]")
    assert "the usage route asks for recorded use alone" in told(
        tmp_path, text.replace("[three_examples, examples_differ]", "[three_examples]")
    )


def test_a_round_stands_under_the_version_of_its_panels_day(tmp_path: Path) -> None:
    write(tmp_path)
    later = POLICY.replace("2026.1", "2027.1").replace("2026-01-01", "2027-01-01").replace("2026-12-31", "2027-12-31")
    write(tmp_path, later.replace("at_least: 12", "at_least: 24"), "2027.yml")
    policies = load_policies(tmp_path, CONTRACTS)
    asked = {
        day: policy_on(policies, datetime.date.fromisoformat(day), tmp_path).clause("steady_use").at_least
        for day in ("2026-01-01", "2026-12-31", "2027-01-01")
    }
    assert asked == {"2026-01-01": 12, "2026-12-31": 12, "2027-01-01": 24}
    with pytest.raises(SettingsProblem, match="no policy that is valid on 2025-12-31"):
        policy_on(policies, datetime.date(2025, 12, 31), tmp_path)


def test_two_versions_on_one_day_are_refused(tmp_path: Path) -> None:
    write(tmp_path, POLICY.replace("2026.1", "2026.2"), "2026b.yml")
    assert "hold on the same day" in told(tmp_path, POLICY)


def test_a_comment_does_not_change_what_a_policy_says(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        write(tmp_path, text)
        return load_policies(tmp_path, CONTRACTS)[0].fingerprint

    assert fingerprint(POLICY) == fingerprint("# HR\n" + POLICY)
    assert fingerprint(POLICY) != fingerprint(POLICY.replace("at_least: 12", "at_least: 13"))
