"""Words for people: what labels never call those the service is for.

Belongs here: the words, and finding them in a label. Does not belong here: what they are called instead (profiles).
"""

import re

# The list is the one that practitioners asked for: people are none of these.
DISMISSIVE = re.compile(r"\b(?:service[- ]users?|clients?|patients?|customers?|end[- ]users?)\b", re.IGNORECASE)


def dismissive_words(text: str) -> list[str]:
    """The dismissive words in `text`, in lower case, in their order."""
    return [found.casefold() for found in DISMISSIVE.findall(text)]
