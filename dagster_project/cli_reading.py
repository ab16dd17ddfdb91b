"""Commands that only read: how the home stands, today's digest, metric values, the published pages.

Belongs here: arguments and printing of those commands. Does not belong here: any work; commands that write (cli,
cli_editions).
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.arguments import FormatOption, HomeOption, say, the_day, the_home, the_month


def status(home: HomeOption = None, form: FormatOption = "table") -> None:
    """Per feed: deliveries, rows, newest period, freshness; failed rules; drafts and editions; who holds the lock."""
    from dagster_project.show import show
    from dagster_project.summary import status_with_lock

    found = status_with_lock(the_home(home))
    show(found["feeds"], form, whole=found)
    say(f"month {found['month']}, as at {found['as_at']}; warehouse: {found['lock'] or 'free'}")
    say(f"drafts: {', '.join(found['drafts']) or 'none'}; editions: {', '.join(found['editions']) or 'none'}")
    for rule in found["failed_rules"]:
        say(f"{rule['severity']}: {rule['rule']}: {rule['message']}")


def digest(
    home: HomeOption = None,
    send: Annotated[bool, typer.Option("--send", help="Send it to the addresses of `notify` in config.yml.")] = False,
) -> None:
    """What the data team should look at today: what is missing, held or stale, or that all is well."""
    from dagster_project import digest as daily

    where = the_home(home)
    message = daily.digest(where, the_day(""))
    print(f"{message.title}\n{message.body}")
    if send:
        say(f"sent to {daily.send(where, message)} addresses")


def metrics(
    home: HomeOption = None,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Default: every month.")] = "",
    metric: Annotated[str, typer.Option("--metric", metavar="ID", help="Default: every metric.")] = "",
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show small numbers too. Asking is logged.")] = False,
    form: FormatOption = "table",
) -> None:
    """Metric values with intervals and signals, small numbers masked as the last run decided."""
    from dagster_project.show import show
    from dagster_project.summary import BESIDE_COLUMNS, VALUE_COLUMNS, changes_of_system, metric_rows

    only, where = the_month(month, datetime.date.min) if month else None, the_home(home)
    show(metric_rows(where, only, metric or None, unmasked), form, columns=(*VALUE_COLUMNS, *BESIDE_COLUMNS))
    for words in changes_of_system(where):
        say(words)


def catalogue(home: HomeOption = None, form: FormatOption = "table") -> None:
    """Every measure and every row of what was asked for: kind, definition, sources, burden, whether it is live."""
    from dagster_project.catalogue import COLUMNS, of_home
    from dagster_project.show import show

    where = the_home(home) if home or Path("config.yml").is_file() else None
    show(of_home(where), form, columns=COLUMNS)


def serve(home: HomeOption = None, port: Annotated[int, typer.Option("--port")] = 8000) -> None:
    """Published leadership pages on this machine only (127.0.0.1)."""
    from dagster_project.summary import serve_folder

    serve_folder(the_home(home).published, port, say)


COMMANDS: dict[str, Callable[..., None]] = {
    "status": status,
    "digest": digest,
    "metrics": metrics,
    "catalogue": catalogue,
    "serve": serve,
}
