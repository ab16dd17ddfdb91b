"""Made-up exports of a fictional council, for the demonstration, the tests and the benchmark.

Belongs here: people, feeds and faults that never existed, the same for the same seed, and the truths planted in
them (truths.py).
Does not belong here: anything taken from a real person, organisation or publisher; reading or checking files.
"""

from dagster_project.samples.faults import PlantedFault
from dagster_project.samples.generate import Samples, generate, generate_samples

__all__ = ["PlantedFault", "Samples", "generate", "generate_samples"]
