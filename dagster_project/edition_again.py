"""An edition's values made again from the archive, apart from the home's own warehouse.

Belongs here: a home of its own for the edition's inputs and settings, and comparing what comes out with what was
published. Does not belong here: the run (runner), the home's warehouse made anew (replay).
"""

import datetime
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from dagster_project.editions import FIGURES, MANIFEST, all_editions, name_of, read_manifest, trees
from dagster_project.exports import archive
from dagster_project.home import Home
from dagster_project.problems import MonthHeld, SettingsProblem

NUMBERS = ("value", "numerator", "denominator", "value_state")
KEY = ("metric_id", "period_type", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value")
KEPT_BY_HAND = ("mappings", "instruments", "progression_policy")  # in a home, and read by its runs


def made_again(home: Home, edition: Path) -> list[str]:
    """Make the values of the edition again; each that is not as published, in words, none where all are.

    Raises SettingsProblem where retention has ended for one of its files, MonthHeld where a gate now holds it.
    """
    manifest = read_manifest(edition)
    missing = [(feed, each) for feed, each in manifest["inputs"] if not (home.archive / feed / f"{each}.age").exists()]
    if missing:
        raise SettingsProblem(
            f"{name_of(edition)} cannot be made again: {len(missing)} of its {len(manifest['inputs'])} files are no "
            "longer in the archive, as their retention has ended. Its values stay as they were published."
        )
    with _home_of(home, edition, manifest) as scratch:
        from dagster_project.runner import run_month

        month = datetime.date.fromisoformat(f"{edition.parent.name}-01")
        outcome = run_month(scratch, month, datetime.date.fromisoformat(manifest["as_at"]))
        if outcome.held:
            raise MonthHeld(outcome.held)
        if outcome.errors:
            raise RuntimeError("; ".join(outcome.errors))
        again = _values(scratch.drafts / edition.parent.name)
    published = {key: numbers for tree in trees(home, edition) for key, numbers in _values(tree).items()}
    return [
        f"{' '.join(key)}: {_words(numbers)} published, {_words(again.get(key))} now"
        for key, numbers in published.items()
        if again.get(key) != numbers
    ]


@contextmanager
def _home_of(home: Home, edition: Path, manifest: Mapping[str, Any]) -> Iterator[Home]:
    """A home with the edition's files, settings, assessment and earlier editions, gone afterwards."""
    scratch = Home(home.state / f"again_{edition.parent.name}_{edition.name}")
    shutil.rmtree(scratch.root, ignore_errors=True)
    scratch.root.mkdir(mode=0o700, parents=True)
    try:
        for folder in (scratch.inbox, scratch.logs, scratch.drafts, scratch.vault.parent, scratch.warehouse.parent):
            folder.mkdir(parents=True)
        named = home.settings.key_file
        settings = home.settings.model_dump(mode="json") | manifest["settings"] | {"sign_off": "by_person"}
        settings["key_file"] = str((home.root / named).resolve()) if named else None
        scratch.config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        if manifest["assessment"]:
            (scratch.root / "assessment.yml").write_text(yaml.safe_dump(manifest["assessment"]), encoding="utf-8")
        for name in KEPT_BY_HAND:
            if (home.root / name).is_dir():
                shutil.copytree(home.root / name, scratch.root / name)
        _copy_archive(home, scratch, manifest)
        _copy_earlier(home, scratch, edition, manifest)
        yield scratch
    finally:
        shutil.rmtree(scratch.root, ignore_errors=True)


def _copy_archive(home: Home, scratch: Home, manifest: Mapping[str, Any]) -> None:
    """The edition's files, as its gates let them in then, whatever became of them since."""
    for feed, file_hash in manifest["inputs"]:
        (scratch.archive / feed).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(home.archive / feed / f"{file_hash}.age", scratch.archive / feed / f"{file_hash}.age")
        delivery = archive.read_delivery(home, feed, file_hash, home.keys)
        if delivery is not None:
            archive.write_delivery(scratch, home.keys, replace(delivery, left_out=None, has_passed=True))


def _copy_earlier(home: Home, scratch: Home, edition: Path, manifest: Mapping[str, Any]) -> None:
    """What readers knew when it was published, which decides what had to be hidden."""
    for earlier in all_editions(home):
        is_before = read_manifest(earlier)["published_on"] <= manifest["published_on"]
        if earlier >= edition or not is_before:
            continue
        for tree in trees(home, earlier):
            there = scratch.root / tree.relative_to(home.root)
            there.mkdir(parents=True)
            for name in (FIGURES, MANIFEST):
                shutil.copyfile(tree / name, there / name)


def _values(folder: Path) -> dict[tuple[str, ...], tuple[Any, ...]]:
    figures = json.loads((folder / FIGURES).read_text("utf-8"))
    return {
        tuple(str(each[name]) for name in KEY): tuple(each[name] for name in NUMBERS)
        for each in figures["values"] + figures["details"]
    }


def _words(numbers: tuple[Any, ...] | None) -> str:
    if numbers is None:
        return "nothing"
    return str(numbers[0]) if numbers[0] is not None else str(numbers[3])
