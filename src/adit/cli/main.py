"""The command `adit`: puts the commands together, turns our errors into exit code 2.

Commands import what they need when they run, so that `adit --help` and `adit decide` start at once.
"""

import sys
import traceback

import click

from adit import __version__
from adit.cli.assess import assess
from adit.cli.audit import audit
from adit.cli.chain import chain
from adit.cli.compare import compare
from adit.cli.data import data
from adit.cli.decide import decide
from adit.cli.desk import desk, register
from adit.cli.explain import explain
from adit.cli.grid import grid
from adit.cli.lab import lab
from adit.cli.law import law
from adit.cli.meters import meters
from adit.cli.screen import screen
from adit.cli.settlement import settlement
from adit.cli.site import site
from adit.cli.trace import trace
from adit.terms.errors import AditError

__all__ = ["adit", "run"]

_INTERRUPTED, _NOBODY_READ = 130, 141  # 128 and the number of the signal, as shells have it


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="adit", message="%(prog)s %(version)s")
def adit() -> None:
    """Mining regulation as dated, cited rules: tried before it is law, deciding cases afterwards, with the reasons.

    Exit codes: 0 done, 1 done with findings, 2 could not; 130 interrupted, 141 nobody read on.

    \b
    Shell completion: eval "$(_ADIT_COMPLETE=bash_source adit)"   (or zsh_source, fish_source)
    """


for command in (
    compare,
    decide,
    explain,
    assess,
    audit,
    law,
    desk,
    register,
    chain,
    data,
    meters,
    grid,
    site,
    trace,
    lab,
    settlement,
    screen,
):
    adit.add_command(command)


def run() -> None:
    """What the installed command calls."""
    try:
        code = adit(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:  # Ctrl-C: neither done nor with findings
        click.echo("Interrupted.", err=True)
        sys.exit(_INTERRUPTED)
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # click ends so when its reader has gone
            sys.exit(_NOBODY_READ)
        raise
    except AditError as error:
        where = click.style(f"{error.where}: ", bold=True) if error.where else ""
        click.echo(f"{click.style('error', fg='red')} {where}{error.what}", err=True)
        if error.todo:
            click.echo(f"      {error.todo}", err=True)
        sys.exit(2)
    except OSError as error:  # a folder that cannot be written, a full disk: the world, not a mistake of ours
        place = f": {error.filename}" if error.filename else ""
        click.echo(f"{click.style('error', fg='red')} {error.strerror or error}{place}", err=True)
        click.echo("      Give another path, or make room there.", err=True)
        sys.exit(2)
    except Exception:  # a mistake of ours: told whole, and never as "done, with findings"
        traceback.print_exc()
        click.echo("This is a mistake of Adit, not of yours. Please report it with the lines above.", err=True)
        sys.exit(2)
