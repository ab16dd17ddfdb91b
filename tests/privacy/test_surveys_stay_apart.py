"""Survey answers are never joined to use, staff data or named people: nothing in them, and no model, could."""

import datetime
import re
from pathlib import Path

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import load_records
from dagster_project.statistics.disclosure import MetricValue, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings

MODELS = Path(__file__).parents[2] / "dbt" / "models"
SURVEYS = load_contracts()["surveys"]


def reads(path: Path) -> set[str]:
    return set(re.findall(r"ref\('(\w+)'\)", path.read_text("utf-8")))


def test_answers_carry_no_person() -> None:
    assert SURVEYS.people == SURVEYS.identifiers == []
    assert SURVEYS.refused_headings


def test_no_model_but_a_metric_reads_answers() -> None:
    """Metrics read them through the one model that looks up whether a service is the organisation's."""
    found = {path.stem: reads(path) for path in MODELS.rglob("*.sql")}
    assert {name for name in found if "stg_surveys" in found[name]} == {"int_surveys__placed"}
    assert found["int_surveys__placed"] == {"stg_surveys", "int_staff__months"}
    readers = {
        name: models - {"int_surveys__placed"} for name, models in found.items() if "int_surveys__placed" in models
    }
    assert len(readers) >= 3
    assert {name for name in readers if not name.startswith("met_")} == {"fct_survey_item_counts"}, "counts only"
    assert {name: beside for name, beside in readers.items() if beside} == {
        "met_survey_responses": {"int_staff__months"}
    }


def joins(text: str) -> list[tuple[str, str]]:
    return re.findall(r"from (\w+)\s+(?:inner|left|full|cross|natural|asof|right) join (\w+)", text)


def words_of(text: str, name: str) -> set[str]:
    """The words of one common table expression."""
    return set(re.findall(r"\w+", text.split(f"{name} as (")[1].split(")")[0]))


def test_services_are_all_that_answers_are_looked_up_in() -> None:
    text = (MODELS / "intermediate" / "int_surveys__placed.sql").read_text("utf-8")
    assert joins(text) == [("answers", "services")]
    assert text.count(" join ") == 1
    assert words_of(text, "services") == {"select", "distinct", "service_id", "from", "staff_months"}
    assert set(re.findall(r"services\.(\w+)", text)) == {"service_id"}


def test_few_responses_are_hidden_however_many_could_have_answered() -> None:
    wave = datetime.date(2026, 9, 18)
    records = load_records(METRICS_DIR)
    kinds = {name: record.kind for name, record in records.items() if "surveys" in record.sources}
    assert len(kinds) >= 3
    for metric in kinds:
        cell = (metric, "wave", wave, wave, "organisation", "all", "all", "all")
        few, many = (MetricValue(*cell, n, 40, 40, None, None, n / 40, "observed") for n in (3, 42))
        assert mask_values([few], DisclosureSettings(), kinds, [])[0].value_state == "suppressed"
        assert mask_values([many], DisclosureSettings(), kinds, []) == [many]


def test_responses_and_staff_are_counted_side_by_side() -> None:
    """The one metric that reads both never has an answer and a person in one row."""
    text = (MODELS / "metrics" / "met_survey_responses.sql").read_text("utf-8")
    assert joins(text) == [("waves", "staff_months")]
    assert words_of(text, "waves") == {"select", "distinct", "wave_date", "month", "from", "answers"}
