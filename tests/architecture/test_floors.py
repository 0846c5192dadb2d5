"""The house stands: imports go down the floors, engines stay in their room, clock and files have their doors."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "adit"

FLOORS = [
    {"terms"},
    {"engines"},
    {"journal"},
    {"register", "evidence", "regime"},
    {"audit", "grid", "screening", "tracing", "law"},
    {"decision"},
    {"settlement", "site"},
    {"lab"},
    {"desk"},
    {"cli"},
]
FACTS = {"register", "evidence", "audit", "grid", "screening", "tracing"}
LAW = {"regime", "law"}
ENGINES = {"duckdb", "pyspark", "polars", "psycopg", "psycopg_pool", "pyiceberg", "pyarrow", "sqlalchemy"}
COLUMNS = (
    "evidence/",
    "audit/",
    "grid/",
    "screening/",
    "tracing/",
    "site/",
    "lab/",
)  # packages that work on long columns
ONLY_IN = {  # heavy: the modules or folders that know each
    "numba": ("regime/readers/arrays/", *COLUMNS),
    "numpy": (
        "regime/readers/arrays/",
        "regime/readers/streamed.py",
        "regime/readers/streamed_loop.py",
        "desk/party_audit.py",  # makes the audit's columns of records
        "desk/lab_",  # draws the runs of the lab, which are arrays
        *COLUMNS,
    ),
    "scipy": ("audit/", "grid/", "site/", "lab/"),
    "z3": ("regime/readers/proof/",),
    "highspy": ("grid/",),
    "pypsa": ("grid/pypsa_format.py",),
}
LOADS_IT = {
    "regime/proofs.py",
    "regime/equivalence.py",
    "decision/what_if.py",
}  # import the proof reader; who imports these does so inside a function
WORLD = {"urllib", "http", "socket", "httpx", "requests", "time", "subprocess"}
DOORS = {"desk", "cli", "engines"}  # and any store.py or sources/
TABLES_BESIDE_THE_MODULE = {
    "terms/fields.py",
    "terms/places.py",
    "terms/working_days.py",
    "law/__init__.py",
    "audit/telling.py",
    "audit/reconciliation/words.py",
    "journal/verify.py",  # a program of its own that others run
}  # read what is shipped next to them


def floor_of(package: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if package in floor)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module, those inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def faults(name: str, text: str) -> list[str]:
    """What is wrong with one module, `name` being its path under src/adit."""
    parts = name.split("/")
    package = parts[0]
    tree = ast.parse(text)
    found: list[str] = []
    at_a_door = package in DOORS or parts[-1] == "store.py" or "sources" in parts or name in TABLES_BESIDE_THE_MODULE
    for line, module in imports(tree):
        path = module.split(".")
        if path[0] == "adit" and len(path) > 1 and len(parts) > 1 and path[1] != package and _is_package(path[1]):
            other = path[1]
            if floor_of(other) >= floor_of(package):
                found.append(f"{name}:{line} {package} imports {other}, which is not below it")
            if (package in FACTS and other in LAW) or (package in LAW and other in FACTS):
                found.append(f"{name}:{line} facts and law meet only in decision")
        if path[0] in ENGINES and package != "engines":
            found.append(f"{name}:{line} {path[0]} is imported outside engines")
        if path[0] in ONLY_IN and not name.startswith(ONLY_IN[path[0]]):
            found.append(f"{name}:{line} {path[0]} is imported outside {' and '.join(ONLY_IN[path[0]])}")
        if path[0] in WORLD and not at_a_door:
            found.append(f"{name}:{line} {path[0]} is imported outside the doors")
    found += [] if at_a_door else [f"{name}:{line} {what}" for line, what in _touches_the_world(tree)]
    found += [f"{name}:{line} loads z3 though nobody asked for a proof" for line in _loads_proofs(name, tree)]
    return found


def _loads_proofs(name: str, tree: ast.Module) -> Iterator[int]:
    """Imports, outside functions and TYPE_CHECKING, of a module that needs z3."""
    if name in LOADS_IT or name.startswith(ONLY_IN["z3"]):
        return
    needs = tuple(
        "adit." + m.removesuffix(".py").rstrip("/").replace("/", ".") + "." for m in (*ONLY_IN["z3"], *LOADS_IT)
    )
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (line for line, module in imports(statement) if f"{module}.".startswith(needs))


def _is_package(name: str) -> bool:
    return any(name in floor for floor in FLOORS)


def _touches_the_world(tree: ast.AST) -> Iterator[tuple[int, str]]:
    methods = {
        "open",
        "read_text",
        "write_text",
        "read_bytes",
        "write_bytes",
        "mkdir",
        "unlink",
        "today",
        "now",
        "utcnow",
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in {"open", "Random"}:
                yield node.lineno, f"calls {called.id}()"
            if isinstance(called, ast.Attribute) and called.attr in methods:
                yield node.lineno, f"calls .{called.attr}()"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "random":
            yield node.lineno, "takes chance from the module random"


def modules() -> dict[str, str]:
    return {p.relative_to(SOURCE).as_posix(): p.read_text(encoding="utf-8") for p in sorted(SOURCE.rglob("*.py"))}


def test_there_is_a_house():
    names = modules()
    assert len(names) > 40
    assert {
        "terms/units.py",
        "regime/readers/case.py",
        "regime/readers/sql/query.py",
        "decision/decide.py",
        "cli/main.py",
    } <= names.keys()


def test_every_folder_has_a_floor_and_says_what_it_is_for():
    for folder in (p for p in SOURCE.iterdir() if p.is_dir() and p.name not in {"data", "__pycache__"}):
        assert _is_package(folder.name), f"{folder.name} stands on no floor"
        text = (folder / "__init__.py").read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(text))
        assert docstring, folder.name
        assert "Not " in docstring, f"{folder.name}/__init__.py says what it is for, and what it is not for"


def test_no_module_breaks_the_floors():
    assert [fault for name, text in modules().items() for fault in faults(name, text)] == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("terms/units.py", "from adit.regime import act", "not below it"),
        ("regime/act.py", "def f():\n    from adit.decision.decide import decide", "not below it"),
        ("evidence/sources/sites.py", "import adit.law", "not below it"),
        ("audit/coins.py", "from adit.regime.act import Regime", "facts and law meet only in decision"),
        ("law/__init__.py", "from adit.register import store", "facts and law meet only in decision"),
        ("decision/assess.py", "import duckdb", "outside engines"),
        ("regime/sql.py", "from pyspark.sql import functions", "outside engines"),
        ("regime/check.py", "def f():\n    import z3", "outside regime/readers/proof/"),
        ("regime/check.py", "from adit.regime.readers import proof", "nobody asked"),
        ("regime/check.py", "from adit.regime.readers.proof.questions import overlaps", "nobody asked"),
        ("cli/law.py", "from adit.regime.proofs import Proofs", "nobody asked"),
        ("decision/decide.py", "import datetime\ndatetime.date.today()", ".today()"),
        ("regime/act.py", "open('x')", "open()"),
        ("decision/decide.py", "from pathlib import Path\nPath('x').read_text()", ".read_text()"),
        ("lab/run.py", "import random\nrandom.random()", "takes chance"),
        ("tracing/flow.py", "import httpx", "outside the doors"),
        ("decision/assess.py", "import numba", "numba is imported outside regime/readers/arrays/"),
        ("decision/assess.py", "import pyarrow.parquet", "pyarrow"),
    ],
)
def test_the_test_would_see_it(name: str, text: str, fault: str):
    assert any(fault in f for f in faults(name, text))


@pytest.mark.slow
def test_importing_adit_loads_no_engine_and_no_web_framework():
    code = "import sys, adit; print([m for m in ('duckdb', 'numpy', 'pyspark', 'jinja2', 'typer', 'fastapi', 'rich', 'z3') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.slow
def test_deciding_a_case_loads_no_engine():
    code = (
        "import sys; from adit import law; from adit.decision.decide import decide; law.load('ru/law');"
        "print([m for m in ('duckdb', 'numpy', 'jinja2', 'typer', 'rich', 'pydantic', 'z3') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["decide --on 2025-02-01 --fact actor=citizen --ask must_report", "law list"])
def test_only_a_proof_loads_z3(command: str):
    code = (
        f"import sys; sys.argv = ['adit', *{command.split()!r}]\n"
        "from adit.cli.main import run\ntry: run()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "assert 'z3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
