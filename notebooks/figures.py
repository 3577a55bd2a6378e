"""How the notebooks' pictures look: one colour and one marker a model, quiet axes, units on each."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import FuncFormatter, NullFormatter
from matplotlib_inline.config import InlineBackend

# Okabe & Ito (2008): told apart with any kind of colour vision, and in grey by the markers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "h")
GREY = "#5f5f5f"

plt.rcParams.update(
    {
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e4e4e4",
        "legend.frameon": False,
        # Names of models are text, whatever dollar signs they hold.
        "text.parse_math": False,
    }
)
# The layout makes room for everything; cropping the picture would draw it once more.
InlineBackend.instance().print_figure_kwargs = {"bbox_inches": None}


def looks(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """A colour and a marker for each name, the same in every picture."""
    return {
        name: {"color": COLOURS[place % len(COLOURS)], "marker": MARKERS[place % len(MARKERS)]}
        for place, name in enumerate(sorted(names))
    }


def panel(title: str, x: str, y: str, width: float = 8.5, height: float = 4.0) -> Axes:
    """An empty picture with its axes named."""
    axes = plt.subplots(figsize=(width, height))[1]
    axes.set(title=title, xlabel=x, ylabel=y)
    return axes


def panels(title: str, y: str, count: int) -> list[Axes]:
    """Small pictures of one scale, two a line."""
    rows = (count + 1) // 2
    figure, grid = plt.subplots(rows, 2, figsize=(9.5, 0.6 + 1.9 * rows), sharex=True, sharey=True, squeeze=False)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.supylabel(y, fontsize=10)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    return list(grid.flat[:count])


def legend(axes: Axes, title: str | None = None) -> None:
    """The legend, to the right of the picture."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title=title, alignment="left")


def _number(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:,.6g}"


def dollars(axis) -> None:
    """Marks an axis in plain dollars: $0.002, not 2e-3; on a logarithmic one at 1, 2 and 5."""
    logarithmic = axis.get_scale() == "log"
    if logarithmic:
        axis.get_major_locator().set_params(subs=(1.0, 2.0, 5.0))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"${_number(value)}"))


def seconds(axis) -> None:
    """Marks an axis of seconds."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{_number(value)} s"))


def days(axis) -> None:
    """Marks an axis of days: the year once, months by name."""
    locator = AutoDateLocator(minticks=3, maxticks=8)
    axis.set_major_locator(locator)
    formats = ["%Y", "%b", "%-d %b", "%H:%M", "%H:%M", "%S"]
    axis.set_major_formatter(
        ConciseDateFormatter(
            locator,
            formats=formats,
            zero_formats=["", "%Y", "%b", "%-d %b", "%H:%M", "%H:%M"],
            offset_formats=["", *["%Y"] * 5],
        )
    )


def percent(axis) -> None:
    """Marks an axis of shares in per cent."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{_number(round(100 * value, 6))} %"))
