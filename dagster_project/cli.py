"""The command line: `practice-metrics`. Thin: each command calls a function and says what it returned.

Belongs here: arguments, printing, exit codes. Does not belong here: any work. Heavy imports are inside the commands, so
that --help answers at once.

Exit codes: 0 done, 1 a bug in us, 2 usage, configuration, a missing key or a disk that cannot be used, 3 the month is
held (for `check`: a row or the file was rejected), 4 another run holds the warehouse.
"""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project import cli_data_team, cli_editions, cli_people, cli_reading, look_for_garbage_rarely
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
from dagster_project.problems import BUG, Problem, SettingsProblem
from dagster_project.telling import publish_and_tell, run_and_tell

if TYPE_CHECKING:
    from dagster_project.home import Home

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="From a folder of exports to a monthly leadership dashboard of evidence use.",
)  # fmt: skip

NOT_ALL_GOOD = 3


def main() -> None:
    """Run the command line; what stops it is said in a few lines, never as a traceback."""
    look_for_garbage_rarely()
    try:
        app()
    except Problem as problem:
        say(str(problem))
        sys.exit(problem.exit_code)
    except OSError as error:
        say(f"{error.strerror or type(error).__name__}: {error.filename or 'a file or port'}")
        sys.exit(Problem.exit_code)
    except Exception as error:  # a bug in us: say where, never with what values
        import traceback

        places = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)[-6:]]
        say(f"A bug in practice-metrics: {type(error).__name__} at {' > '.join(places)}.")
        sys.exit(BUG)


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR")], home: HomeOption = None) -> None:
    """Make a home, with every setting explained in config.yml, and a key file beside it, outside the home."""
    from dagster_project.home import make_home

    _ = home
    made = make_home(directory, {})
    key_file = made.root.with_name(made.root.name + ".key")
    print(f"Home: {made.root}\nKey file: {key_file} (keep a copy in a safe; readable by you only)")
    print(
        f"Next: edit {made.config}, put files into {made.inbox}/<feed>/, then practice-metrics run --home {directory}"
    )


@app.command()
def run(
    home: HomeOption = None,
    month: MonthOption = "",
    as_at: Annotated[str, typer.Option("--as-at", metavar="YYYY-MM-DD", help="Default: today.")] = "",
) -> None:
    """The whole path for a month, to a draft and a list of who has not sent what."""
    run_and_tell(the_home(home), the_month(month, the_day(as_at)), the_day(as_at), "run")


@app.command()
def publish(
    signed_off_by: Annotated[str, typer.Option("--signed-off-by", metavar="ROLE", help="A role, not a name.")],
    home: HomeOption = None,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Default: the newest draft.")] = "",
) -> None:
    """Make the month's draft an edition, if the gates allow it."""
    from dagster_project.home import writing

    where = the_home(home)
    drafts = sorted(path.name for path in where.drafts.glob("[0-9]*"))
    if not (month or drafts):
        raise SettingsProblem("There is no draft; `practice-metrics run` makes one.")
    with writing(where, "practice-metrics publish"):
        publish_and_tell(where, the_month(month or drafts[-1], datetime.date.min), signed_off_by, the_day(""))


@app.command()
def demo(home: HomeOption = Path("demo")) -> None:
    """A fictional council's exports, the whole path, and a published page, in ./demo."""
    from dagster_project.demo import delivering, prepare_demo

    where, month = prepare_demo(home or Path("demo"), the_day(""))
    with delivering(where, month, say) as delivered:
        run_and_tell(where, month, the_day(""), "demo", meanwhile=delivered)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    feed: Annotated[str, typer.Option("--feed", metavar="NAME")],
    home: HomeOption = None,
    form: FormatOption = "table",
) -> None:
    """Try a file against its contract without loading it: counts, and every error with row, column and advice."""
    from dagster_project.exports.check import ERROR_COLUMNS, check_file
    from dagster_project.exports.mappings import mapped
    from dagster_project.show import show

    contract = the_contract(feed)
    if not file.is_file():
        raise SettingsProblem(f"{file}: there is no such file")
    where = the_home(home) if home or Path("config.yml").is_file() else None
    result = check_file(file, mapped(where, contract, the_day("")) if where else contract, where)
    show(result["errors"], form, columns=ERROR_COLUMNS, whole=result)
    say(f"{feed}: layout {result['layout']}, {result['accepted']} rows accepted, {result['rejected']} rejected")
    if result["layout"] is None or result["errors"]:
        sys.exit(NOT_ALL_GOOD)


