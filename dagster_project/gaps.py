"""Gaps of a survey: how much more often managers, or leaders, say yes to a question than practitioners do.

Belongs here: which groups a question compares, the gap with its interval, its place, what may be told; the table
`metrics.fct_gaps`. Does not belong here: who is in a group (dbt), the interval itself (statistics), words.

Answers carry no person and a gap is of the whole organisation, so what protects respondents is the size of the group:
where one is below the minimum denominator nothing is told; how few of a larger group said no is told. No question
that is compared is counted by a metric, whose hidden numbers it could give away.
"""

import datetime
from collections.abc import Iterator

import duckdb

from dagster_project.exports.instruments import Items
from dagster_project.statistics.disclosure import SUPPRESSED
from dagster_project.statistics.disclosure_settings import DisclosureSettings

COMPARED, ONE_SIDE = "compared", "one_side"
SMALL_SAMPLE = 30  # responses, of either group; below it the page says "small sample"

TABLE = """
create or replace table metrics.fct_gaps (
    wave_date date, item varchar, wording varchar, instrument varchar, respondents varchar, state varchar,
    n_group bigint, n_group_positive bigint, n_practitioners bigint, n_practitioners_positive bigint,
    gap double, gap_lower double, gap_upper double, is_small_sample boolean, place bigint
)
"""

COUNTS_SQL = """
select wave_date, item, respondents, n_positive, n_answered
from marts.fct_survey_item_counts
order by wave_date, item
"""

_Row = dict[str, object]
_Counts = dict[str, tuple[int, int]]  # of each group: positive answers, answers


def write_gaps(connection: duckdb.DuckDBPyConnection, *, items: Items, disclosure: DisclosureSettings) -> None:
    """Replace `metrics.fct_gaps`: a row for each wave and each question that two groups are asked.

    A row is `compared`; `one_side` where one group did not answer it; or `suppressed`, without numbers. `place` orders
    the compared gaps of a wave and pair, the widest first.
    """
    rows = list(_gaps(connection, items, disclosure))
    connection.execute("begin")
    connection.execute(TABLE)
    for row in rows:
        names = ", ".join(row)
        connection.execute(
            f"insert into metrics.fct_gaps ({names}) values ({', '.join(f'${name}' for name in row)})", row
        )
    connection.execute(
        "update metrics.fct_gaps as g set place = ranked.place from ("
        "select wave_date, item, rank() over (partition by wave_date, respondents order by abs(gap) desc) as place "
        "from metrics.fct_gaps where gap is not null"
        ") as ranked where g.wave_date = ranked.wave_date and g.item = ranked.item"
    )
    connection.execute("commit")


def _gaps(connection: duckdb.DuckDBPyConnection, items: Items, disclosure: DisclosureSettings) -> Iterator[_Row]:
    answered: dict[tuple[datetime.date, str], _Counts] = {}
    for wave_date, item, respondents, n_positive, n_answered in connection.execute(COUNTS_SQL).fetchall():
        answered.setdefault((wave_date, item), {})[respondents] = (n_positive, n_answered)
    for (wave_date, name), counts in answered.items():
        item = items.get(name)  # an instrument may have been taken out of the home
        others = item.asked_of - {"practitioners"} if item else set()
        if item is None or len(item.asked_of) < 2:
            continue
        (group,) = others
        place: _Row = {
            "wave_date": wave_date, "item": name, "wording": item.wording, "instrument": item.instrument,
            "respondents": group,
        }  # fmt: skip
        yield place | _compared(counts.get(group, (0, 0)), counts.get("practitioners", (0, 0)), disclosure)


def _compared(group: tuple[int, int], practitioners: tuple[int, int], disclosure: DisclosureSettings) -> _Row:
    """The state and the numbers of one gap; `group` and `practitioners` are positive answers and answers."""
    from dagster_project.statistics.intervals import difference  # slow to import

    sizes = [n for _, n in (group, practitioners)]
    is_small = any(0 < n < disclosure.minimum_denominator for n in sizes)
    if disclosure.is_on and (is_small or disclosure.rounding):
        return {"state": SUPPRESSED}
    numbers: _Row = {
        "n_group": group[1], "n_group_positive": group[0],
        "n_practitioners": practitioners[1], "n_practitioners_positive": practitioners[0],
        "is_small_sample": min(sizes) < SMALL_SAMPLE,
    }  # fmt: skip
    if not all(sizes):
        return {"state": ONE_SIDE} | numbers
    found = difference(*group, *practitioners)
    return {"state": COMPARED} | numbers | {
        "gap": float(found.estimate), "gap_lower": float(found.lower), "gap_upper": float(found.upper)
    }  # fmt: skip
