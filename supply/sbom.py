"""A bill of materials of what an office installs, as CycloneDX 1.6 in JSON, made from the lock and the vendored scripts alone.

    python -m supply.sbom > sbom.json
    python -m supply.sbom requirements.lock > sbom-core.json

The same lock gives the same bytes: there is no time in it and no chance.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from supply.locks import ROOT, Locked, locked, vendored

__all__ = ["bill", "main"]

_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


def bill(packages: Sequence[Locked], scripts: Sequence[tuple[str, str]], version: str) -> dict[str, Any]:
    """The bill: the project, each package with the hashes of its files, each script, and who needs whom."""
    root = f"pkg:generic/adit@{version}"
    refs: dict[str, list[str]] = {"adit": [root]}
    for package in packages:
        refs.setdefault(package.name, []).append(_ref(package))
    needs: dict[str, list[str]] = {ref: [] for several in refs.values() for ref in several}
    for package in packages:
        for by in package.asked_by:
            for ref in refs[by]:
                needs[ref].append(_ref(package))
    made = [_scripted(name, at) for name, at in scripts]
    needs[root] += [m["bom-ref"] for m in made]
    components = [*map(_component, packages), *made]
    content = {
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": "adit", "version": version, "purl": root}
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(on))} for ref, on in needs.items()]
        + [{"ref": m["bom-ref"], "dependsOn": []} for m in made],
    }
    number = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        **content,
    }


def _ref(package: Locked) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def _component(package: Locked) -> dict[str, Any]:
    ref = _ref(package)
    properties = [{"name": "adit:lock:sha256", "value": h} for h in package.hashes]
    if package.marker:
        properties.append({"name": "adit:lock:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": ref,
        "name": package.name,
        "version": package.version,
        "purl": ref,
        "properties": properties,
    }


def _scripted(name: str, version: str) -> dict[str, Any]:
    ref = f"pkg:npm/{name}@{version}"
    return {"type": "library", "bom-ref": ref, "name": name, "version": version, "purl": ref}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bill of a lock on standard output."""
    parser = argparse.ArgumentParser(prog="python -m supply.sbom")
    parser.add_argument("lock", nargs="?", type=Path, default=ROOT / "requirements-desk.lock")
    asked = parser.parse_args(arguments)
    found = _VERSION.search((ROOT / "src" / "adit" / "__init__.py").read_text(encoding="utf-8"))
    assert found is not None, "the package says which version it is"
    sys.stdout.write(json.dumps(bill(locked(asked.lock), vendored(), found[1]), indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
