"""Practice Metrics: from a folder of exports to a monthly leadership dashboard."""

import gc


def look_for_garbage_rarely() -> None:
    """Most of what a run makes lives to its end: looking for garbage every 700 objects takes a tenth of its time."""
    gc.set_threshold(100_000, 20, 20)
