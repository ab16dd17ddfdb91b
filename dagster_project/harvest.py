"""Asking publishers' COUNTER APIs for usage reports, and putting what they answer into the inbox.

Belongs here: the request, which answers are worth another try, what is saved. Does not belong here: reading reports
(exports/readers), when to ask (whoever calls the command).

A publisher wants its codes in the address. So no address, and no text of an error that may quote one, is ever logged or
told; and no redirection is followed, which could carry them elsewhere.
"""

import datetime
import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests
import tenacity

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_header import (
    INCOMPLETE,
    NO_LONGER_KEPT,
    NO_USAGE,
    ReportException,
    error_answer,
)
from dagster_project.exports.readers.counter_json import answer_exceptions
from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.problems import Problem, SettingsProblem
from dagster_project.settings import CounterSource

log = logging.getLogger(__name__)

# Service down or busy, report queued, too many requests (COUNTER Code of Practice 5.1, appendix D).
TRY_AGAIN_CODES = frozenset({1000, 1010, 1011, 1020})
TRY_AGAIN_STATUSES = frozenset({202, 429, 500, 502, 503, 504})
N_TRIES = 6
FIRST_WAIT, LONGEST_WAIT = 5, 300  # seconds; a publisher's own Retry-After goes first, up to the longest
TIMEOUTS = (10, 180)  # seconds to connect and between two bytes
MONTHS_RESTATED = 3
ATTRIBUTES = {"PR": "Access_Method|Data_Type", "TR": "Access_Method|Access_Type|YOP|Data_Type"}
PATHS = {"r51": "r51/reports", "r5": "reports"}


class NotHarvested(Problem):
    """Some publishers gave no report; the message says which and why. Those that did are in the inbox."""

    exit_code = 3


class NoReport(Exception):
    """A publisher gave no report, and asking again now would not help; the message says why."""


class TryAgain(NoReport):
    """The publisher may answer in a moment; `wait` is how many seconds it asked for."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Harvest:
    """What asking every publisher came to: reports saved, and a sentence for each that gave none."""

    saved: Sequence[Path]
    problems: Sequence[str]


def harvest(
    home: Home, first: datetime.date, last: datetime.date, *, sleep: Callable[[float], None] = time.sleep
) -> Harvest:
    """Ask each publisher of config.yml for the months `first` to `last` and save the answers; one failing stops none.

    Raises SettingsProblem where no publisher is named, or a secret is not where config.yml says.
    """
    sources = home.settings.harvest
    if not sources:
        raise SettingsProblem(f"{home.config} names no publisher: `harvest` in it is empty, and says how to fill it")
    credentials = [_credentials(home, source) for source in sources]
    logging.getLogger("urllib3").setLevel(logging.INFO)  # below that it logs addresses
    saved, problems = [], []
    for source, secrets in zip(sources, credentials, strict=True):
        try:
            content = _report(source, secrets, first, last, sleep)
        except NoReport as reason:
            problems.append(f"{source.sender}: {_without(secrets, str(reason))}")
            continue
        name = f"{source.report}_{first:%Y-%m}_{last:%Y-%m}.json"
        path = home.inbox / "counter_usage" / source.sender / name
        write_atomically(path, content)
        log.info("harvested %s of %s, %s to %s", source.report, source.sender, f"{first:%Y-%m}", f"{last:%Y-%m}")
        saved.append(path)
    return Harvest(saved, problems)


def first_restated(last: datetime.date) -> datetime.date:
    """The first of the months that publishers may still restate when they report `last`."""
    number = last.year * 12 + last.month - 1 - MONTHS_RESTATED
    return datetime.date(number // 12, number % 12 + 1, 1)


def _credentials(home: Home, source: CounterSource) -> dict[str, str]:
    """The codes of `source`, secrets read from where they are; raises SettingsProblem."""
    codes = {"customer_id": source.customer_id}
    for name, place in (("requestor_id", source.requestor_id), ("api_key", source.api_key)):
        if place is not None:
            codes[name] = _secret(home, source, name, place)
    return codes


def _secret(home: Home, source: CounterSource, name: str, place: str) -> str:
    kind, _, where = place.partition(":")
    try:
        found = os.environ.get(where, "") if kind == "env" else (home.root / where).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found.strip():
        what = "the variable" if kind == "env" else "the file"
        raise SettingsProblem(f"{name} of {source.sender}: {what} {where} is missing or empty; nobody was asked")
    return found.strip()


def _report(
    source: CounterSource,
    codes: dict[str, str],
    first: datetime.date,
    last: datetime.date,
    sleep: Callable[[float], None],
) -> bytes:
    """The report as it was sent; raises NoReport, after as many tries as are worth it."""
    backoff = tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, TryAgain) else 0
        return min(max(backoff(state), asked), LONGEST_WAIT)

    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TryAgain),
        stop=tenacity.stop_after_attempt(N_TRIES),
        wait=wait,
        sleep=sleep,
        reraise=True,
    )
    return tries(_ask, source, codes, first, last)


def _ask(source: CounterSource, codes: dict[str, str], first: datetime.date, last: datetime.date) -> bytes:
    """One request; raises TryAgain or NoReport for an answer that is no report."""
    asked = {**codes, "begin_date": f"{first:%Y-%m}", "end_date": f"{last:%Y-%m}"}
    if source.report in ATTRIBUTES:
        asked["attributes_to_show"] = ATTRIBUTES[source.report]
    if source.platform:
        asked["platform"] = source.platform
    address = f"{source.url.rstrip('/')}/{PATHS[source.release]}/{source.report.lower()}"
    try:
        answer = requests.get(address, asked, timeout=TIMEOUTS, allow_redirects=False)
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise TryAgain(f"the publisher's service could not be reached ({type(error).__name__}).") from None
    except requests.RequestException as error:
        raise NoReport(f"the request could not be made ({type(error).__name__}). Check its url.") from None
    _refuse_other_answers(answer)
    return answer.content


def _refuse_other_answers(answer: requests.Response) -> None:
    """Raise TryAgain or NoReport for anything but a report that holds usage, or declares that there was none."""
    if answer.is_redirect:
        raise NoReport("the address has moved. Ask the publisher for the new one and put it into config.yml.")
    body = _body(answer)
    try:
        exceptions = answer_exceptions(body)
    except RefusedFile as refused:
        raise NoReport(refused.message) from None
    codes = {exception.code for exception in exceptions}
    waits = answer.headers.get("Retry-After", "")
    if answer.status_code in TRY_AGAIN_STATUSES or codes & TRY_AGAIN_CODES:
        raise TryAgain(_told(answer, exceptions), float(waits) if waits.isdigit() else 0)
    if answer.status_code != 200 or not isinstance(body, dict):
        raise NoReport(_told(answer, exceptions))
    if not body.get("Report_Items") and codes != {NO_USAGE}:
        raise NoReport(_told(answer, exceptions))


def _body(answer: requests.Response) -> object:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None


def _told(answer: requests.Response, exceptions: Sequence[ReportException]) -> str:
    """Why there is no report: the publisher's exception with advice, else the HTTP status."""
    if not exceptions:
        return f"it answered with HTTP status {answer.status_code} and no report. Check url, release and report."
    if exceptions[0].code in INCOMPLETE | {NO_LONGER_KEPT}:
        return f"exception {exceptions[0].code}: it has no counts for these months. Nothing was saved."
    return error_answer(exceptions[0]).message


def _without(codes: dict[str, str], text: str) -> str:
    """`text` without the codes, which a publisher may repeat in its words."""
    for code in sorted(codes.values(), key=len, reverse=True):
        text = text.replace(code, "...")
    return text
