"""The comparison as one page of HTML that needs nothing else: no network, no font, no file beside it.

Without JavaScript everything can be read: pictures of each regime, tables, reasons as notes. With it one can choose,
filter, sort and point. The text is a pure function of the comparison; the caller writes it.
"""

import re
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adit import __version__
from adit.decision.comparison import Comparison
from adit.desk import words
from adit.desk.comparison_view import view_of

__all__ = ["environment", "page", "policy", "squeezed"]

_STATIC = Path(__file__).parent / "static"
_INDENT = re.compile(r"\n\s+")


def page(comparison: Comparison, *, made_on: date | None = None) -> str:
    """The whole page. `made_on` is printed as the day of making; without it none is printed."""
    css, js = _static("comparison.css"), _static("comparison.js")
    text: str = (
        environment()
        .get_template("comparison.html")
        .render(
            view=view_of(comparison),
            c=comparison,
            made_on=made_on,
            version=__version__,
            css=Markup(css),  # our own file
            js=Markup(js),  # our own file
            policy=policy(css, js),
        )
    )
    return squeezed(text)


def policy(css: str, js: str = "") -> str:
    """What the browser may do with the page: apply this style, run this script if there is one, and nothing else at all."""
    script = f"script-src {_hash(js)}; " if js else ""
    return f"default-src 'none'; style-src {_hash(css)}; {script}img-src data:; base-uri 'none'; form-action 'none'"


def squeezed(text: str) -> str:
    """The text without indentation and empty lines."""
    return _INDENT.sub("\n", text)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _static(name: str) -> str:
    return squeezed((_STATIC / name).read_text(encoding="utf-8"))


@cache
def environment() -> Environment:
    """The templates of the desk: what is put into them is escaped, and what is missing is an error."""
    made = Environment(
        loader=PackageLoader("adit.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update({name: getattr(words, name) for name in words.__all__ if name.islower()})
    made.globals["tones"] = words.TONES
    return made
