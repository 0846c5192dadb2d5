"""The audit as pages of HTML that need nothing else: one for the inspector of a site, one for a register. No network, no script.

The text is a pure function of the answer; the caller writes it.
"""

from typing import Any

from adit.audit.answer import Answer, places
from adit.audit.telling import amount, btc, phrase, probability
from adit.desk.audit_view import WIDTH, grid, site_view
from adit.desk.offline import made, style
from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.fees import FILE
from adit.evidence.sources.tables import digest

__all__ = ["CARDS", "register_page", "site_page"]

CARDS = 40  # sites of a register that are told on its page
_EPOCHS = "network/btc_retarget_epochs.csv"


def site_page(answer: Answer, site: int, month: int, language: str) -> str:
    """The inspector's page of one site and month."""
    return _page("audit_site.html", answer, language, view=site_view(answer, site, month, language))


def register_page(answer: Answer, language: str) -> str:
    """The findings of a register: a grid of sites and months, and the first of them in full."""
    found = places(answer, every=False)
    worst: dict[int, int] = {}
    for site, month in found:
        worst.setdefault(site, month)  # they come in the order of how unlikely they are
    cards = [site_view(answer, *at, language) for at in list(worst.items())[:CARDS]]
    return _page(
        "audit_register.html",
        answer,
        language,
        rows=grid(answer, language),
        found=len(found),
        sites=len(worst),
        first=int(answer.audited.discovered.sum()),
        untested=int((~answer.audited.testable_under).sum()),
        shown={view.anchor for view in cards},
        cards=cards,
        more=max(len(worst) - CARDS, 0),
    )


def _page(template: str, answer: Answer, language: str, **more: Any) -> str:

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    return made(
        template,
        style("decision", "audit"),
        language,
        answer=answer,
        say=say,
        btc=lambda sat: btc(sat, language),
        probability=lambda p: probability(p, language),
        width=WIDTH,
        figure=lambda value, unit: amount(value, unit, language),
        files=[(name, path, f"sha256 {digest(path)[:16]}") for name, path in answer.asked.files.items()],
        vintages={name: dataset(name).vintage for name in (_EPOCHS, FILE)},
        given=_given(answer),
        **more,
    )


def _given(answer: Answer) -> str:
    """The options for files that do not lie beside the table of sites."""
    files = answer.asked.files
    return "".join(f" --{name} {path}" for name, path in files.items() if path.parent != files["sites"].parent)
