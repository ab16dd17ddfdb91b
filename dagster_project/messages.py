"""Handing a message to mail, Teams or Slack, through apprise.

Belongs here: addresses, delivery, and what is said where one does not take it. Does not belong here: what a message
says (digest, sending).
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from dagster_project.problems import Problem


class NotifyProblem(Problem):
    """A message reached nobody at one of its addresses."""


def addresses(variable: str, settings: Sequence[str]) -> list[str]:
    """Those of the environment variable, else those of the setting."""
    return [each.strip() for each in os.environ.get(variable, "").split() if each.strip()] or list(settings)


def hand_over(setting: str, to: Sequence[str], title: str, body: str, attached: Sequence[Path] = ()) -> int:
    """Hand a message to every address of a setting; how many there are. Raises NotifyProblem where one did not take it.

    A channel that takes no files gets the words alone.
    """
    import apprise

    for number, address in enumerate(to, start=1):
        messenger = apprise.Apprise()
        has_taken = messenger.add(address)
        files = [str(path) for path in attached] if has_taken and messenger[0].attachment_support else None
        if not (has_taken and messenger.notify(title=title, body=body, body_format="text", attach=files)):
            kind = urlsplit(address).scheme or "unknown"  # never the address itself: it may hold a password
            raise NotifyProblem(f"address {number} of {setting} ({kind}) did not take it; try it with apprise alone")
    return len(to)
