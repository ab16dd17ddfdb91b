"""What a run needs from outside: which home, which month, as at which day.

Belongs here: resources. Does not belong here: what is done with them.
"""

import datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from dagster_project.exports.contract import load_contracts
from dagster_project.home import open_home
from dagster_project.steps import Run, last_complete_month

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2010-01", fmt="%Y-%m", timezone="Europe/London", end_offset=1)


class MonthRun(dg.ConfigurableResource):
    """A home and the day a run is as at; its month is the run's partition, else the last complete one."""

    home: str
    as_at: str = ""
    _month: str = PrivateAttr("")

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._month = (context.run.tags.get("dagster/partition") if context.run else None) or ""

    def over(self, run_id: str) -> Run:
        as_at = datetime.date.fromisoformat(self.as_at) if self.as_at else datetime.datetime.now(datetime.UTC).date()
        month = datetime.date.fromisoformat(f"{self._month}-01") if self._month else last_complete_month(as_at)
        return Run(open_home(Path(self.home)), load_contracts(), month, as_at, run_id)
