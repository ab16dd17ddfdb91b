"""Survey answers are never joined to use, staff data or named people: nothing in them, and no model, could."""

import re
from pathlib import Path

from dagster_project.exports.contract import load_contracts

MODELS = Path(__file__).parents[2] / "dbt" / "models"
SURVEYS = load_contracts()["surveys"]


def reads(path: Path) -> set[str]:
    return set(re.findall(r"ref\('(\w+)'\)", path.read_text("utf-8")))


def test_answers_carry_no_person() -> None:
    assert SURVEYS.people == SURVEYS.identifiers == []
    assert SURVEYS.refused_headings


def test_no_model_but_a_metric_reads_answers() -> None:
    readers = {path.stem: reads(path) for path in MODELS.rglob("*.sql") if "stg_surveys" in reads(path)}
    assert len(readers) >= 3
    assert {name for name in readers if not name.startswith("met_")} == set()
    beside = {name: found - {"stg_surveys"} for name, found in readers.items()}
    assert {name: found for name, found in beside.items() if found} == {"met_survey_responses": {"int_staff__months"}}


def test_responses_and_staff_are_counted_side_by_side() -> None:
    """The one metric that reads both never has an answer and a person in one row."""
    text = (MODELS / "metrics" / "met_survey_responses.sql").read_text("utf-8")
    joins = re.findall(r"from (\w+)\s+(?:inner|left|full|cross) join (\w+)", text)
    assert joins == [("waves", "staff_months")]
    waves = text.split("waves as (")[1].split(")")[0]
    assert set(re.findall(r"\w+", waves)) == {"select", "distinct", "wave_date", "month", "from", "answers"}
