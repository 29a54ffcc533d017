"""A figure (图) as the report shows it, and what all figures are drawn with: axes, colours, labels, SVG.

What belongs here: the look, the same for every subject. What a figure shows is the business of who draws it.
"""

from __future__ import annotations

import base64
import io
import textwrap
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

import matplotlib as mpl
import seaborn as sns
import typst
from matplotlib import font_manager
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from tuoyu.facts.wording import BOUND_WORDS
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import rounded_ends
from tuoyu.nouns.exhibit import SHARP
from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.glyphs import packaged_folder
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from tuoyu.nouns.fact import Fact

INCHES = 156 / 25.4  # width of the text block
# Told apart in grey print by lightness, from dark to light, and by every common kind of colour vision by hue.
BLUE, ORANGE, GREY, LIGHT = "#1f5a94", "#d9822b", "#b8b8b8", "#dbe6f1"
INK, FAINT, AMBER = "#222222", "#666666", "#8a4b08"  # text: plain, of what is not known, of what is pointed out
BESIDE: dict[str, Any] = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
UNDER: dict[str, Any] = {"xytext": (0, -7), "textcoords": "offset points", "ha": "center", "va": "top"}
OVER: dict[str, Any] = {
    "xytext": (0, 2),
    "textcoords": "offset points",
    "ha": "center",
    "va": "bottom",
    "annotation_clip": False,
}
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # keeps a number readable where a line runs behind
STROKES: tuple[dict[str, Any], ...] = (
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": AMBER, "linestyle": "--", "marker": "s"},
    {"color": FAINT, "linestyle": ":", "marker": "^"},
)
LONGEST = 14  # characters of a name on one line
NAME, NUMBER, UNIT = "名称", "数值", "单位"  # columns that the numbers of every figure have
LINE, FURNITURE = 4.6, 16  # mm: the height of a line of words, and what ticks and names of an axis take of a figure


@dataclass(frozen=True)
class Image:
    """A drawing twice: as SVG for our pages, as PNG (base64) for programs that show no SVG."""

    svg: str
    png: str


