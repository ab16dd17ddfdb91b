"""Which values an earlier edition showed otherwise, and what differs between the two editions.

Belongs here: comparing an edition's figures with new ones. Does not belong here: finding editions (editions), words.

A reason is a fact that differs (files, definition, threshold, program, what is hidden), never a guess. A value that was
waited for and has arrived is not restated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.figures import Figures, Restatement, ShownValue

Inputs = set[tuple[str, str]]
WAITED_FOR = ("not_due", "feed_stale", "not_collected")


def restated(
    earlier: Mapping[str, Any],
    manifest: Mapping[str, Any],
    figures: Figures,
    inputs: Sequence[Sequence[str]],
    name: str,
) -> tuple[Restatement, ...]:
    """The values of edition `name` (its figures.json and manifest.json) that `figures` show otherwise, newest first.

    Behind them stand those that the earlier edition told of.
    """
    shown = {_key(value): value for value in earlier["values"]}
    found = []
    for value in figures.values:
        old = shown.get(_key(vars(value)))
        if old is None or old["value_state"] in WAITED_FOR or _numbers(old) == _numbers(vars(value)):
            continue
        found.append(
            Restatement(
                metric_id=value.metric_id,
                unit_level=value.unit_level,
                unit_id=value.unit_id,
                month=value.month,
                old=_numbers(old),
                new=_numbers(vars(value)),
                are_provisional=((old.get("beside") or {}).get("quality") == "weak", value.beside.quality == "weak"),
                reasons=_reasons(earlier, manifest, figures, {(feed, file) for feed, file in inputs}, value, old),
                edition=name,
            )
        )
    found.sort(key=lambda each: each.month, reverse=True)
    return (*found, *(Restatement.model_validate(each) for each in earlier.get("restatements", [])))


def _key(value: Mapping[str, Any]) -> tuple[str, ...]:
    return (value["metric_id"], value["unit_level"], value["unit_id"], value["period_type"], str(value["period_start"]))


def _numbers(value: Mapping[str, Any]) -> tuple[float | None, float | None, float | None, str]:
    return value["value"], value["numerator"], value["denominator"], value["value_state"]


def _reasons(
    earlier: Mapping[str, Any],
    manifest: Mapping[str, Any],
    figures: Figures,
    inputs: Inputs,
    value: ShownValue,
    old: Mapping[str, Any],
) -> tuple[str, ...]:
    record = figures.records[value.metric_id]
    reasons = []
    before: Inputs = {(feed, file) for feed, file in manifest["inputs"]}
    for feed in record.sources:
        title = next((each.title for each in figures.feeds if each.feed == feed), feed)
        n_new = sum(of == feed for of, _ in inputs - before)
        n_gone = sum(of == feed for of, _ in before - inputs)
        if n_new:
            reasons.append(f"{n_new} more {'file' if n_new == 1 else 'files'} of {title.lower()}")
        if n_gone:
            reasons.append(f"{n_gone} {'file' if n_gone == 1 else 'files'} of {title.lower()} taken back")
    known = {change["what"] for change in earlier["records"].get(value.metric_id, {}).get("changes", [])}
    reasons += [f"definition: {change.what}" for change in record.changes if change.what not in known]
    for name in record.thresholds:
        then, now = earlier["thresholds"].get(name), figures.thresholds.get(name)
        if then != now:
            reasons.append(f"threshold {name.replace('_', ' ')}: {then} before, {now} now")
    if "suppressed" in (old["value_state"], value.value_state) and old["value_state"] != value.value_state:
        reasons.append("what must be hidden to protect small numbers")
    if manifest["code_version"] != figures.code_version:
        reasons.append("the program")
    return tuple(reasons) or ("no reason is recorded",)
