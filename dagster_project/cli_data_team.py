"""Commands of the data team's own work with exports: asking publishers for them, whom they name.

Belongs here: what `cli` says of itself, for these commands. Does not belong here: any work.
"""

from typing import Annotated

import typer

from dagster_project.arguments import (
    FormatOption,
    HomeOption,
    MonthOption,
    say,
    tell_progress,
    the_day,
    the_home,
    the_month,
)


def harvest(
    home: HomeOption = None,
    month: MonthOption = "",
    since: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM", help="Default: three months earlier, which may be restated.")
    ] = "",
) -> None:
    """Ask the publishers of config.yml for their COUNTER reports and put them into the inbox."""
    from dagster_project import harvest as publishers

    last = the_month(month, the_day(""))
    first = the_month(since, last) if since else publishers.first_restated(last)
    tell_progress()
    done = publishers.harvest(the_home(home), first, last)
    for path in done.saved:
        print(path)
    if done.problems:
        raise publishers.NotHarvested("\n".join(done.problems))


def match(home: HomeOption = None, form: FormatOption = "table") -> None:
    """Whom exports name that nobody can be told from: who sent it, how many rows, who it might be. Asking is logged."""
    from dagster_project.exports.contract import load_contracts
    from dagster_project.home import writing
    from dagster_project.match import COLUMNS, unmatched
    from dagster_project.show import show

    where = the_home(home)
    with writing(where, "practice-metrics match"):
        found = unmatched(where, load_contracts())
    show(found, form, columns=COLUMNS)
    say(f"{len(found)} identifiers; say whose they are in the feed `identifiers`, and run the month again")


COMMANDS = (harvest, match)
