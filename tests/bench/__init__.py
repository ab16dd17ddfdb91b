"""`make bench`: how long the path takes, as ratios to bare DuckDB on the same rows, measured in one run.

Belongs here: timings, and what limits each. Does not belong here: claims; no test asserts a time.
"""
