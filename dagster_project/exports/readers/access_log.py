"""The log of a library proxy (EZproxy): cut, as it is read, to who used which kind of resource on which day.

Belongs here: the forms of a line, what is no use (redirects and refusals, images, robots, second clicks), who is a
person and what a session. Does not belong here: which site is which resource (`sites` in the contract).

Pages, times and addresses end here: a row is a person, day, site and kind. Of a page only the path is looked at, to
tell a search or a sign-in from a use.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile, RowProblem
from dagster_project.exports.readers.delimited import inspect_bytes
from dagster_project.exports.readers.layouts import Events, Layout, rows_under, uk_day

# The places before and after the moment, `%h %l %u %t "%r" %s %b` and its relatives; what follows may name groups and
# the browser. A chain of proxies writes its addresses with commas between.
LINE = re.compile(
    r'(?P<before>[^"\[]*?)\[?(?P<moment>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}'
    r'|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[+-]\d{2}:?\d{2}|Z))\]?(?P<behind>[^"]*)'
    r'"(?P<method>[A-Z]+) (?P<url>\S+)(?: HTTP/[\d.]+)?" (?P<status>\d{3})(?: (?:\d+|-))?(?P<rest>(?: .*)?)'
)
CONVERTED = {"login": ["Login"], "moment": ["Datetime"], "url": ["Url"], "status": ["Status"]}
KEPT_STATUS = {"200", "304"}
DECORATION = re.compile(r"\.(?:gif|jpe?g|png|webp|svg|ico|css|js|map|woff2?|ttf|eot)$", re.IGNORECASE)
ROBOT = re.compile(r"bot\b|crawl|spider|slurp|archiver|curl|wget|python-", re.IGNORECASE)
SEARCH = re.compile(r"/(?:advanced)?(?:search|results?|browse)(?:[/.]|$)", re.IGNORECASE)
SIGN_IN = re.compile(r"^/?$|/(?:log-?in|log-?out|sign-?in|auth|sso)(?:[/.]|$)", re.IGNORECASE)
SESSION = re.compile(r"[A-Za-z0-9]{15}")
NOBODY = ("-", "0", "", "auto", "anonymous")
DOUBLE_CLICK_SECONDS = 30
TOP_LINES = 30

NO_ANSWER = "redirected or refused"
NO_PAGE = "images, styles, scripts and other than GET or POST"
ROBOTS = "by robots"
NO_SITE = "to sites the feed does not list"
NOT_SIGNED_IN = "by nobody who was signed in"
SECOND_CLICK = "second clicks within 30 seconds"


@dataclass(frozen=True)
class Request:
    """One line: the places in which somebody may be named, and what was asked for."""

    number: int
    places: tuple[str, ...]
    moment: datetime.datetime
    method: str
    url: str
    status: str
    rest: str = ""


def read_events(path: Path, contract: Contract, folder: Path) -> Events:
    """The rows of the feed `resource_usage` in the log; raises RefusedFile."""
    problems: list[RowProblem] = []

    def requests(told: list[RowProblem]) -> Iterator[Request]:
        return read_requests(path, contract, folder, told)

    place = place_of_people(requests([]))
    uses, n_left_out, unlisted = uses_of(requests(problems), place, contract)
    n_read = sum(n_left_out.values()) + len(uses)
    rows: dict[tuple[str, ...], int] = {}
    for use, number in uses:
        rows.setdefault(use, number)
    counted = "; ".join(f"{n} {words}" for words, n in n_left_out.items())
    sites = f" Sites not listed: {', '.join(sorted(unlisted))}." if unlisted else ""
    if not rows:
        raise RefusedFile("no_use", f"None of the {n_read} requests is a use of a resource: {counted}.{sites}")
    names = ("person_id", "usage_date", "resource_id", "resource_type")
    told = [f"{n_read} requests, {len(uses)} of them uses. Left out: {counted or 'none'}.{sites}"]
    return Events([(number, dict(zip(names, use, strict=True))) for use, number in rows.items()], problems, told,
                  n_read + len(problems))  # fmt: skip


def read_requests(path: Path, contract: Contract, folder: Path, told: list[RowProblem]) -> Iterator[Request]:
    """Every request in the file's order; lines that are none are added to `told`."""
    with path.open("rb") as file:
        start = file.read(1000).decode("utf-8-sig", "replace")
    if is_converted(start):
        for number, cells in rows_under(path, contract, folder, CONVERTED):
            moment = moment_of(cells["moment"])
            if moment is None:
                told.append(RowProblem(number, "", "not_a_log_line"))
                continue
            yield Request(number, (cells["login"],), moment, "GET", cells["url"], cells["status"])
        return
    encoding, _ = inspect_bytes(path)
    with path.open(encoding=encoding, errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            request = request_of(number, line.strip())
            if request is None:
                told.append(RowProblem(number, "", "not_a_log_line"))
            else:
                yield request


def request_of(number: int, line: str) -> Request | None:
    """What a line of the log says; None where it is none."""
    found = LINE.fullmatch(line)
    moment = moment_of(found["moment"]) if found else None
    if found is None or moment is None:
        return None
    words = f"{found['before']} {found['behind']}".split()
    n_addresses = next((n for n, word in enumerate(words, start=1) if not word.endswith(",")), len(words))
    return Request(
        number, tuple(words[n_addresses:]), moment, found["method"], found["url"], found["status"], found["rest"]
    )


def moment_of(text: str) -> datetime.datetime | None:
    """The moment with its zone; None where there is no such day or hour."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return None


def place_of_people(requests: Iterator[Request]) -> int:
    """At which place of a line people are named: where fewest of the different words are sessions.

    Raises RefusedFile where the log names sessions only: nobody knows whose they were.
    """
    words: dict[int, set[str]] = {}
    for request in requests:
        for place, word in enumerate(request.places):
            if word not in NOBODY:
                words.setdefault(place, set()).add(word)
    people = [
        place for place, found in sorted(words.items()) if 2 * sum(is_session(word) for word in found) < len(found)
    ]
    if people:
        return people[-1]
    raise RefusedFile(
        "no_people",
        "The log names sessions, or nobody, and not who used the resources; a session cannot be joined to a person. In "
        "EZproxy set `Option LogUser` and put %u into LogFormat, and send the logs from then on.",
    )


def is_session(word: str) -> bool:
    """Whether a word looks like EZproxy's session ids: 15 letters and digits, capitals thrown in at random."""
    if SESSION.fullmatch(word) is None or word.isupper() or word.islower():
        return False
    n_rises = sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return n_rises > 1 or any(letter.isdigit() for letter in word[:-4])


def uses_of(
    requests: Iterator[Request], place: int, contract: Contract
) -> tuple[list[tuple[tuple[str, ...], int]], Counter[str], set[str]]:
    """Uses as ((person, day, site, kind), number), how many requests are none and why, and the sites nobody listed."""
    uses: list[tuple[tuple[str, ...], int]] = []
    n_left_out: Counter[str] = Counter()
    unlisted: set[str] = set()
    clicked: dict[tuple[str, str], datetime.datetime] = {}
    for request in sorted(requests, key=lambda request: request.moment):
        person = request.places[place] if place < len(request.places) else ""
        host, path = host_and_path(request.url)
        site = site_of(host, contract.sites)
        reason = why_none(request, person, path)
        if reason is None and not site:
            unlisted.add(host)
            reason = NO_SITE
        if reason is None:
            before = clicked.get((person, request.url))
            clicked[person, request.url] = request.moment
            if before is not None and (request.moment - before).total_seconds() <= DOUBLE_CLICK_SECONDS:
                reason = SECOND_CLICK
        if reason is not None:
            n_left_out[reason] += 1
            continue
        uses.append(((person, uk_day(request.moment), site, kind_of(path, contract.sites[site])), request.number))
    return uses, n_left_out, unlisted


def why_none(request: Request, person: str, path: str) -> str | None:
    """In which words a request is counted as no use; None for one that may be."""
    tests: list[tuple[str, Callable[[], bool]]] = [
        (NO_ANSWER, lambda: request.status not in KEPT_STATUS),
        (NO_PAGE, lambda: request.method not in ("GET", "POST") or DECORATION.search(path) is not None),
        (ROBOTS, lambda: ROBOT.search(request.rest) is not None),
        (NOT_SIGNED_IN, lambda: person in NOBODY),
    ]
    return next((words for words, is_so in tests if is_so()), None)


def host_and_path(url: str) -> tuple[str, str]:
    """The site's name in small letters and the path of a page; nothing behind the question mark."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.path)
    except ValueError:  # brackets that close nowhere
        return "", ""


def site_of(host: str, sites: dict[str, str]) -> str:
    """The listed site that `host` is or belongs to; empty where there is none."""
    labels = host.split(".")
    return next((found for n in range(len(labels)) if (found := ".".join(labels[n:])) in sites), "")


def kind_of(path: str, kind: str) -> str:
    """The site's kind of resource, but for searches and sign-ins, which are no evidence."""
    return "log_in" if SIGN_IN.search(path) else "search" if SEARCH.search(path) else kind


def is_converted(start: str) -> bool:
    """Whether the log was made into a table, as log tools do."""
    words = set(re.findall(r"[a-z]+", start.split("\n", 1)[0].casefold()))
    return set(CONVERTED) - {"moment"} <= words and "datetime" in words


def recognises(start: str) -> bool:
    """Whether one of the first lines is a line of a log."""
    lines = start.splitlines()[:TOP_LINES]
    return is_converted(start) or any(LINE.fullmatch(line.strip()) for line in lines)


LAYOUT = Layout("access_log", recognises, read_events)
