"""Running a job in this process, for the command line.

Belongs here: Dagster's instance and its result as plain words. Does not belong here: what is run (jobs), what people
are told of it (runner).
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from dagster_project.problems import KeyProblem, Problem, SettingsProblem, StorageProblem, WarehouseBusy

PROBLEMS = {kind.__name__: kind for kind in (KeyProblem, SettingsProblem, StorageProblem, WarehouseBusy)}

# Dagster keeps its own event log in the home; its console would drown ours.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class JobResult:
    """A finished job: `errors` maps each failed step to the kind of error behind it, `problem` is one to be told."""

    run_id: str
    is_success: bool
    errors: dict[str, str]
    problem: Problem | None


def run_here(defs: dg.Definitions, job: str, month: str, output: Path) -> JobResult:
    """Run `job` for `month` (2026-10) in this process, over the instance DAGSTER_HOME names.

    What steps print goes to `output`.
    """
    with dg.DagsterInstance.get() as instance:
        end_killed_runs(instance)
        with output.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
            result = defs.resolve_job_def(job).execute_in_process(
                instance=instance, raise_on_error=False, run_config=QUIET, partition_key=month
            )
    failed = [(event.step_key, event.step_failure_data.error) for event in result.all_events if event.is_step_failure]
    causes = {str(step): error.cause or error for step, error in failed if error}
    errors = {step: cause.cls_name or "error" for step, cause in causes.items()}
    problems = [
        PROBLEMS[cause.cls_name](cause.message.partition(": ")[2].strip())
        for cause in causes.values()
        if cause.cls_name in PROBLEMS
    ]
    return JobResult(result.run_id, result.success, errors, next(iter(problems), None))


def end_killed_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs that were killed as failed, and give back the writer's slot: else the daemon waits for them for ever.

    Holding the warehouse, we know that no other run lives.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])):
        instance.report_run_failed(run, "The process of this run was killed.")
    storage = instance.event_log_storage
    for key in storage.get_concurrency_keys():
        for slot in storage.get_concurrency_info(key).claimed_slots:
            storage.free_concurrency_slots_for_run(slot.run_id)
