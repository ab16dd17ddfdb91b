"""Metric records: what a metric means, read from dbt/models/metrics/met_<metric>.yml.

Belongs here: the typed record, and reading the records of all metrics.
Does not belong here: the metric's SQL (beside its record), its values (dashboards/read.py), thresholds (dbt).
"""

import datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import read_yaml, validate

Kind = Literal["proportion", "rate", "mean", "count", "money"]
Theme = Literal["use", "quality", "decisions", "learning", "progression", "research"]


class Change(BaseModel):
    """One entry of the record's change log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: datetime.date
    what: str = Field(min_length=1)


class EdgeCase(BaseModel):
    """A case people asked about, and the agreed answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    case: str = Field(min_length=1)
    answer: str = Field(min_length=1)


class CaveatWhere(BaseModel):
    """A caveat that holds only where the threshold `where` is in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: str = Field(min_length=1)
    caveat: str = Field(min_length=1)


class MetricRecord(BaseModel):
    """Everything people are told about one metric. A new field is required, but where most have none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    kind: Kind
    unit: str = Field(min_length=1)
    numerator: str = Field(min_length=1)
    denominator: str = Field(min_length=1)
    exclusions: list[str]
    window: str = Field(min_length=1)
    cadence: Literal["month", "quarter", "wave", "round", "year"]
    theme: Theme
    is_headline: bool
    direction: Literal["increase", "decrease", "neutral"]
    owner: str = Field(min_length=1)
    audience: list[str] = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    breakdowns: list[str]
    interval: Literal["wilson", "byar", "none"]  # none where what is counted is neither people nor events
    minimum_n: int = Field(ge=1)
    target_source: str | None
    caveats: list[str | CaveatWhere]
    requirements: list[str] = Field(min_length=1)
    valid_from: datetime.date
    changes: list[Change]
    thresholds: list[str]
    edge_cases: list[EdgeCase] = Field(min_length=1)
    shown_with: str | None = None  # the headline on whose tile it stands too
    paired_with: str | None = None  # of a headline: the measure of quality that stands on its tile
    given_by: str | None = None  # the column of those who say it of others; where they are few, a larger unit is told

    @property
    def is_rolling(self) -> bool:
        """Whether neighbouring points share data."""
        return self.window != f"1 {self.cadence}"

    @property
    def has_signals(self) -> bool:
        """Whether its months may say that something has changed: not where neighbouring points share data."""
        return self.cadence == "month" and not self.is_rolling


def load_records(models_dir: Path) -> dict[str, MetricRecord]:
    """Every metric's record under `models_dir` by metric id; raises SettingsProblem naming file, line and field."""
    paths = sorted(models_dir.rglob("met_*.yml"), key=lambda path: path.name)
    if not paths:
        raise SettingsProblem(f"{models_dir}: no met_*.yml here; every metric has its record beside its SQL")
    records = [_load_record(path) for path in paths]
    return {record.metric_id: record for record in records}


def _load_record(path: Path) -> MetricRecord:
    value, root = read_yaml(path)
    block: object = None
    node: yaml.Node | None = None
    models = value.get("models")
    for number, model in enumerate(models if isinstance(models, list) else []):
        if isinstance(model, dict) and model.get("name") == path.stem:
            block, node = _at(model, _child(_child(root, "models"), number), "config", "meta", "metric")
    if not isinstance(block, dict):
        raise SettingsProblem(f"{path}: no record; write it under models: - name: {path.stem} as config.meta.metric")
    if "metric_id" in block:
        raise SettingsProblem(f"{path}: metric_id: leave it out; the file's name gives it")
    return validate({"metric_id": path.stem.removeprefix("met_"), **block}, MetricRecord, node, path)


def _at(value: object, node: yaml.Node | None, *names: str) -> tuple[object, yaml.Node | None]:
    """The value and its node that lie under `names`; None where they are not there."""
    for name in names:
        value, node = (value.get(name) if isinstance(value, dict) else None), _child(node, name)
    return value, node


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((child for key, child in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step]
    return None
