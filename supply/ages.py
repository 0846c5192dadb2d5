"""Which locked packages were locked longer ago than the days that are promised; from the dates in git alone, so that it asks nobody.

    python -m supply.ages                 exit 1 where one is older than 90 days
    python -m supply.ages --days 30 --on 2027-01-01 requirements-desk.lock

A version is as old as the commit that put it into its lock. That a newer one exists it does not know: `make lock` finds out.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from supply.locks import ROOT, locked

__all__ = ["DAYS", "LOCKS", "ages", "main"]

DAYS = 90  # promised in docs/security.md
LOCKS = ("requirements.lock", "requirements-desk.lock")  # what is installed where an office runs


def ages(file: Path, on: date) -> list[tuple[int, str, str]]:
    """Days since each package of a lock was locked at its version, the oldest first: (days, name, version). Raises ValueError outside of git."""
    told = subprocess.run(
        ["git", "-C", str(file.parent), "blame", "--line-porcelain", "--", file.name],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise ValueError(f"git does not tell how old {file} is: {told.stderr.strip()}")
    days = [
        (on - datetime.fromtimestamp(int(seconds), UTC).date()).days
        for seconds in re.findall(r"^committer-time (\d+)$", told.stdout, re.MULTILINE)
    ]
    return sorted(((days[p.line - 1], p.name, p.version) for p in locked(file)), key=lambda a: (-a[0], a[1]))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where all are young enough, 1 where one is not, 2 where it cannot be told."""
    parser = argparse.ArgumentParser(prog="python -m supply.ages")
    parser.add_argument("locks", nargs="*", type=Path, default=[ROOT / name for name in LOCKS])
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--on", type=date.fromisoformat, default=datetime.now(UTC).date())
    asked = parser.parse_args(arguments)
    old = 0
    for file in asked.locks:
        try:
            found = ages(file.resolve(), asked.on)
        except (OSError, ValueError) as error:
            sys.stderr.write(f"{error}\n")
            return 2
        for days, name, version in found:
            if days > asked.days:
                sys.stdout.write(f"{file.name}: {name} {version} was locked {days} days ago\n")
                old += 1
        oldest = found[0][0] if found else 0
        sys.stderr.write(
            f"{file.name}: {len(found)} packages, the oldest was locked {oldest} days ago; promised are {asked.days}\n"
        )
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
