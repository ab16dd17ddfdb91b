"""Comparisons as readers may see them: users of evidence beside the others, managers beside recorded use.

Belongs here: the shape of those data. Does not belong here: words (comparisons.py), comparing (associations).
"""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class AssociationOfPeriod(BaseModel):
    """Users of evidence beside the others at one stage; without numbers where they are hidden, or too few."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    question: str
    period_end: datetime.date
    state: Literal["compared", "too_few", "suppressed"]
    by_construction: bool
    users: int | None
    others: int | None
    users_with: int | None
    others_with: int | None
    difference: float | None
    lower: float | None
    upper: float | None
    detectable: float | None
    ratio: float | None = None
    ratio_lower: float | None = None
    ratio_upper: float | None = None
    stratified_difference: float | None = None
    stratified_difference_lower: float | None = None
    stratified_difference_upper: float | None = None


class AgreementOfMonth(BaseModel):
    """Managers' classification beside recorded use of the same people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: datetime.date
    state: Literal["compared", "too_few", "suppressed"]
    n: int | None
    observed: float | None
    kappa: float | None
    gwet: float | None
    kappa_lower: float | None = None
    kappa_upper: float | None = None
    gwet_lower: float | None = None
    gwet_upper: float | None = None
