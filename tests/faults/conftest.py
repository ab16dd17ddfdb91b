"""Homes for the tests of faults.

Belongs here: copies that may be changed. Does not belong here: any claim.
"""

from tests.gates.conftest import copy_council, small_home

__all__ = ["copy_council", "small_home"]
