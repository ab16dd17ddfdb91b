"""A service is raised only where nothing but practice explains low use; every other one says why not."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.conditions import AUDITS, USE, Limits, quadrant, write_conditions
from dagster_project.dbt_call import default_thresholds
from dagster_project.statistics.disclosure import MetricValue
from dashboards.build import build_site
from dashboards.conditions import REASON_WORDS
from dashboards.figures import ConditionOfService, QuadrantOfService
from tests.unit.association_tables import rows_of
from tests.unit.test_dashboards import make_figures

MONTHS = [datetime.date(2026, month, 1) for month in (8, 9, 10)]
OCTOBER = MONTHS[-1]
THRESHOLDS = default_thresholds() | {"low_use_share": 0.25, "low_naming_share": 0.4, "in_time_share": 0.9}

Services = dict[str, dict[str, Any]]


def end_of(month: datetime.date) -> datetime.date:
    return month.replace(day=28)


def level_of(unit: str) -> str:
    return "organisation" if unit == "all" else "service"


def use_of(service: str, shares: tuple[float, ...], states: tuple[str, ...]) -> list[MetricValue]:
    """Use of a service of 40 practitioners in each month; of the organisation, of 80."""
    size = 80 if service == "all" else 40
    numbers = [(size * share, size, size, None, None, share) if state == "observed" else (None,) * 6
               for share, state in zip(shares, states, strict=True)]  # fmt: skip
    return [
        MetricValue(USE, "month", month, end_of(month), level_of(service), service, "all", "all", *known, state)
        for month, known, state in zip(MONTHS, numbers, states, strict=True)
    ]


def conditions(services: Services, organisation: Mapping[str, Any] | None = None) -> dict[str, tuple[str, str]]:
    """(state, reasons) by service. Given of each: use, states, access, connected and audits (naming, all).

    `organisation` is given where it is judged too, without access, which is its services'.
    """
    with duckdb.connect() as connection:
        for schema in ("staging", "metrics", "ledger", "raw", "intermediate"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table ledger.sender_months (feed varchar, sender varchar, month date, is_current boolean)"
        )
        connection.execute(
            "create table raw.resource_usage__known (person_id varchar, _sender varchar, _superseded_by varchar)"
        )
        connection.execute(
            "create table intermediate.int_staff__months (person_id varchar, service_id varchar, month date)"
        )
        connection.execute(
            "create table staging.stg_access_checks "
            "(service_id varchar, month date, is_working boolean, n_connected bigint)"
        )
        connection.execute(
            "create table metrics.fct_metric_values (metric_id varchar, period_type varchar, period_start date, "
            "unit_level varchar, unit_id varchar, breakdown varchar, numerator double, denominator double, "
            "value_state varchar)"
        )
        connection.execute(
            "create table metrics.fct_metric_signals (metric_id varchar, period_type varchar, period_start date, "
            "unit_id varchar, breakdown varchar, quality varchar)"
        )
        masked: list[MetricValue] = []
        for service, given in (services | ({"all": organisation} if organisation else {})).items():
            masked += use_of(service, given.get("use", (0.2,) * 3), given.get("states", ("observed",) * 3))
            for month, works in zip(MONTHS if service != "all" else (), given.get("works", (True,) * 3), strict=False):
                row = [service, month, works, given.get("connected", 38)]
                connection.execute("insert into staging.stg_access_checks values (?, ?, ?, ?)", row)
            for sender, newest in given.get("senders", {"default": OCTOBER}).items():
                connection.execute(
                    "insert into ledger.sender_months values ('resource_usage', ?, ?, true)", [sender, newest]
                )
                connection.execute("insert into raw.resource_usage__known values (?, ?, null)", [service, sender])
            connection.execute(
                "insert into intermediate.int_staff__months values (?, ?, ?)", [service, service, OCTOBER]
            )
            for month in MONTHS:
                quality = "weak" if month in given.get("weak", ()) else "caution"
                row = [USE, month, service, quality]
                connection.execute("insert into metrics.fct_metric_signals values (?, 'month', ?, ?, 'all', ?)", row)
            naming, n_audits = given.get("audits", (3, 12))
            connection.execute(
                "insert into metrics.fct_metric_values values (?, 'month', ?, ?, ?, 'all', ?, ?, 'observed')",
                [AUDITS, OCTOBER, level_of(service), service, naming, n_audits],
            )
        for _ in range(2):  # as a month that is run again
            write_conditions(connection, masked=masked, thresholds=THRESHOLDS, minimum_audits=10, month=OCTOBER)
        rows = rows_of(connection, "fct_conditions")
        assert [row["service_id"] for row in rows] == [*sorted(services), *(["all"] if organisation else [])]
        return {row["service_id"]: (row["state"], row["reasons"]) for row in rows}


def test_of_five_services_equally_low_only_the_one_with_no_other_cause_is_raised() -> None:
    stale = ("observed", "observed", "feed_stale")
    assert conditions({
        "1 broken access": {"works": (True, True, False)},
        "2 stale feed": {"states": stale},
        "3 coverage 70%": {"connected": 28},
        "4 good audits": {"audits": (10, 12)},
        "5 nothing else": {},
    }) == {
        "1 broken access": ("not_raised", "access_broken"),
        "2 stale feed": ("not_raised", "feed_stale"),
        "3 coverage 70%": ("not_raised", "coverage_low"),
        "4 good audits": ("not_raised", "audits_good"),
        "5 nothing else": ("raised", "use_low, access_works, feeds_fresh, coverage_enough, audits_agree"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"use": (0.2, 0.25, 0.2)}, ("not_raised", "use_not_low")),
        ({"use": (0.24, 0.24, 0.24)}, ("raised", None)),
        ({"weak": MONTHS[:1]}, ("not_raised", "data_weak")),
        ({"connected": 32}, ("raised", None)),
        ({"connected": 31}, ("not_raised", "coverage_low")),
        ({"audits": (4, 10)}, ("not_raised", "audits_good")),
        ({"audits": (3, 9)}, ("not_raised", "audits_too_few")),
        ({"works": (True, True)}, ("not_raised", "access_not_known")),
        ({"senders": {"default": OCTOBER, "own log": MONTHS[1]}}, ("not_raised", "feed_stale")),
        ({"senders": {"default": OCTOBER, "gone": datetime.date(2026, 6, 1)}}, ("raised", None)),
        ({"works": (False, True, True), "connected": 10}, ("not_raised", "access_broken, coverage_low")),
        ({"states": ("observed", "suppressed", "observed")}, ("not_raised", "small_numbers")),
        ({"states": ("too_few", "suppressed", "observed")}, ("not_raised", "small_numbers, too_few")),
    ],
)
def test_edges_of_each_cause(given: dict[str, Any], expected: tuple[str, str | None]) -> None:
    is_small = "few" in (expected[1] or "") or "small" in (expected[1] or "")
    state, reasons = conditions({"a service": given}, {} if not is_small else {"audits": (3, 12)})["a service"]
    assert state == expected[0]
    assert expected[1] in (None, reasons)


SMALL = {"states": ("observed", "suppressed", "observed")}


@pytest.mark.parametrize(
    ("services", "organisation", "expected"),
    [
        ({"a": SMALL, "b": {}}, {}, "use_low, access_works, feeds_fresh, coverage_enough, audits_agree"),
        (
            {"a": {"audits": (1, 3)}, "b": {}},
            {"audits": (4, 15)},
            "use_low, access_works, feeds_fresh, coverage_enough, audits_agree",
        ),
        ({"a": SMALL, "b": {}}, {"use": (0.2, 0.3, 0.2)}, "use_not_low"),
        ({"a": SMALL, "b": {"works": (True, True, False)}}, {}, "access_broken"),
        ({"a": SMALL, "b": {"works": (True, True)}}, {}, "access_not_known"),
        ({"a": SMALL, "b": {"connected": 10}}, {}, "coverage_low"),
    ],
)
def test_notice_of_a_service_too_small_rolls_up_to_the_whole_organisation(
    services: Services, organisation: dict[str, Any], expected: str
) -> None:
    """80 practitioners in two services of 38 connected each; a small service was told of as if nothing were wrong."""
    found = conditions(services, organisation or {"audits": (3, 12)})
    assert found["all"][1] == expected
    assert found["a"][0] == "not_raised"


def test_organisation_is_not_judged_where_every_service_is() -> None:
    assert set(conditions({"a": {}, "b": {"works": (False,) * 3}})) == {"a", "b"}


def test_service_stands_in_the_quadrant_of_its_two_shares_and_nowhere_with_few_audits() -> None:
    given = {
        "a": ((18, 20), (3, 10)), "b": ((18, 20), (4, 10)), "c": ((17, 20), (3, 10)), "d": ((1, 20), (9, 10)),
        "few audits": ((20, 20), (9, 9)),
    }  # fmt: skip
    limits = Limits(0.25, 0.4, 0.8, minimum_audits=10)
    assert {name: quadrant(work, audits, 0.9, limits) for name, (work, audits) in given.items()} == {
        "a": "in_time_not_named", "b": "in_time_named", "c": "late_not_named", "d": "late_named",
        "few audits": "not_known",
    }  # fmt: skip


def test_page_says_who_is_raised_and_why_the_others_are_not(tmp_path: Path) -> None:
    raised = ConditionOfService(
        service_id="Ash", state="raised", reasons="use_low, access_works, feeds_fresh, coverage_enough, audits_agree",
        use_share=0.2, threshold=0.25,
    )  # fmt: skip
    reasons = {f"Not raised {n}": reason for n, reason in enumerate(REASON_WORDS)}
    others = [
        raised.model_copy(update={"service_id": name, "state": "not_raised", "reasons": reason, "use_share": None})
        for name, reason in reasons.items()
    ]
    whole = raised.model_copy(update={"service_id": "all"})
    beside = QuadrantOfService(service_id="Elm", quadrant="in_time_not_named")
    build_site(
        make_figures(conditions=(raised, *others, whole), quadrants=(beside,)), tmp_path / "site", signed_off_by=None,
        edition=None,
    )  # fmt: skip
    page = (tmp_path / "site" / "conditions.html").read_text("utf-8")
    for name, reason in reasons.items():
        assert page[page.index(f">{name}<") :].split("</tr>")[0].endswith(f"{REASON_WORDS[reason]}</td>")
    assert "20%" in page[page.index(">Ash<") :].split("</tr>")[0]
    assert "in time, and evidence seldom named" in page[page.index(">Elm<") :]
    summary = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert f"1 of {1 + len(reasons)} services: Ash. The whole organisation is" in summary
