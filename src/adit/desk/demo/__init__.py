"""A demonstration: an office with invented people, as it stands on the morning of 1 April 2025, when a ban is six days away.

The law is the real one; the people, their numbers (their INN begins with 00, which no region has) and what they did are invented. Time goes on
from that morning. What happens here is entered like anything else, so that every page has something to show.
"""

from adit.desk.demo.builder import PASSWORD, SECRET
from adit.desk.demo.clock import MORNING, Moving
from adit.desk.demo.opening import open_demo
from adit.desk.demo.story import build

__all__ = ["MORNING", "PASSWORD", "SECRET", "Moving", "build", "open_demo"]
