"""The catalogue: every measure and every row of what was asked for, from the records, the contracts and one list.

Belongs here: putting them side by side, and how far each is live in a home. Does not belong here: the records and
contracts themselves, pages (dashboards), printing (cli).
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.home import Home
from dagster_project.metric_records import MetricRecord, load_records
from dagster_project.typed_yaml import load_typed_yaml
from dagster_project.warehouse import read_only

ROWS = Path(__file__).with_name("requirements.yml")
PLAIN_LAYOUTS = ("columns", "wide", "workbook")
KINDS = {
    "measure": "measure", "register": "register", "rule": "rule of pages and records", "study": "yearly study",
    "not_measurable": "not measurable here",
}  # fmt: skip
LIVE = {
    "real_layout": "live on a real layout",
    "plain_template": "live on a plain template",
    "never": "never fed in this home",
}
COLUMNS = (
    "id", "kind", "title", "question", "definition", "exclusions", "owner", "sources", "version", "burden_minutes",
    "live", "requirements",
)  # fmt: skip


class Requirement(BaseModel):
    """One row of what was asked for. What cannot be measured says what is missing and what would change that.

    `tables`: where it is answered beside or without measures, from `feeds`. `owner`, `question` and `exclusions` are
    said where no measure says them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[AB]\d\d$")
    kind: Literal["measure", "register", "rule", "study", "not_measurable"]
    says: str = Field(min_length=1)
    note: str = ""
    tables: list[str] = []
    feeds: list[str] = []
    owner: str = ""
    question: str = ""
    exclusions: str = ""
    missing: str = ""
    change: str = ""
    nearest: list[str] = []

    @model_validator(mode="after")
    def _says_what_is_missing(self) -> "Requirement":
        if (self.kind == "not_measurable") != bool(self.missing and self.change and self.nearest):
            raise ValueError(
                "`missing`, `change` and `nearest` belong to rows that are not measurable, which need them"
            )
        return self


class _Rows(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: datetime.date
    rows: list[Requirement]


@cache
def requirements() -> tuple[Requirement, ...]:
    """Every row, in order; raises SettingsProblem naming the line."""
    return tuple(_list().rows)


@cache
def _list() -> _Rows:
    return load_typed_yaml(ROWS, _Rows)


def live_feeds(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Of each feed that was loaded, whether in a publisher's or system's own layout or in plain columns."""
    rows = connection.execute(
        "select feed, bool_or(not list_contains($plain, layout)) from ledger.deliveries "
        "where status = 'loaded' group by feed",
        {"plain": list(PLAIN_LAYOUTS)},
    ).fetchall()
    return {feed: "real_layout" if is_real else "plain_template" for feed, is_real in rows}


def of_home(home: Home | None) -> list[dict[str, Any]]:
    """The catalogue as it stands in a home; without one, or in one of samples, nothing is live."""
    live: dict[str, str] = {}
    if home and home.read_copy.exists() and not home.settings.sample:
        with read_only(home.read_copy) as connection:
            live = live_feeds(connection)
    return catalogue(load_records(METRICS_DIR), load_contracts(), live)


def catalogue(
    records: Mapping[str, MetricRecord], contracts: Mapping[str, Contract], live: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A row of COLUMNS for each requirement, then for each measure.

    `live` says of each feed that is fed how (live_feeds); samples make nothing live, so of their home it is empty.
    """
    return [
        *(_of_requirement(row, records, contracts, live) for row in requirements()),
        *(_of_measure(record, contracts, live) for record in records.values()),
    ]


def measures_of(row: Requirement, records: Mapping[str, MetricRecord]) -> list[MetricRecord]:
    """The measures whose records name the row."""
    return [record for record in records.values() if row.id in record.requirements]


def definition_words(record: MetricRecord) -> str:
    return f"{record.numerator} Of: {record.denominator}"


def _of_requirement(
    row: Requirement, records: Mapping[str, MetricRecord], contracts: Mapping[str, Contract], live: Mapping[str, str]
) -> dict[str, Any]:
    measures = measures_of(row, records)
    sources = sorted({*row.feeds, *(feed for record in measures for feed in record.sources)})
    if row.kind == "not_measurable":
        definition = f"Missing: {row.missing}. What would change that: {row.change}."
    else:
        words = [*(record.title for record in measures), *filter(None, [row.note])]
        definition = "; ".join(words or row.tables)
    versions = [_list().version, *(_version(record) for record in measures)]
    return {
        "id": row.id,
        "kind": KINDS[row.kind],
        "title": row.says,
        "question": "; ".join(filter(None, [row.question, *(record.question for record in measures)])),
        "definition": definition,
        "exclusions": "; ".join(
            dict.fromkeys(filter(None, [row.exclusions, *(text for record in measures for text in record.exclusions)]))
        ),
        "owner": "; ".join(sorted({*filter(None, [row.owner]), *(record.owner for record in measures)})),
        "sources": _sources(sources, contracts),
        "version": str(max(versions)),
        "burden_minutes": _burden(sources, contracts),
        "live": "" if row.kind in ("rule", "not_measurable") else _live_of(row, measures, live),
        "requirements": "",
    }


def _of_measure(record: MetricRecord, contracts: Mapping[str, Contract], live: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": record.metric_id,
        "kind": f"measure ({record.kind})",
        "title": record.title,
        "question": record.question,
        "definition": definition_words(record),
        "exclusions": "; ".join(record.exclusions),
        "owner": record.owner,
        "sources": _sources(record.sources, contracts),
        "version": str(_version(record)),
        "burden_minutes": _burden(record.sources, contracts),
        "live": LIVE[_live(record.sources, live)],
        "requirements": ", ".join(record.requirements),
    }


def _version(record: MetricRecord) -> datetime.date:
    return max([record.valid_from, *(change.date for change in record.changes)])


def _live(feeds: Iterable[str], live: Mapping[str, str]) -> str:
    """As live as the least live of the feeds."""
    found = {live.get(feed, "never") for feed in feeds}
    return next(state for state in ("never", "plain_template", "real_layout") if state in found)


def _live_of(row: Requirement, measures: Iterable[MetricRecord], live: Mapping[str, str]) -> str:
    """A row is as live as the best of what answers it; where nothing here does, nothing is fed."""
    answers = [record.sources for record in measures] + ([row.feeds] if row.feeds else [])
    found = {_live(feeds, live) for feeds in answers}
    return LIVE[next((state for state in LIVE if state in found), "never")]


def _sources(feeds: Iterable[str], contracts: Mapping[str, Contract]) -> str:
    found = (contracts[feed] for feed in feeds)
    return ", ".join(f"{each.title} (vendor's count)" if each.vendor_supplied else each.title for each in found)


def _burden(feeds: Collection[str], contracts: Mapping[str, Contract]) -> int | None:
    """Minutes a month that the feeds cost those who supply them; None where one of them does not say."""
    minutes = [contracts[feed].burden_minutes for feed in feeds]
    return None if not minutes or None in minutes else sum(each for each in minutes if each is not None)
