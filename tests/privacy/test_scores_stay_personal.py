"""A43: the score of a quiz is its owner's; it is in no table that has a unit, a month or a figure."""

from dagster_project.home import Home
from dagster_project.warehouse import read_only

COLUMNS = (
    "select table_schema || '.' || table_name from information_schema.columns "
    "where column_name like '%score' and table_schema <> 'information_schema' order by all"
)


def tables_with_scores(home: Home) -> dict[str, list[str]]:
    found = {}
    for name, path in (("warehouse", home.warehouse), ("read copy", home.read_copy)):
        with read_only(path) as connection:
            found[name] = sorted({table for (table,) in connection.execute(COLUMNS).fetchall()})
    return found


def test_scores_are_where_they_came_in_and_nowhere_else(council_home: Home) -> None:
    found = tables_with_scores(council_home)
    assert {table.split(".")[0] for table in found["warehouse"]} == {"raw", "staging"}
    assert found["read copy"] == []
    with read_only(council_home.warehouse) as connection:
        assert connection.execute("select count(post_score) from raw.learning").fetchone() == (4,)
