"""When things happen by themselves: the month's draft and the daily digest.

Belongs here: schedules, at the times config.yml names. Does not belong here: what runs (jobs), what sets off a refresh
(sensors).
"""

from collections.abc import Iterable

import dagster as dg

from dagster_project.defs.jobs import publish_month, send_digest
from dagster_project.settings import Settings
from dagster_project.steps import last_complete_month

LONDON = "Europe/London"


def schedules(settings: Settings) -> Iterable[dg.ScheduleDefinition]:
    """Both schedules; they run once the daemon does, nobody has to switch them on."""

    @dg.schedule(
        job=publish_month, name="publish_month_schedule",
        cron_schedule=f"{_cron(settings.draft_time)} {settings.draft_day} * *", execution_timezone=LONDON,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    def publish_month_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """The last complete month, to a draft."""
        return dg.RunRequest(partition_key=f"{last_complete_month(context.scheduled_execution_time.date()):%Y-%m}")

    daily = dg.ScheduleDefinition(
        job=send_digest, name="send_digest_schedule", cron_schedule=f"{_cron(settings.digest_time)} * * *",
        execution_timezone=LONDON, default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    return [publish_month_schedule, daily]


def _cron(clock: str) -> str:
    """`06:30` as the first two fields of a cron line."""
    hour, minute = clock.split(":")
    return f"{int(minute)} {int(hour)}"
