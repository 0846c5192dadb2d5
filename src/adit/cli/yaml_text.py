"""YAML of parameters: read with every scalar as the text that stands there, written with numbers as they are.

The only module that imports PyYAML, which comes with the extra `openfisca`.
"""

from collections.abc import Hashable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

__all__ = ["read_folder", "written"]


class _AsText(yaml.BaseLoader):
    """Knows no numbers, days or booleans. Refuses aliases and keys that stand twice, of which YAML would keep one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "an alias (*name); write it out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen or not isinstance(key.value, str):
                what = f"the key '{key.value}' stands twice" if key.value in seen else "a key that is not a word"
                raise yaml.constructor.ConstructorError(None, None, what, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


class _Dumper(yaml.SafeDumper):
    """Writes decimals in their own digits, and lists and tables without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.Node:
    text = f"{number.normalize():f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _decimal)


def read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The YAML files below the folder, parsed, by path; and those that cannot be read, with the reason."""
    read: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for file in sorted(f for f in folder.rglob("*") if f.suffix in (".yaml", ".yml") and f.is_file()):
        name = file.relative_to(folder).as_posix()
        try:
            read[name] = yaml.load(file.read_text(encoding="utf-8"), Loader=_AsText)
        except UnicodeDecodeError:
            refused[name] = "this is not text in UTF-8"
        except yaml.MarkedYAMLError as error:
            line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
            refused[name] = f"{line}{error.problem}"
        except (yaml.YAMLError, RecursionError) as error:
            refused[name] = " ".join(str(error).split())[:200]
    return read, refused


def written(parameter: dict[str, Any]) -> str:
    return yaml.dump(parameter, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
