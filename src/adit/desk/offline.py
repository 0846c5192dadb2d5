"""Pages of HTML that need nothing else: no network, no font, no file beside them. What all of them share is made here: environment, style, policy.

The text is a pure function of what is given; the caller writes it. `templates/offline.html` is their head.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adit import __version__
from adit.desk import words

__all__ = ["made", "policy", "static", "style"]

_STATIC = Path(__file__).parent / "static"
_INDENT = re.compile(r"\n\s+")


def made(template: str, css: str, language: str, *, js: str = "", version: str = __version__, **given: object) -> str:
    """The whole page. `version` is that of the Adit which found what the page tells; it may be older than this one."""
    text: str = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            version=version,
            css=Markup(css),  # our own file
            js=Markup(js),  # our own file
            policy=policy(css, js),
            **given,
        )
    )
    return _squeezed(text)


@cache
def style(*names: str) -> str:
    """The style that these files are together, one after the other."""
    return "".join(static(f"{name}.css") for name in names)


@cache
def static(name: str) -> str:
    """The text of a file of ours, squeezed as the page is: its hash stands in the policy."""
    return _squeezed((_STATIC / name).read_text(encoding="utf-8"))


def policy(css: str, js: str = "") -> str:
    """What the browser may do with the page: apply this style, run this script if there is one, and nothing else at all."""
    script = f"script-src {_hash(js)}; " if js else ""
    return f"default-src 'none'; style-src {_hash(css)}; {script}img-src data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _squeezed(text: str) -> str:
    """The text without indentation and empty lines."""
    return _INDENT.sub("\n", text)


@cache
def _environment() -> Environment:
    """The templates of the desk: what is put into them is escaped, and what is missing is an error."""
    environment = Environment(
        loader=PackageLoader("adit.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({name: getattr(words, name) for name in words.__all__ if name.islower()})
    environment.globals["tones"] = words.TONES
    return environment
