"""How numbers, months and states are written on a page.

Belongs here: turning one value into words and digits, the same way everywhere.
Does not belong here: sentences about a metric (chart.py, summary_page.py, metric_page.py), names of units.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal

from dagster_project.analysis import Beside
from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import MetricValue
from dagster_project.statistics.spc import PROFILES
from dashboards.figures import ShownValue

MINIMUM_POINTS = PROFILES["mdc"].min_points

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

HIDDEN_WORDS = "hidden: small numbers"
STATE_WORDS = {
    "observed": "figure complete",
    "not_collected": "not collected",
    "not_due": "not due yet",
    "feed_stale": "data is late",
    "too_few": "too few to show a figure",
    "suppressed": HIDDEN_WORDS,
}

VARIATION_WORDS = {
    "common_cause": "no clear change",
    "improvement": "better than its usual range",
    "concern": "worse than its usual range",
    "neutral_high": "higher than its usual range",
    "neutral_low": "lower than its usual range",
    "left_out": "left out of the limits, by decision",
}

RULE_WORDS = {
    "outside_limits": "outside the limits",
    "trend": "seven months or more rising, or falling, one after the other",
    "two_in_three": "two of three months close to a limit",
    "shift": "seven months or more on one side of the mean",
}

ASSURANCE_WORDS = {
    "pass": "as things are, the target is met every month",
    "fail": "as things are, the target is outside the usual range and will not be met",
    "inconsistent": "as things are, the target is met in some months and missed in others",
}

CHANGE_HEADS = {
    "worse": "Worse than its usual range",
    "none": "No clear change",
    "better": "Better than its usual range",
    "apart": "Outside its usual range; neither is better",
}

OUTLOOK_HEADS = {
    "fail": "Target outside the usual range",
    "inconsistent": "Target met in some months",
    "pass": "Target met every month",
    "no_target": "No target",
}

ATTENTION_WORDS = {"decision": "Decision asked", "action": "Action needed", "watch": "Watch"}

NO_RESPONSE = "No response recorded"

METHOD_WORDS = {"xmr": "an individuals chart (XmR)", "p_prime": "a p' chart, as numbers of cases differ"}

CHANGE_WORDS = {
    "rebase": "new limits from {month}",
    "baseline_end": "limits set by the months up to {month}",
    "ghost": "{month} left out of the limits",
    "agreed": "agreed with practitioners in {month}",
}

PROVISIONAL = " (provisional)"
QUALITY_WORDS = {"good": "good", "caution": "use with caution", "weak": "weak, so the figure is provisional"}

THEME_WORDS = {
    "use": "Use of evidence and its measures: measures of the same habit, side by side and never mixed",
    "quality": "Quality and outcomes: supervision, audits, courts, and what families meet",
    "decisions": "Sharing decisions and confidence: who decides, on what, and under which pressure",
    "learning": "Learning mix and protected time",
    "progression": "Progression: of pay, and who stays",
    "research": "Building blocks and ladder: what is in place for research, what is provided, and who takes part",
}

SMALL_CHANGE = 10  # pounds, below which the pence are told

ACRONYMS = {"cpd": "CPD", "nhs": "NHS"}

STATE_MEANINGS = {
    "not_collected": "The data for that month was never gathered. It is not nought.",
    "not_due": "The data is still expected in time.",
    "feed_stale": "The data should have arrived and has not. The newest figure stays.",
    "too_few": "A share of so few would say more about chance than about practice.",
}


def month_words(month: datetime.date) -> str:
    """As in "September 2026"."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def short_month(month: datetime.date) -> str:
    """As in "Sep 2026"."""
    return f"{MONTHS[month.month - 1][:3]} {month.year}"


def day_words(day: datetime.date) -> str:
    """As in "30 September 2026"."""
    return f"{day.day} {month_words(day)}"


