"""Metrics for a monitor: read with a token of an administrator."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from adit.desk.api.v1 import Reading
from adit.desk.web.hands import needs
from adit.desk.web.metrics import exposed
from adit.desk.web.pages import office_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")


@router.get(
    "/metrics",
    summary="Metrics, as Prometheus reads them",
    dependencies=[Depends(needs("run the office"))],
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def metrics(request: Request, who: Reading) -> Response:
    """Requests by route, how long they took, what waits, how far the journal has come."""
    assert who is not None
    return Response(exposed(office_of(request)), media_type="text/plain; version=1.0.0; charset=utf-8")
