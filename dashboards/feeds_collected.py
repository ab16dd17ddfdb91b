"""How many of the exports that figures rest on are there, and which one would add most.

Belongs here: counting exports and choosing the next. Does not belong here: who is late with what (chase), layout
(feeds_collected.html.j2).
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dagster_project.exports.contract import Contract
from dagster_project.metric_records import MetricRecord
from dashboards.figures import Figures
from dashboards.pages import shown_records


@dataclass(frozen=True)
class NextFeed:
    """The export that would add most: to how many measures, and where its empty file comes from, None without one."""

    feed: str
    title: str
    n_measures: int
    template: str | None


@dataclass(frozen=True)
class FeedsCollected:
    """Of `n_feeds` exports that leaders' measures rest on `n_collected` ever came; `next_feed` where one is missing."""

    n_collected: int
    n_feeds: int
    next_feed: NextFeed | None

    @property
    def is_few(self) -> bool:
        """Whether more exports are missing than there are, so that the first page says so first."""
        return 2 * self.n_collected < self.n_feeds


def feeds_collected(figures: Figures, contracts: Mapping[str, Contract]) -> FeedsCollected:
    """What is collected of what the shown measures need, and the next most useful export to add.

    That is the one that alone completes the sources of most measures, headlines first; else the one most measures
    wait for. A feed that is switched off waits for an assessment, not for an export, and is never the next.
    """
    records = shown_records(figures)
    needed = {feed for record in records for feed in record.sources}
    there = {feed.feed for feed in figures.feeds if feed.newest_month is not None} & needed
    waiting = [(record.is_headline, _missing(record, there, contracts)) for record in records]

    def use(feed: str) -> tuple[int, int, int]:
        completed = [is_headline for is_headline, missing in waiting if missing == {feed}]
        return sum(completed), len(completed), sum(feed in missing for _, missing in waiting)

    candidates = sorted({feed.feed for feed in figures.feeds if feed.state != "off"} & needed - there)
    best = max(candidates, key=use, default=None)
    return FeedsCollected(len(there), len(needed), _next(contracts[best], use(best)[2]) if best else None)


def waiting(figures: Figures, contracts: Mapping[str, Contract]) -> set[str]:
    """The measures that never had a figure and wait for an export that never came."""
    there = {feed.feed for feed in figures.feeds if feed.newest_month is not None}
    known = {value.metric_id for value in figures.values if value.value is not None}
    return {
        record.metric_id
        for record in shown_records(figures)
        if record.metric_id not in known and _missing(record, there, contracts)
    }


def _next(contract: Contract, n_measures: int) -> NextFeed:
    template = f"practice-metrics template {contract.feed}" if contract.reader == "table" else None
    return NextFeed(contract.feed, contract.title, n_measures, template)


def _missing(record: MetricRecord, there: Collection[str], contracts: Mapping[str, Contract]) -> set[str]:
    """The exports a measure waits for. Of several of one domain, which say the same in another way, one is enough."""
    domains = Counter(contracts[feed].domain for feed in record.sources)
    settled = {contracts[feed].domain for feed in record.sources if feed in there}
    return {
        feed
        for feed in record.sources
        if feed not in there and not (domains[contracts[feed].domain] > 1 and contracts[feed].domain in settled)
    }
