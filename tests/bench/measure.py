"""One piece of work in a process of its own: seconds, processor seconds and memory.

Belongs here: measuring. Does not belong here: what is measured.

On a machine that does other things too, compare the seconds of processors; the clock tells what a user waits.
"""

import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Found = dict[str, float | int | str]
Spent = tuple[float, float]  # seconds by the clock, seconds of processors


@dataclass(frozen=True)
class Cost:
    """`seconds` by the clock, `cpu` of the process and its children, `peak_mb` of the larger; what the work gave."""

    seconds: float
    cpu: float
    peak_mb: float
    result: Any


def measured(work: Callable[..., Any], *arguments: object) -> Cost:
    """`work(*arguments)`, a function of a module, in a new process; its imports are not counted."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(there, work, arguments))
    process.start()
    there.close()
    try:
        cost: Cost = here.recv()
    except EOFError:
        raise RuntimeError(f"{work.__qualname__} failed, see above") from None
    finally:
        process.join()
    return cost


def in_turn(first: Callable[[], Cost], second: Callable[[], Cost], times: int) -> tuple[Cost, Cost]:
    """Both, `times` times, one after the other, so that a busy machine is busy for both; of each the median run."""
    costs = [(first(), second()) for _ in range(times)]
    one, other = ([pair[side] for pair in costs] for side in (0, 1))
    return median(one), median(other)


def median(costs: list[Cost]) -> Cost:
    """The run whose time is the median (of an even number, the lower)."""
    middle = statistics.median_low(cost.seconds for cost in costs)
    return next(cost for cost in costs if cost.seconds == middle)


def spent(work: Callable[[], object]) -> Spent:
    """Of work without children."""
    start, before = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - before


def seconds(work: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def _child(pipe: Connection, work: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    os.dup2(2, 1)  # DuckDB draws its progress on standard output, which holds our JSON
    os.sync()  # what others wrote before is on the disk: no work waits for it that only reads it
    start, before = time.perf_counter(), _cpu()
    result = work(*arguments)
    taken, cpu = time.perf_counter() - start, _cpu() - before
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(one).ru_maxrss for one in who) / 1024  # Linux counts kilobytes
    pipe.send(Cost(taken, cpu, peak, result))


def _cpu() -> float:
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
