"""What is held about people, why, for whom and for how long; and what is not collected.

Belongs here: the words a contract may use for audience and retention, and the register made of all contracts.
Does not belong here: deleting what is past its time (people/retention), pages (dashboards/purposes_page).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dagster_project.exports.contract import Contract

Audience = Literal["leadership", "data_team", "principal_social_worker", "hr", "practitioner", "equality_lead"]

AUDIENCE_WORDS: dict[Audience, str] = {
    "leadership": "leaders, as totals without small numbers",
    "data_team": "data team, under pseudonyms",
    "principal_social_worker": "principal social worker, as totals",
    "hr": "HR, in the evidence pack",
    "practitioner": "the practitioner",
    "equality_lead": "equality lead, as yearly totals",
}

# Months after the month a row is about; None: not about people, kept. config.yml may name others (`retention_months`).
RETENTION_MONTHS: dict[str, int | None] = {
    "usage": 25,
    "classification": 25,
    "survey": 72,
    "supervision": 72,
    "learning": 72,
    "audit": 72,
    "hr": 72,
    "identity": 72,
    "equality": 36,
    "case": 72,
    "registers": None,
    "published": None,
}

# Each with the reason, in the words of the page.
NOT_COLLECTED: tuple[tuple[str, str], ...] = (
    ("Titles, topics, pages viewed and words searched for", "curiosity is nobody's business but the reader's"),
    ("Times of day, addresses and devices", "use at home, in the evening or on a phone of one's own is private"),
    ("The reason for an absence", "that somebody was away is enough for a fair threshold"),
    ("Trade union duties", "they are part of days that were not available, like any other"),
    ("Case notes, names of people we support, court references", "no figure needs them"),
    ("Free text of any form", "it names people, and no figure needs it"),
    ("Reasons of a pay decision, portfolio contents", "the panel has them; that they are on record is enough"),
    ("Who gave which survey answer", "a survey that says who answers is refused"),
)


def register_rows(contracts: dict[str, "Contract"]) -> list[dict[str, str]]:
    """One mapping a column of every feed: feed, column, purpose, basis, audience, retention class."""
    return [
        {
            "feed": contract.title,
            "column": column.header,
            "holds": column.description,
            "purpose": column.purpose,
            "lawful_basis": column.lawful_basis or contract.lawful_basis,
            "audience": "; ".join(AUDIENCE_WORDS[each] for each in column.audience or contract.audience),
            "retention_class": column.retention_class or contract.retention_class,
        }
        for contract in contracts.values()
        for column in contract.columns
    ]


def months_kept(overrides: Mapping[str, int]) -> dict[str, int | None]:
    """Months each retention class is kept under a home's config.yml."""
    return {**RETENTION_MONTHS, **overrides}
