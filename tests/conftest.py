"""Tests read what is shipped: data that the person at this machine has refreshed are out of their sight."""

import os
from pathlib import Path

os.environ["ADIT_DATA"] = str(Path(__file__).parent / "nothing was refreshed here")