@dataclass(frozen=True)
class Chart:
    """图 — a finished drawing with its id, title, what it says in words (alt), note on sources, and its numbers.

    ``points`` are the numbers behind the drawing as a table (:func:`points_of`), for readers who want them as such.
    """

    id: str
    title: str
    alt: str
    note: str
    image: Image
    points: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Literal["figure"]:
        """A figure."""
        return "figure"

    @property
    def data(self) -> Mapping[str, str]:
        """The drawing, and a line of text for where no drawing can be shown."""
        return {"image/svg+xml": self.image.svg, "image/png": self.image.png, "text/plain": f"图：{self.title}"}

    @property
    def about(self) -> Mapping[str, Any]:
        """What pages need."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "alt": self.alt,
            "note": self.note,
            "data": dict(self.points),
        }


def points_of(named: Iterable[tuple[str, Fact]]) -> dict[str, Any]:
    """The numbers of a figure as a table: ``columns``, ``rows`` of texts, and the id of the fact of each row.

    The number is rounded as it is printed and stands alone, for programs; what else is to be known of it (a bound, the
    other end of a range, an interval) has a column where any of the numbers needs one.
    """
    known = list(named)
    cells: dict[str, list[str]] = {NAME: [name for name, _ in known]}
    ends = [[f"{end:f}" for end in rounded_ends(one)] for _, one in known]
    intervals = [[f"{round_half_up(end, 1):f}" for end in one.interval or ()] for _, one in known]
    cells["限定"] = [BOUND_WORDS[one.bound] for _, one in known]
    cells[NUMBER] = [own[0] for own in ends]
    cells["上端"] = ["".join(own[1:]) for own in ends]
    cells[UNIT] = [one.unit for _, one in known]
    cells["95%区间下限"] = ["".join(own[:1]) for own in intervals]
    cells["95%区间上限"] = ["".join(own[1:]) for own in intervals]
    cells["时点"] = [in_words(one.period) for _, one in known]
    columns = [title for title, column in cells.items() if title in {NAME, NUMBER, UNIT} or any(column)]
    rows = [list(row) for row in zip(*(cells[title] for title in columns), strict=True)]
    return {"columns": columns, "rows": rows, "facts": [one.id for _, one in known]}


def wrapped(name: str) -> str:
    """A name on as many lines as it takes; one of more than three is cut, and the table has it whole."""
    lines = textwrap.wrap(name, LONGEST) or [""]
    return "\n".join(lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][:-1]}…"])


def lying_bars(
    axes: Axes, named: Sequence[tuple[str, Fact]], colours: Sequence[str], labels: Sequence[str] | None = None
) -> None:
    """Lying bars from top to bottom, each with its number; one that is a bound ends in an arrow."""
    values = [float(one.value) for _, one in named]
    rows = range(len(named))
    axes.barh(rows, values, color=list(colours), edgecolor="#555555", linewidth=0.5, height=0.55)
    axes.set_yticks(rows, [wrapped(name) for name, _ in named])
    for position, (_, one) in enumerate(named):
        label = labels[position] if labels else printed(one)
        axes.annotate(label, (values[position], position), **BESIDE, bbox=CLEAR)
        bounded(axes, one, position)
    axes.set(xlim=(0, max(values) * 1.25 or 1), ylim=(-0.6, len(named) - 0.4))
    lying(axes)


def bounded(axes: Axes, fact: Fact, position: float) -> None:
    """An arrow behind the end of what is known as at least or at most so much, in the direction where it may lie."""
    if is_bound(fact):
        mark, way = (">", 1) if fact.bound in MORE else ("<", -1)
        aside = ScaledTranslation(way * 9 / 72, 0, axes.figure.dpi_scale_trans)
        look: dict[str, Any] = {"marker": mark, "color": INK, "markersize": 6, "clip_on": False, "zorder": 4}
        axes.plot([float(fact.value)], [position], **look, transform=axes.transData + aside)


def is_bound(fact: Fact) -> bool:
    """Whether no more is known than that it is at least or at most so much."""
    return fact.bound in MORE or fact.bound in LESS


def lying(axes: Axes) -> None:
    """First bar on top, and no lines along the bars."""
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def apart(axes: Axes, ends: Sequence[float], *, share: float = 1) -> list[float]:
    """Heights of labels that do not touch: each at its end, or as far from the others as it must be.

    The limits of the axes are set before; they take this ``share`` of the height of the figure.
    """
    low, high = axes.get_ylim()
    tall = axes.figure.bbox.height / axes.figure.dpi * 25.4 * share - FURNITURE
    least = (high - low) * LINE / tall
    order = sorted(range(len(ends)), key=lambda n: ends[n])
    upward, downward, placed = dict[int, float](), dict[int, float](), dict[int, float]()
    floor, ceiling = float("-inf"), float("inf")
    for n in order:
        upward[n] = floor = max(ends[n], floor + least)
    for n in reversed(order):
        downward[n] = ceiling = min(ends[n], ceiling - least)
    ceiling = high
    for n in reversed(order):
        placed[n] = min((upward[n] + downward[n]) / 2, ceiling)
        ceiling = placed[n] - least
    return [placed[n] for n in range(len(ends))]


def ends_named(axes: Axes, ends: Sequence[tuple[float, float, str, str]], *, gap: float, share: float = 1) -> None:
    """Words beside the ends of lines (x, y, words, colour), each led to by a thin line where it had to move away."""
    heights = apart(axes, [y for _, y, _, _ in ends], share=share)
    for (x, y, words, colour), height in zip(ends, heights, strict=True):
        lead = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 1, "shrinkB": 3}
        axes.annotate(
            words, (x, y), (x + gap, height), va="center", color=colour, annotation_clip=False, arrowprops=lead
        )


def whiskers(axes: Axes, position: float, one: Fact, colour: str) -> None:
    """A share as a dot with its 95 % interval as a line."""
    low, high = one.interval or (one.value, one.value)
    axes.plot([float(low), float(high)], [position, position], color=FAINT, linewidth=1.4, zorder=2)
    axes.plot([float(one.value)], [position], marker="o", color=colour, markersize=6, zorder=3)
    axes.annotate(printed(one), (float(high), position), **BESIDE, bbox=CLEAR)


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(packaged_folder() / "NotoSansSC-Regular.otf")


@contextmanager
def drawing(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Axes as wide as the text block and ``height`` mm high, in the report's style and no user's."""
    with panels(height, 1) as (figure, [axes]):
        yield figure, axes


@contextmanager
def panels(height: float, count: int) -> Iterator[tuple[Figure, list[Axes]]]:
    """The same with so many axes one above the other, which share the axis along the bottom."""
    _register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        sns.set_theme(style="whitegrid")
        style.use(Path(str(files("tuoyu.text"))) / "tuoyu.mplstyle")
        figure = Figure(figsize=(INCHES, height / 25.4), layout="constrained")
        yield figure, list(figure.subplots(count, sharex=True, squeeze=False)[:, 0])


def drawn(figure: Figure) -> Image:
    """The figure as an image that is the same for the same figure; a missing glyph is an error."""
    svg = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Image(svg.getvalue(), base64.b64encode(_picture(svg.getvalue())).decode())


def _picture(svg: str) -> bytes:
    """The drawing as PNG; from the SVG, for matplotlib would lay it out and draw it all over again."""
    page = b"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg))"
    made = typst.compile(page, font_paths=_packaged_fonts(), format="png", ppi=SHARP, sys_inputs={"svg": svg})
    return bytes(made)


@cache
def _packaged_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(packaged_folder())])
