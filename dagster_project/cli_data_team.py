"""Commands of the data team's own work with exports: asking publishers for them, whom they name, how they are spelt.

Belongs here: what `cli` says of itself, for these commands. Does not belong here: any work.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.arguments import (
    FormatOption,
    HomeOption,
    MonthOption,
    say,
    tell_progress,
    the_contract,
    the_day,
    the_home,
    the_month,
)
from dagster_project.problems import SettingsProblem


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


def propose_mappings(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    feed: Annotated[str, typer.Option("--feed", metavar="NAME")],
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="TEXT", help="A heading or code as listed, or all. May be given again."),
    ] = None,
    since: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="For files delivered from this day.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="For files delivered to this day.")] = "",
    home: HomeOption = None,
    form: FormatOption = "table",
) -> None:
    """What headings and codes of a file might mean, by likeness; --accept writes them into the home.

    Values are shown by their shape only.
    """
    from dataclasses import asdict, fields

    from dagster_project.exports import mappings
    from dagster_project.exports.problems import RefusedFile
    from dagster_project.exports.proposals import Proposal, accepted, propose
    from dagster_project.show import show

    where = the_home(home)
    contract = the_contract(feed)
    if not file.is_file():
        raise SettingsProblem(f"{file}: there is no such file")
    first = the_day(since, "--from") if since else None
    last = the_day(until, "--to") if until else None
    try:
        found = propose(file, mappings.mapped(where, contract, first or the_day("")))
    except RefusedFile as refused:
        raise SettingsProblem(refused.message) from None
    show([asdict(one) for one in found], form, columns=[field.name for field in fields(Proposal)])
    if accept:
        print(mappings.add(where, contract, accepted(found, accept, first, last)))


COMMANDS: dict[str, Callable[..., None]] = {"harvest": harvest, "match": match, "map": propose_mappings}
