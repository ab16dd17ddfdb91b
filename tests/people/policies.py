"""Policies of the fictional council, as HR writes them.

Belongs here: their text. Does not belong here: any claim.
"""

from pathlib import Path

USE = "[research, case_law, legislation, legal_guide, practice_guidance, learning]"
POLICY = f"""\
version: "2026.1"
title: Progression within the grade
valid_from: 2026-01-01
valid_to: 2026-12-31
window_months: 12
appeal_months: 6
eligibility:
  roles: [social_worker, senior_social_worker, practice_educator]
  minimum_service_months: 12
clauses:
  - id: steady_use
    rule: Evidence was used on at least 12 days of the year.
    feed: resource_usage
    count: days
    where: {{resource_type: {USE}}}
    at_least: 12
    is_scaled: true
  - id: one_example_with_use
    rule: One case-file example shows what came of it.
    feed: case_file_examples
    where: {{verifier_role: [team_manager, practice_educator, principal_social_worker]}}
  - id: three_examples
    rule: Three case-file examples, each verified, show evidence at work.
    feed: case_file_examples
    where: {{verifier_role: [team_manager, practice_educator, principal_social_worker]}}
    at_least: 3
  - id: examples_differ
    rule: The examples rest on different kinds of evidence.
  - id: discussed
    rule: Evidence was discussed in supervision in at least 3 months.
    feed: supervision
    count: months
    where: {{is_evidence_discussed: [true]}}
    at_least: 3
    is_scaled: true
  - id: cpd
    rule: Two pieces of CPD, one with a peer's reflection.
    feed: peer_reflections
    at_least: 2
routes:
  usage: [steady_use, one_example_with_use]
  case_file: [three_examples, examples_differ]
"""


def write(folder: Path, text: str = POLICY, name: str = "2026.yml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
