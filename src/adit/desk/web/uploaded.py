"""The one file of a form, turned away before it is read where it is larger than a file may be. Not for keeping it: `uploads` does."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile

from adit.desk.web.pages import N_, office_of, words_of

__all__ = ["Uploaded"]

_AROUND_FILE = 100_000  # bytes of a form beside its file


async def _uploaded(request: Request) -> AsyncIterator[UploadFile | None]:
    length, most = request.headers.get("content-length", ""), office_of(request).settings.upload_bytes_max
    if not length.isdecimal():
        raise HTTPException(400, N_("The length of what was sent is not told."))
    if int(length) > most + _AROUND_FILE:
        raise HTTPException(413, words_of(request).gettext("A file may have {n} MB.", n=most // 1_000_000))
    sent = await request.form(max_files=1, max_fields=20)
    try:
        file = sent.get("file")
        yield file if isinstance(file, UploadFile) and file.filename else None
    finally:
        await sent.close()


Uploaded = Annotated[UploadFile | None, Depends(_uploaded)]
