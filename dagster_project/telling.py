"""A month run, or published, and what came of it said.

Belongs here: what `run`, `demo` and `rebuild` share. Does not belong here: the run itself (runner), rows (summary).
"""

import datetime
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from dagster_project.arguments import say, tell_progress
from dagster_project.problems import BUG, MonthHeld, SettingsProblem

if TYPE_CHECKING:
    from dagster_project.home import Home


def run_and_tell(
    home: "Home", month: datetime.date, as_at: datetime.date, command: str, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Run the month, print its outcome, and publish where the home signs off automatically; raises MonthHeld."""
    from dagster_project.home import writing
    from dagster_project.runner import run_month
    from dagster_project.summary import print_summary

    if month > as_at:
        raise SettingsProblem(f"--month {month:%Y-%m} has not begun as at {as_at}; nothing was run")
    with writing(home, f"practice-metrics {command}"):
        tell_progress()
        outcome = run_month(home, month, as_at, meanwhile)
        print_summary(home, month)
        if outcome.errors:
            say(f"A bug in practice-metrics: {'; '.join(outcome.errors)} (run {outcome.run_id}). No draft was made.")
            sys.exit(BUG)
        if outcome.held:
            raise MonthHeld(outcome.held)
        if home.settings.sign_off == "automatic":
            publish_and_tell(home, month, "automatic sign-off", as_at)


def publish_and_tell(home: "Home", month: datetime.date, role: str, on: datetime.date) -> None:
    from dagster_project.publishing import publish as publish_draft

    edition, is_new = publish_draft(home, month, role, on)
    print(f"{'Edition' if is_new else 'Nothing has changed; the edition stays'}: {edition / 'index.html'}")
    if is_new and not (edition / "board_pack.pdf").exists():
        say(f"No Chromium printed the board pack: open {edition / 'board_pack.html'} and print it.")
    print(f"Newest: {home.published / 'latest' / 'index.html'} (open it in any browser; no server is needed)")
