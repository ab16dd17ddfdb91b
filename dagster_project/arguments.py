"""What people type, as values: the home, the feed, the month, the day; and where remarks go.

Belongs here: arguments that several commands share, each refused in one line. Does not belong here: the commands (cli).
"""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.problems import SettingsProblem

if TYPE_CHECKING:
    from dagster_project.exports.contract import Contract
    from dagster_project.home import Home

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="PRACTICE_METRICS_HOME", help="The home. Default: this folder, if it is one."),
]
MonthOption = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Default: the last complete month.")]
FormatOption = Annotated[str, typer.Option("--format", help="table, json or csv.")]


def say(text: str) -> None:
    """Progress and remarks go to standard error; results go to standard output."""
    typer.echo(text, err=True)


def tell_progress() -> None:
    """Print what the steps of the path log, with the seconds since now."""
    import logging

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(f"{record.created - start:5.1f} s  {record.getMessage()}")

    start = datetime.datetime.now(datetime.UTC).timestamp()
    for package in ("dagster_project", "expectations", "dashboards"):
        log = logging.getLogger(package)
        log.setLevel(logging.INFO)
        log.propagate = False
        log.addHandler(Teller())


def the_home(root: Path | None) -> "Home":
    from dagster_project.home import open_home

    if root is None and not Path("config.yml").is_file():
        raise SettingsProblem("No home: give --home DIR, set PRACTICE_METRICS_HOME, or change into a home.")
    return open_home(root or Path())


def the_contract(feed: str) -> "Contract":
    from dagster_project.exports.contract import load_contracts

    contracts = load_contracts()
    if feed not in contracts:
        raise SettingsProblem(f"There is no feed {feed}. The feeds are: {', '.join(contracts)}.")
    return contracts[feed]


def the_day(text: str, option: str = "--as-at") -> datetime.date:
    """The date of `option`; today where none is given. The only place where the product asks for today."""
    try:
        return datetime.date.fromisoformat(text) if text else datetime.date.today()
    except ValueError:
        raise SettingsProblem(f"{option} {text}: write a date as 2026-03-31") from None


def the_month(text: str, as_at: datetime.date) -> datetime.date:
    if not text:
        return (as_at.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    try:
        return datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise SettingsProblem(f"--month {text}: write a month as 2026-03") from None
