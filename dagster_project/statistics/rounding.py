"""Counts of people rounded instead of guarded by further hiding, and the published rules for counts by name.

Belongs here: what a rule shows of one count, and metric values made of such counts.
Does not belong here: hiding so that totals give nothing away (disclosure.py). Exact and rounded figures never stand in
one view: their difference would give the exact ones away.

Every count is rounded by itself, totals too, so that rounded parts need not add up to the rounded total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, Self

from dagster_project.statistics.disclosure import STATES_WITH_NUMBERS, SUPPRESSED, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings, Rounding


@dataclass(frozen=True)
class CountRule:
    """What stands in place of a count of people.

    Counts of 1 to `threshold` are `small`: hidden, shown as 0, or as one `base`. The rest goes to the nearest multiple
    of `base`, halves up, or to the middle of the range of `base` counts it lies in.
    """

    threshold: int
    small: Literal["hidden", "zero", "base"] = "hidden"
    base: int = 1
    to: Literal["nearest", "middle"] = "nearest"
    zeros_ok: bool = True

    def shown(self, count: float) -> int | None:
        """The count as shown, None where it is hidden."""
        if count == 0:
            return 0 if self.zeros_ok else None
        if count <= self.threshold:
            return {"hidden": None, "zero": 0, "base": self.base}[self.small]
        if self.to == "middle":
            return self.base * -int(-count // self.base) - self.base // 2
        return self.base * int((2 * count + self.base) // (2 * self.base))

    def of_things(self) -> Self:
        """The rule for counts of what is not people: rounded alike, and none is small."""
        return replace(self, threshold=0, zeros_ok=True)

    def range_of(self, shown: float, is_whole: bool) -> tuple[float, float]:
        """The least and the greatest count that is shown so; `is_whole` where there are no parts of one."""
        lowest, highest = _whole_range(self, shown)
        if is_whole or lowest == highest:
            return lowest, highest
        return max(0, lowest - 0.5), highest + 0.5


@cache
def _whole_range(rule: CountRule, shown: float) -> tuple[float, float]:
    """A number that the rule never shows was not rounded by it: it is what it is."""
    near = range(max(0, int(shown) - rule.base), int(shown) + rule.base + 1)
    alike = [count for count in (*range(rule.threshold + 1), *near) if rule.shown(count) == shown] or [shown]
    return min(alike), max(alike)


COUNT_RULES: dict[Rounding, CountRule] = {
    "hes": CountRule(threshold=7, base=5),  # hospital episode statistics
    "maternity": CountRule(threshold=7, small="base", base=5),  # NHS maternity services
    "opensafely": CountRule(threshold=7, small="zero", base=5),
    "opensafely_midpoint6": CountRule(threshold=0, base=6, to="middle"),
    "friends_and_family": CountRule(threshold=4),
    "acro": CountRule(threshold=9, zeros_ok=False),
}


def rule_of(settings: DisclosureSettings) -> CountRule:
    """The rule that the settings name, with their base where they have one; KeyError where they round nothing."""
    rule = COUNT_RULES[settings.rounding] if settings.rounding else None
    if rule is None:
        raise KeyError("disclosure settings: they name no rounding")
    return replace(rule, base=settings.base) if settings.base else rule


def rounded_values(values: Sequence[MetricValue], rule: CountRule, kinds: Mapping[str, str]) -> list[MetricValue]:
    """`values` in their order with rounded counts, each share or rate worked out from them.

    A value is hidden whole where a count of people in it is: of a proportion each count, of other kinds the people
    behind it. Their other counts are rounded to the base. Events of few people are shown, or hidden, as a count of so
    few is. `kinds` gives each metric's kind by its id.
    """
    return [_rounded(value, rule, kinds[value.metric_id] == "proportion") for value in values]


def _rounded(value: MetricValue, rule: CountRule, is_proportion: bool) -> MetricValue:
    if value.value_state not in STATES_WITH_NUMBERS:
        return value.without_numbers(value.value_state)
    of_people = rule if is_proportion else rule.of_things()
    numerator = _shown(value.numerator, value.numerator_people, of_people)
    denominator = _shown(value.denominator, value.people, of_people)
    people = rule.shown(value.people or 0)
    shown = [people]
    if is_proportion:
        rest = (value.denominator or 0) - (value.numerator or 0)
        shown += [numerator, denominator, _shown(rest, value.rest_people, rule)]
    if None in shown:
        return value.without_numbers(SUPPRESSED)
    share = None if value.value is None or numerator is None or not denominator else numerator / denominator
    return replace(
        value, numerator=numerator, denominator=denominator, people=people, numerator_people=None, rest_people=None,
        value=share,
    )  # fmt: skip


def _shown(count: float | None, people: int | None, rule: CountRule) -> int | None:
    """A count of events as shown, by the people behind them where those are few."""
    if count is None:
        return None
    return rule.shown(people if people and people <= rule.threshold else count)
