"""The run that broke last, until one gets to its end: for the digest.

Belongs here: writing it down, and putting it in words. Does not belong here: months that a gate holds (steps), whose
verdicts are told. Holds names of steps and of kinds of errors, never a message: that may quote a value.
"""

import json

from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.steps import Run

NAME = "failed_run.json"


def remember(run: Run, job: str, step: str, kind: str) -> None:
    facts = {"run_id": run.run_id, "as_at": run.as_at.isoformat(), "job": job, "step": step, "error": kind}
    write_atomically(run.home.state / NAME, json.dumps(facts, indent=1).encode())


def forget(home: Home) -> None:
    (home.state / NAME).unlink(missing_ok=True)


def in_words(home: Home) -> list[str]:
    """One line, or none where the newest run got to its end."""
    path = home.state / NAME
    if not path.exists():
        return []
    facts = json.loads(path.read_text("utf-8"))
    return [
        f"The run of {facts['as_at']} ({facts['job']}) failed at {facts['step']} ({facts['error']}), and none has "
        "got to its end since: see `make ui`."
    ]
