"""The small-number rule in force: thresholds, minimum, zeros, rounding, and the published rules by name.

Belongs here: what can be set, and the named presets. Does not belong here: what the rule hides (disclosure.py), where a
home sets it (settings).
"""

from dataclasses import dataclass
from typing import Literal

Rounding = Literal["hes", "maternity", "opensafely", "opensafely_midpoint6", "friends_and_family", "acro"]
Preset = Literal["internal", "nhs", "research", "friends_and_family"]


@dataclass(frozen=True)
class DisclosureSettings:
    """What of 1 to `threshold` different people is hidden, and shares of fewer than `minimum_denominator` of them.

    Where a total is hidden, so are `parts_hidden_with_total` of its parts at least. `rounding` names the rule by which
    counts are rounded instead (rounding.COUNT_RULES), to `base` where it is given and else to the rule's own; the other
    values then count for nothing.
    """

    threshold: int = 4
    minimum_denominator: int = 10
    zeros_ok: bool = True
    is_on: bool = True
    parts_hidden_with_total: int = 1
    rounding: Rounding | None = None
    base: int | None = None

    def __post_init__(self) -> None:
        if min(self.threshold, self.minimum_denominator, self.parts_hidden_with_total) < 1:
            raise ValueError(
                f"disclosure settings: threshold is {self.threshold}, minimum_denominator {self.minimum_denominator}, "
                f"parts_hidden_with_total {self.parts_hidden_with_total}; each must be at least 1 (use is_on: false "
                "to hide nothing)"
            )
        if self.base is not None and (self.base < 1 or self.rounding is None):
            raise ValueError(
                f"disclosure settings: base is {self.base}; it must be at least 1, and goes with a rounding"
            )


PRESETS: dict[Preset, DisclosureSettings] = {
    "internal": DisclosureSettings(),
    "nhs": DisclosureSettings(threshold=7),
    "research": DisclosureSettings(threshold=9, zeros_ok=False),  # as in ACRO
    "friends_and_family": DisclosureSettings(minimum_denominator=1, parts_hidden_with_total=2),
}
