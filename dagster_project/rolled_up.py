"""Where an opinion is told that is hidden for a unit: for the smallest unit around it of which it can be told.

Belongs here: finding that unit. Does not belong here: hiding (masking), which measures are opinions (their records'
`given_by`), words.
"""

from collections.abc import Mapping, Sequence

import duckdb

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.adding_up import key_of
from dagster_project.statistics.disclosure import STATES_WITH_NUMBERS, SUPPRESSED, MetricValue

WHOLE = "all"

SERVICES_SQL = "select month, team_id, min(service_id) from marts.dim_unit group by all having count(*) = 1"


def rolled_up_to(
    connection: duckdb.DuckDBPyConnection, masked: Sequence[MetricValue], records: Mapping[str, MetricRecord]
) -> dict[int, str]:
    """The unit by the place of each hidden opinion: a service, or "all"; none where it can be told of no unit.

    A team that is in two services rolls up to the whole organisation.
    """
    services = {(month, team): service for month, team, service in connection.execute(SERVICES_SQL).fetchall()}
    told = {key_of(value) for value in masked if value.value_state in STATES_WITH_NUMBERS}
    found: dict[int, str] = {}
    for place, value in enumerate(masked):
        if value.value_state != SUPPRESSED or not records[value.metric_id].given_by:
            continue
        metric, period, start, level, unit, *part = key_of(value)
        around = [("organisation", WHOLE)]
        if level == "team" and (service := services.get((value.month, unit))):
            around.insert(0, ("service", service))
        unit_told = next((each for each in around if (metric, period, start, *each, *part) in told), None)
        if unit_told:
            found[place] = unit_told[1]
    return found
