"""xAPI statements, as learning record stores export them: a list, a `statements` object, or one statement a line.

Belongs here: what verbs, types of activity and actors mean for the feed `learning`. Does not belong here: joining
activities to their topic (dbt). Names and answers in statements are never read; scores by `scaled` are not trusted.
"""

import datetime
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile, RowProblem
from dagster_project.exports.readers.layouts import Events, Layout, uk_day
from dagster_project.exports.readers.learning_events import Entry, one_row_a_day

Statement = dict[str, Any]

VERBS = {
    "completed": "completed", "passed": "completed", "attended": "completed", "achieved": "completed",
    "earned": "completed", "viewed": "viewed", "read": "viewed", "watched": "viewed", "listened": "viewed",
    "experienced": "viewed", "failed": "begun", "launched": "begun", "initialized": "begun", "started": "begun",
    "uncompleted": "taken_back", "forfeited": "taken_back", "revoked": "taken_back",
}  # fmt: skip
MODES = {
    "assessment": "quiz", "attempt": "quiz", "quiz": "quiz", "audio": "podcast", "podcast": "podcast",
    "video": "video", "book": "reading", "chapter": "reading", "page": "reading", "resource": "reading",
    "document": "reading", "article": "reading", "file": "reading", "link": "reading", "url": "reading",
    "module": "e_learning", "lesson": "e_learning", "scorm": "e_learning", "scorm-content-object": "e_learning",
    "course": "course", "face-to-face-discussion": "course", "event": "course", "meeting": "course",
    "webinar": "webinar", "conference": "conference", "badge": "badge",
}  # fmt: skip
NO_LEARNING = {"cmi.interaction", "question", "feedback", "survey", "questionnaire", "lms", "section", "discussion",
               "forum", "forum-topic"}  # fmt: skip
ANONYMOUS = {"anonymous", "guest"}
MOST_POINTS = 1_000_000
LONGEST_MINUTES = 24 * 60  # a page left open overnight is not a night of learning

NOBODY = "statements of anonymous people or groups"
SILENT = "statements that say nothing of learning done (log-ins, enrolments, answers to single questions)"
VOIDED = "statements that were declared void"
VOID_ELSEWHERE = (
    "{n} statements that are declared void are not in this file and still count. Export their days again, with what "
    "voids them."
)

_DURATION = TypeAdapter(datetime.timedelta)
_MOMENT = TypeAdapter(datetime.datetime)


def read_events(path: Path, _: Contract, __: Path) -> Events:
    """The rows of the feed `learning` in the statements of `path`; raises RefusedFile."""
    statements, problems = numbered_statements(path.read_text("utf-8-sig", "replace"))
    good = [(number, statement) for number, statement in statements if is_statement(statement)]
    n_entries = len(statements) + len(problems)
    problems += [RowProblem(number, "", "not_a_statement") for number, found in statements if not is_statement(found)]
    void = {statement["object"]["id"] for _, statement in good if last_part(statement["verb"]["id"]) == "voided"}
    n_left_out: Counter[str] = Counter()
    entries = []
    for number, statement in sorted(good, key=lambda found: moment_of(found[1])):
        found = entry_of(number, statement)
        if not isinstance(found, Entry):
            n_left_out[found] += 1
        elif str(statement.get("id", "")) in void:
            n_left_out[VOIDED] += 1
            entries.append(replace(found, outcome="begun", minutes="", score=""))  # supersedes what it once said
        else:
            entries.append(found)
    if problems and not entries:
        raise RefusedFile("no_statements", "The file is JSON, but holds no xAPI statements. Is it the right export?")
    events = one_row_a_day(entries, n_left_out)
    events.problems, events.n_entries = problems, n_entries
    elsewhere = void - {str(statement.get("id", "")) for _, statement in good}
    if elsewhere:
        events.warnings.append(VOID_ELSEWHERE.format(n=len(elsewhere)))
    return events


