"""Webhooks of one's own: which server is told of which new entries, and how that went."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.web.forms import Sent
from adit.desk.web.hands import Hand, Told
from adit.desk.web.pages import office_of, page, redirect, told
from adit.desk.webhooks import add_webhook, end_webhook, kinds_for
from adit.engines.database import named
from adit.terms.errors import AditError

__all__ = ["router"]

router = APIRouter(prefix="/webhooks", include_in_schema=False)


@router.get("")
def webhooks(request: Request, who: Told) -> Response:
    return _webhooks(request, who)


def _webhooks(request: Request, who: Hand, *, error: str = "", secret: str = "", url: str = "") -> Response:
    with office_of(request).reading() as connection:
        own = named(
            connection,
            "SELECT w.id, w.url, w.kinds, w.made_at, count(*) FILTER (WHERE d.state = 'done') AS done,"
            " count(*) FILTER (WHERE d.state = 'waiting') AS waiting, count(*) FILTER (WHERE d.state = 'given up') AS given_up,"
            " (SELECT last_error FROM desk.delivery l WHERE l.webhook = w.id AND last_error <> '' ORDER BY entry DESC LIMIT 1) AS last_error"
            " FROM desk.webhook w LEFT JOIN desk.delivery d ON d.webhook = w.id WHERE w.hand = %s AND w.ended_at IS NULL GROUP BY w.id ORDER BY w.made_at",
            [who.code],
        )
    return page(
        request,
        "account/webhooks.html",
        status=422 if error else 200,
        own=own,
        kinds=kinds_for(who.roles),
        error=error,
        secret=secret,
        url=url,
    )


@router.post("")
def add(request: Request, who: Told, sent: Sent) -> Response:
    try:
        _, secret = add_webhook(office_of(request), who.code, sent["url"], sent.all("kind"))
    except AditError as error:
        return _webhooks(request, who, error=told(request, error), url=sent["url"])
    return _webhooks(request, who, secret=secret)


@router.post("/{id_}/end")
def end(request: Request, who: Told, id_: str, sent: Sent) -> Response:
    assert sent is not None
    end_webhook(office_of(request), who.code, id_)
    return redirect("/webhooks", "Saved.")
