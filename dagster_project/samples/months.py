"""The months the samples cover.

Belongs here: a month with its weekdays, and the row of months up to the last. Bank holidays are left out on purpose.
Does not belong here: who was at work in them (people.py).
"""

import calendar
import datetime
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Month:
    """A calendar month; `index` counts from 0 at the first month of the samples."""

    index: int
    first: datetime.date

    @cached_property
    def last(self) -> datetime.date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @cached_property
    def weekdays(self) -> list[int]:
        """The days of the month from Monday to Friday."""
        start = self.first.weekday()
        return [day for day in range(1, self.last.day + 1) if (start + day - 1) % 7 < 5]

    @cached_property
    def n_weekdays_to(self) -> list[int]:
        """At position d: how many weekdays lie on or before day d."""
        counts = [0]
        for day in range(1, self.last.day + 1):
            counts.append(counts[-1] + (day in self.weekdays))
        return counts

    @cached_property
    def text(self) -> str:
        return f"{self.first:%Y-%m}"

    @cached_property
    def short_name(self) -> str:
        """As HR and COUNTER write it, whatever the machine's language: Sep-2025."""
        return f"{SHORT_NAMES[self.first.month - 1]}-{self.first.year}"


SHORT_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months_to(end_month: datetime.date, months: int) -> list[Month]:
    """`months` months, the last being the one `end_month` lies in."""
    number = end_month.year * 12 + end_month.month - months
    return [Month(i, month_start(number + i)) for i in range(months)]


def month_start(number: int) -> datetime.date:
    """The first day of month `number`, counted from January of year 0."""
    return datetime.date(number // 12, number % 12 + 1, 1)


def month_number(day: datetime.date) -> int:
    """The inverse of month_start for any day of the month."""
    return day.year * 12 + day.month - 1
