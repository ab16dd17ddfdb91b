"""Commands about published editions: list them, check them, send the newest.

Belongs here: arguments and printing of those commands. Does not belong here: any work; commands of the path (cli).
"""

import sys
from typing import Annotated

import typer

from dagster_project.arguments import FormatOption, HomeOption, say, the_day, the_home

app = typer.Typer()

CHANGED = 3


@app.command()
def editions(home: HomeOption = None, form: FormatOption = "table") -> None:
    """The published editions: who signed each, when, made of how many files by which program."""
    from dagster_project.editions import edition_rows
    from dagster_project.show import show

    show(edition_rows(the_home(home)), form)


@app.command()
def verify(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="As in 2026-10/01; a month alone: its newest.")],
    home: HomeOption = None,
) -> None:
    """Check every file of an edition against the hash it was published with."""
    from dagster_project.editions import changed_files, find_edition, name_of

    where = the_home(home)
    found = find_edition(where, edition)
    changed = changed_files(where, found)
    for line in changed:
        print(line)
    if changed:
        say(f"{name_of(found)} is not as it was published")
        sys.exit(CHANGED)
    print(f"{name_of(found)} is as it was published")


@app.command()
def send(home: HomeOption = None) -> None:
    """Mail or post the newest month to the addresses of send_to: its board pack, or the notice that it is held."""
    from dagster_project import sending

    where = the_home(home)
    message = sending.letter(where, the_day(""))
    print(f"{message.title}\n{message.body}")
    for path in message.attached:
        print(f"attached: {path.name}")
    say(f"sent to {sending.send(where, message)} addresses")
