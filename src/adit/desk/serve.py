"""The application for a server that starts several processes: what to open stands in the environment."""

import os
from pathlib import Path

from fastapi import FastAPI

from adit.desk.app import create_app, set_up_logs
from adit.desk.demo import open_demo
from adit.desk.office import open_office, read_settings

__all__ = ["app"]


def app() -> FastAPI:
    """One process's application."""
    set_up_logs()
    folder = Path(os.environ["ADIT_SERVED_FOLDER"])
    office = (
        open_demo(folder, os.environ["ADIT_URL"])
        if os.environ.get("ADIT_SERVED_DEMO")
        else open_office(read_settings(folder))
    )
    return create_app(office, close_with_app=True, work=True)
