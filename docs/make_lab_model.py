"""Writes the table of symbols into docs/lab-model.md, from the file that the model reads."""

from pathlib import Path

from adit.lab.model.parameters import Parameters
from adit.lab.model.store import read_parameters

PAGE = Path(__file__).parent / "lab-model.md"
BEGIN = "<!-- made by docs/make_lab_model.py from src/adit/lab/model/parameters.toml -->\n"
END = "<!-- end -->"


def table(parameters: Parameters) -> str:
    """One row a symbol: name, meaning, unit, prior, source, and what others fitted."""
    rows = [
        "| symbol | name | meaning | unit | prior | source | fitted elsewhere, not used |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for p in parameters.each:
        low, mode, high = (f"{figure:g}" for figure in (p.prior.low, p.prior.mode, p.prior.high))
        prior = {
            "fixed": low,
            "uniform": f"{low} to {high}, even",
            "triangular": f"{low} to {high}, most likely {mode}",
        }[p.prior.kind]
        rows.append(f"| {p.symbol} | `{p.name}` | {p.meaning} | {p.unit} | {prior} | {p.source} | {p.fitted} |")
    return "\n".join(rows) + "\n"


def page(text: str, parameters: Parameters) -> str:
    """The page with the table of today."""
    head, rest = text.split(BEGIN)
    return head + BEGIN + table(parameters) + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), read_parameters()), encoding="utf-8")