def month_end(month: datetime.date) -> datetime.date:
    """The last day of the month of `month`."""
    return (month.replace(day=1) + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def months_back(month: datetime.date, n: int) -> datetime.date:
    """The first day of the month `n` months before."""
    years, index = divmod(month.year * 12 + month.month - 1 - n, 12)
    return datetime.date(years, index + 1, 1)


def name_words(name: str) -> str:
    """`resource_usage` as "Resource usage"."""
    text = " ".join(ACRONYMS.get(word, word) for word in name.replace("_", " ").strip().split(" "))
    return text[:1].upper() + text[1:]


def number_words(number: float, places: int = 0) -> str:
    """Rounded half up, as people do, with thousands separated."""
    return f"{Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"


def count_words(number: float) -> str:
    """A whole number as it is, a part of one with one decimal."""
    return number_words(number, 0 if float(number).is_integer() else 1)


def percent_words(share: float) -> str:
    """A share of 1 as a whole percentage, which never reads as none or all where it is not."""
    whole = number_words(share * 100)
    if whole == "0" and share > 0:
        return "under 1%"
    if whole == "100" and share < 1:
        return "over 99%"
    return f"{whole}%"


def value_words(record: MetricRecord, value: float) -> str:
    """A metric's value without its unit: 43%, £1,200, 12.4."""
    if record.kind == "proportion":
        return percent_words(value)
    if record.kind == "money":
        return f"£{number_words(value, 2 if abs(value) < SMALL_CHANGE else 0)}"
    return number_words(value, 0 if record.kind == "count" else 1)


def unit_words(record: MetricRecord) -> str:
    """What stands behind the value; a percentage or an amount of money says it itself."""
    return "" if record.kind in ("proportion", "money") else record.unit


def noun_words(record: MetricRecord) -> str:
    """What a percentage is of, from its unit: "% of eligible practitioners"."""
    return record.unit.removeprefix("% of ") if record.unit.startswith("% of ") else ""


def parts_words(record: MetricRecord, value: MetricValue) -> str:
    """What the value was made of, short for tables: "128 of 297", "2,431 / 196.4"."""
    if value.numerator is None or value.denominator is None or record.kind == "count":
        return ""
    if record.kind == "proportion":
        return f"{count_words(value.numerator)} of {count_words(value.denominator)}"
    return f"{count_words(value.numerator)} / {_per(record, value.denominator)[0]}"


def parts_heading(record: MetricRecord) -> str:
    """The heading above `parts_words`: "Eligible practitioners", "Requests / FTE"."""
    return name_words(noun_words(record) or " / ".join(record.unit.replace(" per 100 ", " per ").split(" per ", 1)))


def _per(record: MetricRecord, denominator: float) -> tuple[str, str]:
    """How many of what a value is per: "1,800", "open cases" of "audits per 100 open cases"; no words where unsaid."""
    per = record.unit.partition(" per ")[2]
    if per.startswith("100 "):
        return count_words(round(100 * denominator, 1)), per.removeprefix("100 ")
    is_many = per and not per.endswith(("FTE", "s")) and denominator != 1
    return count_words(denominator), f"{per}s" if is_many else per


def basis_words(record: MetricRecord, value: MetricValue) -> str:
    """The same in a sentence: "128 of 297 eligible practitioners", "2,431 requests, 196.4 FTE"."""
    parts = parts_words(record, value)
    if not parts or record.kind == "proportion" or value.numerator is None or value.denominator is None:
        return f"{parts} {noun_words(record)}".strip() if parts else ""
    numerator, (denominator, per) = parts.split(" / ")[0], _per(record, value.denominator)
    if not per:
        return f"{numerator} over {denominator}"
    if record.kind == "money":
        return f"£{number_words(value.numerator, 0 if float(value.numerator).is_integer() else 2)}, {denominator} {per}"
    return f"{numerator} {record.unit.partition(' per ')[0]}, {denominator} {per}"


def interval_words(record: MetricRecord, beside: Beside) -> str:
    """The 95% interval: "58% to 76%"; empty where there is none."""
    if beside.lower is None or beside.upper is None:
        return ""
    return f"{value_words(record, beside.lower)} to {value_words(record, beside.upper)}"


def provisional_words(beside: Beside) -> str:
    """What stands behind every figure whose data are weak."""
    return PROVISIONAL if beside.quality == "weak" else ""


def signal_words(record: MetricRecord, beside: Beside) -> str:
    """Whether the month is unusual, or why that cannot be said."""
    if not record.has_signals:
        return (
            "no signals: neighbouring figures share data" if record.is_rolling else "no signals: too few figures a year"
        )
    if beside.variation is None:
        n = beside.n_points or 0
        return (
            f"no signal yet: {n} comparable months, {MINIMUM_POINTS} are needed" if n < MINIMUM_POINTS else "no signal"
        )
    words = VARIATION_WORDS[beside.variation]
    return f"{words}: {RULE_WORDS[beside.rule]}" if beside.rule else words


def assurance_words(record: MetricRecord, value: ShownValue) -> str:
    """What the target is and whether it is met; empty where there is none or it cannot be said."""
    if value.beside.target is None or value.beside.assurance is None:
        return ""
    return f"Target {value_words(record, value.beside.target)}: {ASSURANCE_WORDS[value.beside.assurance]}"


def quality_word(value: ShownValue | None) -> str:
    """How good the data behind a figure are, in a word or two."""
    if value is None or value.beside.quality is None:
        return ""
    return name_words(QUALITY_WORDS[value.beside.quality].partition(",")[0])


def state_words(value: MetricValue | None) -> str:
    """The state of a value; None is a month or unit without a row."""
    if value is None:
        return "no figure"
    if value.value_state == "too_few" and not value.denominator:
        return "nobody to count"
    unit = value.beside.rolled_up_to if isinstance(value, ShownValue) else None
    if unit:
        return f"hidden: few gave it; told for {'the whole organisation' if unit == 'all' else unit}"
    return STATE_WORDS[value.value_state]


def share_words(value: float) -> str:
    """A proportion as plain words, so that a headline says a level and not only a number."""
    for limit, words in ((0.0, "none"), (0.25, "a quarter"), (0.5, "half"), (0.75, "three quarters"), (1.0, "all")):
        if value == limit:
            return words
    for limit, words in ((0.25, "fewer than a quarter"), (0.5, "fewer than half"), (0.75, "more than half")):
        if value < limit:
            return words
    return "more than three quarters"
