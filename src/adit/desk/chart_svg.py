"""Charts as whole SVG pictures in fixed light colours, for paper: what the page's style does with classes stands in the picture here."""

from collections.abc import Iterable, Sequence
from html import escape

from adit.desk.chart_rows import Flow, Interval
from adit.desk.charts import HIGH, WIDE, Plot

__all__ = ["KEYS", "flow_svg", "interval_svg", "map_svg", "plot_svg"]

_RIGHT, _TOP = 24.0, 14.0
_LETTERS, _SMALL_LETTERS = 21, 38  # of a chart as wide as the page, and of one half as wide
_DASH = ' stroke-dasharray="12 8"'
_SHARES = ("#1f6aa5", "#a8430f", "#5b8f4e", "#8662a8", "#b98a1d", "#2f8f96", "#b14f78", "#a9adb2")
_MAP = ("#fcfbf8", "#f6e2d3", "#eab994", "#d88a54", "#bf5c22", "#8c3208")
_FLOWS = {
    "f-shut": "#a9adb2", "f-moved": "#1f6aa5", "f-hidden": "#a8430f", "f-household": "#b98a1d", "f-sold": "#8662a8", "f-confiscated": "#b14f78",
    "f-legalised": "#5b8f4e",
}  # fmt: skip
_INTERVALS = {"gain": "#2c7a4b", "loss": "#a8430f", "either": "#8b9199"}

# tone -> its attributes; the same as in static/lab.css on light paper
_TONES = {
    "wide": 'fill="#dbe7f2"',
    "half": 'fill="#b3cfe7"',
    "wide2": 'fill="#f3dfd2" fill-opacity="0.75"',
    "middle": 'fill="none" stroke="#1f6aa5" stroke-width="4"',
    "middle2": 'fill="none" stroke="#a8430f" stroke-width="4"',
    "price": 'fill="none" stroke="#a8430f" stroke-width="3.5"',
    "base": f'fill="none" stroke="#6d737b" stroke-width="3.5"{_DASH}',
    "seen": 'fill="none" stroke="#1a1b1d" stroke-width="9" stroke-linecap="round"',
    "knot": 'fill="none" stroke="#1f6aa5" stroke-width="14" stroke-linecap="round"',
    **{f"s{k}": f'fill="{colour}"' for k, colour in enumerate(_SHARES)},
}

# tone -> (colour, how it is shown beside its words: area, line, dashed, dot)
KEYS: dict[str, tuple[str, str]] = {
    "wide": ("#dbe7f2", "area"), "half": ("#b3cfe7", "area"), "wide2": ("#f3dfd2", "area"), "middle": ("#1f6aa5", "line"),
    "middle2": ("#a8430f", "line"), "price": ("#a8430f", "line"), "base": ("#6d737b", "dashed"), "seen": ("#1a1b1d", "dot"),
    **{f"s{k}": (colour, "area") for k, colour in enumerate(_SHARES)}, **{f"h{k}": (colour, "area") for k, colour in enumerate(_MAP)},
}  # fmt: skip


def plot_svg(plot: Plot, *, small: bool = False) -> str:
    """A chart with its ticks and their labels; title, key and note are text beside it. `small`: two stand side by side."""
    size = _SMALL_LETTERS if small else _LETTERS
    font = f'font-family="Libertinus Serif" font-size="{size}" fill="#55585e"'
    left = 0.55 * size * max((len(t.label) for t in plot.y), default=0) + 20
    wide, high = left + WIDE + _RIGHT, _TOP + HIGH + 2 * size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}"><g transform="translate({left:g} {_TOP:g})">'
    ]
    parts += [
        f'<path d="M0 {t.at:g}H{WIDE:g}" stroke="#dcd8cf" stroke-width="1.5" fill="none"/>'
        f'<text x="-12" y="{t.at + size / 3:g}" text-anchor="end" {font}>{escape(t.label)}</text>'
        for t in plot.y
    ]
    parts += [f'<path d="{layer.path}" {_TONES[layer.tone]}/>' for layer in plot.layers if layer.path]
    parts += [
        f'<text x="{t.at:g}" y="{HIGH + 1.4 * size:g}" text-anchor="{_anchor(t.at)}" {font}>{escape(t.label)}</text>'
        for t in plot.x
    ]
    return "".join([*parts, "</g></svg>"])


def _anchor(at: float) -> str:
    return "start" if at < 0.03 * WIDE else "end" if at > 0.97 * WIDE else "middle"


def interval_svg(row: Interval) -> str:
    """The bar of a row, its middle and zero."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 70">'
        f'<path d="M{row.zero:g} 0V70" stroke="#b9b4a8" stroke-width="3"/>'
        f'<rect x="{row.start:g}" y="14" width="{row.width:g}" height="42" fill="{_INTERVALS[row.tone]}"/>'
        f'<path d="M{row.middle:g} 4V66" stroke="#1a1b1d" stroke-width="7"/></svg>'
    )


def flow_svg(rows: Sequence[Flow]) -> str:
    """Flows from the source at the left to an equal row for each at the right."""
    drawn = "".join(f'<path d="{f.path}" fill="{_FLOWS[f.tone]}" fill-opacity="0.85"/>' for f in rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" preserveAspectRatio="none">{drawn}</svg>'


def map_svg(places: Iterable[tuple[str, str]], size: tuple[float, float]) -> str:
    """Regions as (tone, path)."""
    tones = {f"h{k}": colour for k, colour in enumerate(_MAP)} | {"unknown": "#e4e1d9"}
    drawn = "".join(
        f'<path d="{path}" fill="{tones[tone]}" fill-rule="evenodd" stroke="#b9b4a8" stroke-width="0.6"/>'
        for tone, path in places
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}">{drawn}</svg>'
