"""Fixtures of the deliveries' tests: the small home of the gates' tests."""

from tests.gates.conftest import small_home

__all__ = ["small_home"]