def numbered_statements(text: str) -> tuple[list[tuple[int, Any]], list[RowProblem]]:
    """The statements of a list by their place in it, of lines by their line; raises RefusedFile for no JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return statements_by_line(text)
    if isinstance(found, dict):
        found = found.get("statements", [found])
    return list(enumerate(found if isinstance(found, list) else [found], start=1)), []


def statements_by_line(text: str) -> tuple[list[tuple[int, Any]], list[RowProblem]]:
    """One statement a line; a line that is no JSON is a problem, a file without any is refused."""
    statements: list[tuple[int, Any]] = []
    problems: list[RowProblem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            statements.append((number, json.loads(line)))
        except (ValueError, RecursionError):
            problems.append(RowProblem(number, "", "not_a_statement"))
    if not any(isinstance(statement, dict) for _, statement in statements):
        raise RefusedFile(
            "broken_json",
            "The file begins as JSON and does not end as such. Was the download cut short? Export the statements "
            "again.",
        )
    return statements, problems


def is_statement(found: object) -> bool:
    """Whether something has an actor, a verb and an object with ids."""
    if not isinstance(found, dict):
        return False
    actor, verb, thing = (found.get(name) for name in ("actor", "verb", "object"))
    return (
        isinstance(actor, dict)
        and all(isinstance(part, dict) and isinstance(part.get("id"), str) for part in (verb, thing))
        and all(isinstance(found.get(name, {}), dict) for name in ("result", "context"))
    )


def entry_of(number: int, statement: Statement) -> Entry | str:
    """What the statement says, or in which words it is counted as left out."""
    person = person_of(statement["actor"])
    if not person:
        return NOBODY
    verb, kind = last_part(statement["verb"]["id"]), type_of(statement["object"])
    if verb not in VERBS or kind in NO_LEARNING:
        return SILENT
    result = statement.get("result", {})
    outcome = VERBS[verb]
    if outcome == "completed" and result.get("completion") is False:
        outcome = "begun"
    return Entry(
        number, person, day_of(statement), activity_of(statement, kind), MODES.get(kind, "other"), outcome,
        "observed" if verb == "attended" else "logged", minutes_of(result), score_of(result),
    )  # fmt: skip


def person_of(actor: Statement) -> str:
    """The account's name or the address of the mailbox; empty for groups and for who is not named."""
    account = actor.get("account")
    name = account.get("name") if isinstance(account, dict) else None
    found = str(name or actor.get("mbox") or "").removeprefix("mailto:").strip()
    return "" if actor.get("objectType") == "Group" or found.casefold() in ANONYMOUS else found


def activity_of(statement: Statement, kind: str) -> str:
    """The activity's id; of an attempt that of what was attempted."""
    parents: Any = statement.get("context", {}).get("contextActivities") or {}
    parents = parents.get("parent") if isinstance(parents, dict) else None
    if kind == "attempt" and isinstance(parents, list) and parents and isinstance(parents[0], dict):
        return str(parents[0].get("id", "")).partition("#")[0]
    return str(statement["object"]["id"]).partition("#")[0]


def type_of(thing: Statement) -> str:
    """The last part of the type of an object."""
    definition = thing.get("definition")
    return last_part(str(definition.get("type", ""))) if isinstance(definition, dict) else ""


def day_of(statement: Statement) -> str:
    """The day in the United Kingdom; what is no time stays as it is, for the contract to reject with its place."""
    text = str(statement.get("timestamp") or statement.get("stored") or "")
    try:
        return uk_day(_MOMENT.validate_python(text))
    except ValidationError:
        return text


def moment_of(statement: Statement) -> float:
    """Seconds, to put statements in the order in which things happened; those without a time keep theirs."""
    try:
        moment = _MOMENT.validate_python(str(statement.get("timestamp") or statement.get("stored") or ""))
    except ValidationError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def minutes_of(result: Statement) -> str:
    """The ISO 8601 duration in minutes; empty where there is none, where it is 0, and where it is over a day."""
    try:
        minutes = _DURATION.validate_python(str(result.get("duration") or "")).total_seconds() / 60
    except ValidationError:
        return ""
    return f"{minutes:.4f}" if 0 < minutes <= LONGEST_MINUTES else ""


def score_of(result: Statement) -> str:
    """The raw score as a percentage of its range; empty where the range is not given."""
    score: Any = result.get("score")
    given = [score.get(name) for name in ("raw", "min", "max")] if isinstance(score, dict) else []
    numbers = [float(number) for number in given if isinstance(number, int | float) and abs(number) < MOST_POINTS]
    if len(numbers) < 3:
        return ""
    raw, least, most = numbers
    return f"{100 * (raw - least) / (most - least):.4f}" if least <= raw <= most and least < most else ""


def last_part(identifier: str) -> str:
    """The word at the end of an identifier: `completed` of `http://adlnet.gov/expapi/verbs/completed`."""
    return identifier.rstrip("/").replace("#", "/").rsplit("/", 1)[-1].casefold()


LAYOUT = Layout("xapi", lambda start: start.lstrip()[:1] in ("{", "["), read_events)
