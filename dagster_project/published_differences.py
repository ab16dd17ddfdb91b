"""The department's published rates that do not come out again from their published parts: for the data team.

Belongs here: the list beside a draft. Does not belong here: what counts as different (fct_published_rates).
"""

from pathlib import Path

from dagster_project.warehouse import read_only

COLUMNS = (
    "rate", "year_to", "geographic_level", "area_code", "area_name", "published", "recomputed", "difference",
    "tolerance", "unit", "numerator", "denominator",
)  # fmt: skip


def difference_rows(read_copy: Path) -> list[dict[str, object]]:
    """One row a rate, area and year outside its tolerance: by rate, newest year first, England before its regions."""
    with read_only(read_copy) as connection:
        rows = connection.execute(
            """
            select
                rate, cast(period_end as varchar), geographic_level, area_code, area_name,
                cast(published_value as decimal(18, 1)), round(recomputed_value, 3), round(difference, 3),
                cast(tolerance as decimal(18, 2)), unit,
                cast(numerator as decimal(18, 1)), cast(denominator as decimal(18, 1))
            from marts.fct_published_rates
            where not is_within_tolerance
            order by
                rate, period_end desc,
                list_position(['national', 'regional', 'local_authority'], geographic_level), area_code
            """
        ).fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
