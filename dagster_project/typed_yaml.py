"""YAML files that people write (contracts, settings, assessments, metric records) read into typed models.

Belongs here: turning a YAML or model error into one line that names the file, the line and the mend.
Does not belong here: what any of those files may say (that is each file's own model).
"""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dagster_project.problems import SettingsProblem

Model = TypeVar("Model", bound=BaseModel)


class Loader(yaml.CSafeLoader):
    """YAML that names the line of a value that is none (31 February) and refuses a name given twice."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.MappingNode):
            names: list[object] = []
            for key, _ in node.value:
                if key.value in names:
                    raise yaml.MarkedYAMLError(problem=f"`{key.value}` is given twice", problem_mark=key.start_mark)
                names.append(key.value)
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from None


def read_yaml(path: Path) -> tuple[dict[str, object], yaml.Node | None]:
    """The mapping in `path` and its node tree (which knows the lines); raises SettingsProblem."""
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        value = loader.construct_document(node) if node is not None else None
    except FileNotFoundError:
        raise SettingsProblem(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or getattr(error, "reason", "it cannot be parsed")
        raise SettingsProblem(f"{path}, line {line}: not valid YAML: {what}") from None
    if not isinstance(value, dict):
        raise SettingsProblem(f"{path}, line 1: expected a list of `name: value` settings")
    return value, node


def load_typed_yaml(path: Path, model: type[Model]) -> Model:
    """`path` as a `model`; raises SettingsProblem with one `file, line N: field: what is wrong` a mistake."""
    value, node = read_yaml(path)
    return validate(value, model, node, path)


def validate(value: object, model: type[Model], node: yaml.Node | None, path: Path) -> Model:
    """`value` (read from `node` of `path`) as a `model`; raises SettingsProblem with lines."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = [
            f"{path}, line {line_of(node, e['loc'])}: {'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}"
            for e in error.errors()
        ]
        raise SettingsProblem("\n".join(lines)) from None


def line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The 1-based line of the deepest part of `location` that the file holds."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, child) for key, child in node.value if key.value == str(step)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
