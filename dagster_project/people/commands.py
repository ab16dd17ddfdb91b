"""The commands about single people: thin, like the others of the command line (cli).

Belongs here: their arguments and what they print. Does not belong here: any work. None of them prints a name.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.arguments import HomeOption, MonthOption, say, the_day, the_home, the_month
from dagster_project.problems import SettingsProblem

RoleOption = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="Who asks: a role, not a name. It is written down.")
]
AsAtOption = Annotated[str, typer.Option("--as-at", metavar="YYYY-MM-DD", help="Default: today.")]


def hr_pack(
    round_id: Annotated[str, typer.Option("--round", metavar="ROUND")],
    role: RoleOption,
    home: HomeOption = None,
    as_at: AsAtOption = "",
    for_applicant: Annotated[bool, typer.Option("--for-applicant", help="The applicants' own pages, first.")] = False,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help="Encrypts the workbook with its first line.")
    ] = None,
) -> None:
    """The evidence pack of a round of pay progression, for HR only: a page and a row an applicant, clause by clause."""
    from dagster_project.home import writing
    from dagster_project.people.hr_pack import write_pack

    where = the_home(home)
    with writing(where, "practice-metrics hr-pack"):
        password = None if password_file is None else password_in(password_file)
        issued = write_pack(where, round_id, the_day(as_at), role=role, for_applicant=for_applicant, password=password)
    print(f"Issued: {issued}")
    say("Give each applicant the page with their own number." if for_applicant else "For HR and the panel only.")


def password_in(path: Path) -> str:
    """The first line of a file that only its owner can read; raises SettingsProblem."""
    if not path.is_file():
        raise SettingsProblem(f"{path}: there is no such file")
    if path.stat().st_mode & 0o077:
        raise SettingsProblem(f"{path} can be read by others; chmod 600 it and choose another password")
    first = (path.read_text("utf-8").splitlines() or [""])[0]
    if len(first) < 12:
        raise SettingsProblem(f"{path}: the first line is the password, of at least 12 characters")
    return first


def own_pages(role: RoleOption, home: HomeOption = None, month: MonthOption = "", as_at: AsAtOption = "") -> None:
    """A file for each practitioner with all that is held about them, for the organisation to deliver. Monthly."""
    from dagster_project.home import writing
    from dagster_project.people.own_pages import write_own_pages

    where, day = the_home(home), the_day(as_at)
    with writing(where, "practice-metrics own-pages"):
        issued = write_own_pages(where, the_month(month, day), day, role=role)
    print(f"Issued: {issued}{os.sep}deliver.csv says which file goes to whom")


PersonOption = Annotated[str, typer.Option("--person", metavar="ID", help="A payroll number or a pseudonym.")]


def subject_access(person: PersonOption, role: RoleOption, home: HomeOption = None, as_at: AsAtOption = "") -> None:
    """Everything held about one person, in every layer, with where it came from; other people are left out."""
    from dagster_project.home import writing
    from dagster_project.people.subject_access import write_subject_access

    where = the_home(home)
    with writing(where, "practice-metrics subject-access"):
        print(f"Issued: {write_subject_access(where, person, the_day(as_at), role=role)}")


COMMANDS: dict[str, Callable[..., None]] = {
    "hr-pack": hr_pack,
    "own-pages": own_pages,
    "subject-access": subject_access,
}
