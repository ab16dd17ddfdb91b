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
    from dashboards.pack import find_browser

    where = the_home(home)
    with writing(where, "practice-metrics hr-pack"):
        password = None if password_file is None else password_in(password_file)
        issued = write_pack(where, round_id, the_day(as_at), role=role, for_applicant=for_applicant, password=password,
                            browser=find_browser())  # fmt: skip
    print(f"Issued: {issued}")
    if not any(issued.glob("*.pdf")):
        say("No Chromium printed the pages: open each and print it, where paper is wanted.")
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


def erase(
    person: PersonOption,
    ground: Annotated[str, typer.Option("--ground", help="no_longer_needed, objection, unlawful or legal_obligation.")],
    role: RoleOption,
    home: HomeOption = None,
    as_at: AsAtOption = "",
) -> None:
    """Take one person out of every layer, unless a legal hold, an open challenge or an appeal stands against it."""
    from dagster_project.home import writing
    from dagster_project.people.erasure import GROUNDS, erase

    if ground not in GROUNDS:
        raise SettingsProblem(f"--ground {ground}: write one of {', '.join(GROUNDS)}")
    where = the_home(home)
    with writing(where, "practice-metrics erase"):
        taken = erase(where, person, ground, the_day(as_at), role=role)
    print("\n".join(f"{layer}: {n}" for layer, n in taken.items()))
    say("Published editions hold totals only, and stay. The next run works out the figures without the person.")


def retention(
    role: RoleOption,
    home: HomeOption = None,
    as_at: AsAtOption = "",
    is_applied: Annotated[bool, typer.Option("--apply", help="Delete what the run before this one counted.")] = False,
) -> None:
    """What is past its time, by layer, source and class; nothing is deleted without --apply."""
    from dagster_project.home import writing
    from dagster_project.people.retention import retention as past_its_time

    where = the_home(home)
    with writing(where, "practice-metrics retention"):
        due = past_its_time(where, the_day(as_at), role=role, is_applied=is_applied)
    for each in due:
        print(f"{each.layer}: {each.source} ({each.retention_class}), before {each.before}: {each.n}")
    say(f"{'Deleted' if is_applied else 'Counted, nothing deleted'}: {sum(each.n for each in due)}")


def fairness(
    year: Annotated[int, typer.Option("--year", metavar="YYYY", min=2000, max=2100)],
    role: RoleOption,
    home: HomeOption = None,
    as_at: AsAtOption = "",
) -> None:
    """Each stage of progression, and regular use, by group; the only command that opens protected characteristics."""
    from dagster_project.home import writing
    from dagster_project.people.fairness import write_fairness

    where = the_home(home)
    with writing(where, "practice-metrics fairness"):
        print(f"Issued: {write_fairness(where, year, the_day(as_at), role=role)}")


def rotate_keys(role: RoleOption, home: HomeOption = None, as_at: AsAtOption = "") -> None:
    """Change the keys of the home: other pseudonyms and seals, with no link lost. Finishes one that was cut off."""
    from dagster_project.home import writing
    from dagster_project.people.rotation import rotate

    where = the_home(home)
    with writing(where, "practice-metrics rotate-keys"):
        n_files = rotate(where, the_day(as_at), role=role)
    print(f"The keys were changed; {n_files} files of the archive were sealed anew.")
    say("Put a copy of the new key file into the safe. Backups from before need the old one.")


COMMANDS: dict[str, Callable[..., None]] = {
    "hr-pack": hr_pack,
    "own-pages": own_pages,
    "subject-access": subject_access,
    "erase": erase,
    "retention": retention,
    "fairness": fairness,
    "rotate-keys": rotate_keys,
}
