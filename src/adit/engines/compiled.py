"""Machine code that is kept between runs: the text of a module in a folder of the user, beside what numba makes of it.

A file is named by the hash of its text and written once, so that a second process loads in a fraction of a second what
the first one compiled in many.
"""

import atexit
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

__all__ = ["kept"]


def kept(source: str) -> ModuleType:
    """The module with this text. Its compiled functions stay in `$XDG_CACHE_HOME/adit`, or for this run where that fails."""
    name = f"adit_{hashlib.sha256(source.encode()).hexdigest()[:32]}"
    if name in sys.modules:
        return sys.modules[name]
    file = _written(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "adit", f"{name}.py", source)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _written(folder: Path, name: str, source: str) -> Path:
    """The file with this text, in the folder or, where nothing can be written there, in one of this run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):  # the file may be there, but numba has to write beside it
            raise PermissionError(folder)
        file = folder / name
        if not (file.is_file() and file.read_text(encoding="utf-8") == source):
            partial = folder / f".{name}.{os.getpid()}"
            partial.write_text(source, encoding="utf-8")
            partial.replace(file)
    except OSError:
        own = Path(tempfile.mkdtemp(prefix="adit-"))
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        file = own / name
        file.write_text(source, encoding="utf-8")
    return file
