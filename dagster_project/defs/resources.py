"""What a run needs from outside: which home, which month, as at which day.

Belongs here: resources. Does not belong here: what is done with them.
"""

import datetime
from pathlib import Path

import dagster as dg

from dagster_project.exports.contract import load_contracts
from dagster_project.home import open_home
from dagster_project.steps import Run, last_complete_month


class MonthRun(dg.ConfigurableResource):
    """A home and the parameters of a run over it; an empty month is the last complete one before `as_at`."""

    home: str
    month: str = ""
    as_at: str = ""

    def over(self, run_id: str) -> Run:
        as_at = datetime.date.fromisoformat(self.as_at) if self.as_at else datetime.datetime.now(datetime.UTC).date()
        month = datetime.date.fromisoformat(f"{self.month}-01") if self.month else last_complete_month(as_at)
        return Run(open_home(Path(self.home)), load_contracts(), month, as_at, run_id)
