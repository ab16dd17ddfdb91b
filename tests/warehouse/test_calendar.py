"""The calendar: years that begin in four months, and days as people live them when the clocks change."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from dagster_project import warehouse
from dagster_project.home import Home

LONDON, UTC = ZoneInfo("Europe/London"), datetime.UTC


@pytest.mark.parametrize(
    ("day", "years"),
    [
        ("2026-03-31", ("2025/26", "2025/26", "2025/26", "2025/26")),
        ("2026-04-01", ("2026/27", "2025/26", "2026/27", "2025/26")),
        ("2026-09-30", ("2026/27", "2025/26", "2026/27", "2025/26")),
        ("2026-10-01", ("2026/27", "2026/27", "2026/27", "2025/26")),
        ("2026-11-30", ("2026/27", "2026/27", "2026/27", "2025/26")),
        ("2026-12-01", ("2026/27", "2026/27", "2026/27", "2026/27")),
        ("2027-03-31", ("2026/27", "2026/27", "2026/27", "2026/27")),
    ],
)
def test_years_change_on_their_days(day: str, years: tuple[str, ...], council_home: Home) -> None:
    """Financial, workforce census, children in need census, registration."""
    with warehouse.opened(council_home.warehouse) as connection:
        found = connection.execute(
            "select financial_year, workforce_year, census_year, registration_year from marts.dim_calendar "
            "where day = cast(? as date)",
            [day],
        ).fetchall()
    assert found == [years]


def test_every_day_is_as_long_as_the_clock_says(council_home: Home) -> None:
    with warehouse.opened(council_home.warehouse) as connection:
        rows = connection.execute("select day, starts_at_utc, ends_at_utc from marts.dim_calendar").fetchall()
    assert len(rows) > 2 * 365
    one = datetime.timedelta(days=1)
    for day, start, end in rows:
        midnights = [datetime.datetime.combine(each, datetime.time(), LONDON) for each in (day, day + one)]
        assert [start, end] == [moment.astimezone(UTC).replace(tzinfo=None) for moment in midnights], day
    assert {(end - start).total_seconds() / 3600 for _, start, end in rows} == {23, 24, 25}
