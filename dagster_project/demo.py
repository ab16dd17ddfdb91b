"""The demonstration: a home of a fictional council with its exports in the inbox.

Belongs here: preparing that home. Does not belong here: making exports (samples), running the month (runner).
"""

import contextlib
import datetime
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from dagster_project import samples
from dagster_project.home import Home, make_home, open_home
from dagster_project.problems import SettingsProblem
from dagster_project.samples import generate

# As many months as a signal needs, and two more.
STAFF, MONTHS, USAGE_EVENTS, SEED = 180, 15, 40_000, 1

ASSESSMENT = """\
reference: FICTIONAL-1
approved_by_role: Data protection officer of a fictional council
approved_on: {approved}
review_due: {review}
staff_consulted_on: {approved}
notice_given_on: {notice}
joins: {{use_by_progression: true, use_by_staying: true, use_in_hr_pack: true, use_by_protected_group: true}}
"""


def prepare_demo(root: Path, today: datetime.date) -> tuple[Home, datetime.date]:
    """The demonstration's home and month, of a second call the first one's."""
    if (root / "config.yml").exists():
        home = open_home(root)
        if not home.settings.sample:
            raise SettingsProblem(f"{root} is a home with real settings; give the demo another --home")
    else:
        home = make_home(
            root,
            {"organisation": "Fictional council", "sample": True, "sign_off": "automatic", "settle_seconds": 0},
            may_reuse_key=True,
        )
    drafts = sorted(path.name for path in home.drafts.glob("[0-9]*"))
    last = today.replace(day=1) - datetime.timedelta(days=1)
    month = datetime.date.fromisoformat(f"{drafts[-1]}-01") if drafts else last.replace(day=1)
    first_year = month.year - MONTHS // 12 - 1
    (home.root / "assessment.yml").write_text(
        ASSESSMENT.format(
            approved=f"{first_year}-01-15", notice=f"{first_year}-02-01", review=f"{month.year + 5}-01-15"
        ),
        encoding="utf-8",
    )
    home.policies.mkdir(exist_ok=True)
    shutil.copy(Path(samples.__file__).with_name("progression_policy.yml"), home.policies)
    return Home(home.root), month


@contextlib.contextmanager
def delivering(home: Home, month: datetime.date, tell: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Put the exports up to `month` into the inbox, in a process of its own; gives what waits for the last of them."""
    with ProcessPoolExecutor(1) as pool:
        files = pool.submit(
            generate, home.inbox, seed=SEED, staff=STAFF, months=MONTHS, usage_events=USAGE_EVENTS, end_month=month
        )
        yield lambda: tell(f"{len(files.result())} made-up exports in {home.inbox}")