@app.command()
def feeds(
    name: Annotated[str, typer.Argument(metavar="[NAME]")] = "", home: HomeOption = None, form: FormatOption = "table"
) -> None:
    """The feeds, or one feed's columns and the spellings they are known by."""
    from dagster_project.exports.contract import load_contracts
    from dagster_project.show import show
    from dagster_project.templates import dictionary_rows, feed_rows

    _ = home
    show(dictionary_rows(the_contract(name)) if name else feed_rows(load_contracts()), form)


@app.command()
def template(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path(),
    home: HomeOption = None,
) -> None:
    """An empty CSV and XLSX of a feed with a data dictionary; `registers` is one workbook of all registers."""
    from dagster_project.exports.contract import load_contracts
    from dagster_project.exports.registers import FOLDER
    from dagster_project.templates import write_register_template, write_templates

    _ = home
    contract = None if name == FOLDER else the_contract(name)
    if contract is not None and contract.reader not in ("table", "survey"):
        raise SettingsProblem(f"{name} has no template: send the files as their publisher gives them")
    out.mkdir(parents=True, exist_ok=True)
    for path in write_templates(contract, out) if contract else [write_register_template(load_contracts(), out)]:
        print(path)


@app.command()
def withdraw(
    file_hash: Annotated[str, typer.Argument(metavar="FILE_HASH", help="The hash, or its first 8 digits or more.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the archived file.")],
    home: HomeOption = None,
) -> None:
    """Take a loaded file back. The next run works out the figures without it."""
    from dagster_project.home import writing
    from dagster_project.replay import withdraw_file

    where = the_home(home)
    with writing(where, "practice-metrics withdraw"):
        print(withdraw_file(where, file_hash, reason))


@app.command()
def rebuild(
    edition: Annotated[str, typer.Argument(metavar="[EDITION]", help="As in 2026-10/01: make its values again.")] = "",
    home: HomeOption = None,
    month: MonthOption = "",
    as_at: Annotated[str, typer.Option("--as-at", metavar="YYYY-MM-DD", help="Default: today.")] = "",
) -> None:
    """Make the whole warehouse again from the archive, then run the month; or an edition's values, to compare them."""
    from dagster_project.home import writing
    from dagster_project.replay import set_warehouse_aside

    where, day = the_home(home), the_day(as_at)
    of_month = the_month(month, day)
    with writing(where, "practice-metrics rebuild"):
        if edition:
            rebuild_edition(where, edition)
            return
        set_warehouse_aside(where)
        run_and_tell(where, of_month, day, "rebuild")


def rebuild_edition(home: "Home", edition: str) -> None:
    from dagster_project.edition_again import made_again
    from dagster_project.editions import find_edition, name_of

    found = find_edition(home, edition)
    tell_progress()
    differences = made_again(home, found)
    for line in differences:
        print(line)
    if differences:
        say(f"{name_of(found)}: {len(differences)} values are not as they were published")
        sys.exit(NOT_ALL_GOOD)
    print(f"{name_of(found)}: every value is as it was published")


@app.command()
def samples(
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    seed: Annotated[int, typer.Option("--seed")] = 1,
    staff: Annotated[int, typer.Option("--staff")] = 180,
    months: Annotated[int, typer.Option("--months")] = 24,
    usage_events: Annotated[int, typer.Option("--usage-events")] = 40_000,
    end_month: Annotated[str, typer.Option("--end-month", metavar="YYYY-MM", help="Default: the last complete.")] = "",
    profile: Annotated[str, typer.Option("--profile", metavar="NAME", help="The kind of organisation.")] = "",
    faulty: Annotated[
        bool, typer.Option("--faulty", help="Faults in every feed, also where its file is then refused for them.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """A fictional organisation's exports, as DIR/<feed>/<file>."""
    from dagster_project.profiles import DEFAULT
    from dagster_project.samples import generate_samples

    _ = home
    last = the_month(end_month, the_day(""))
    try:
        made = generate_samples(
            out, seed=seed, staff=staff, months=months, usage_events=usage_events, end_month=last,
            profile=profile or DEFAULT, faults_in_every_feed=faulty,
        )  # fmt: skip
    except ValueError as error:  # the generator's own limits, in its own words
        raise SettingsProblem(str(error)) from None
    for path in made.files:
        print(path)


for commands in (cli_reading.COMMANDS, cli_editions.COMMANDS, cli_data_team.COMMANDS, cli_people.COMMANDS):
    for name, command in commands.items():
        app.command(name)(command)


if __name__ == "__main__":
    main()
