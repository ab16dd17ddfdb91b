"""The year of samples that the tests look at."""

import datetime

END = datetime.date(2025, 9, 30)
SHAPE = {"seed": 3, "staff": 180, "months": 12, "usage_events": 12_000}
