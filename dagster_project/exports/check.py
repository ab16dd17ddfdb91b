"""A dry run of one file against its contract, for the person about to send it.

Belongs here: what `practice-metrics check` answers. Does not belong here: loading; nothing is kept.
"""

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.exports.error_report import HEADINGS, error_rows
from dagster_project.exports.ingest import notice_date
from dagster_project.exports.read import read_file
from dagster_project.home import Home
from dagster_project.settings import Settings
from dagster_project.warehouse import OFFLINE

ERROR_COLUMNS = HEADINGS


def check_file(path: Path, contract: Contract, home: Home | None) -> dict[str, Any]:
    """{feed, layout, accepted, rejected, errors: [{row, column, rule, message}]}; layout None where refused whole.

    A home, where given, brings its limit of rejected rows and the date of the notice.
    """
    settings = home.settings if home else Settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(config={**OFFLINE, "temp_directory": f"{folder}/spill"}) as connection,  # not where we stand
    ):
        reading = read_file(
            connection, path, contract, Path(folder),
            max_rejected_share=settings.max_rejected_share,
            notice_given_on=notice_date(home, contract) if home else None,
            items=home.survey_items if home else None,
            schema=settings.schemas.get(contract.feed),
        )  # fmt: skip
    return {
        "feed": contract.feed,
        "layout": None if reading.refusal else reading.layout,
        "accepted": reading.n_accepted,
        "rejected": reading.n_rejected,
        "errors": error_rows(reading, contract),
    }
