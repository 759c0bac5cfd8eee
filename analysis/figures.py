"""Figures: a table in, a plotly figure out. Nothing is computed here but positions, labels and colours.

Every function takes the names of the columns to draw. A point's `customdata` is its evidence key: the values of
`key` (default: the labels drawn) joined by " · ", under which `notebook.show` lists the sentences behind it. Labels
and hover texts come from articles, so they are escaped: plotly reads a few HTML tags.
"""

import html

import numpy as np
import pandas as pd
import plotly.graph_objects as go

# Okabe and Ito's colours, told apart by colour-blind readers (yellow darkened so that it is seen on white), and four
# of Tol's muted ones for the few figures with more groups.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#A6761D", "#7A5195", "#666666")
PALETTE += ("#882255", "#88CCEE", "#DDAA33", "#117733")  # taken from the end on where no outlets are meant
NEUTRAL = "#5B7083"
DIVERGING = [[0, "#B2500F"], [0.5, "#F2F2EF"], [1, "#0B6199"]]
SHIFTS = {
    "more positive": "#0B6199",
    "less negative": "#6FA8CC",
    "more negative": "#B2500F",
    "less positive": "#E0A070",
}
SEQUENTIAL = [[0, "#F4F6F7"], [1, "#0B4F7D"]]
FAINT = "rgba(91,112,131,0.45)"  # of lines that join marks
MOST = 40  # labels of words, edges of a network

AXIS = {"automargin": True, "gridcolor": "#dde3e7", "zerolinecolor": "#8795a0", "ticks": ""}
LAYOUT = go.layout.Template(
    layout={
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 13, "color": "#1c2730"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "minreducedheight": 20,  # else a figure of one line has no room below for the title of its axis
        "colorway": PALETTE,
        "hoverlabel": {"align": "left", "bgcolor": "#ffffff", "font": {"color": "#1c2730"}, "bordercolor": "#9aa7b1"},
        "hovermode": "closest",
        "xaxis": AXIS,
        "yaxis": AXIS | {"ticklabelstandoff": 5},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "dragmode": False,
    }
)


def assign_colours(groups, palette=PALETTE):
    """A colour per group name, in the order of the names; beyond twelve groups one neutral colour for all."""
    names = sorted({str(g) for g in groups})
    return dict(zip(names, palette, strict=False)) if len(names) <= len(palette) else dict.fromkeys(names, NEUTRAL)


def print_number(value, column=""):
    """A number as readers see it: whole from 1,000 on, else three significant digits, never in powers of ten.

    In a `column` of tones, which run from -1 to 1, two decimals.
    """
    size = abs(value)
    if "tone" in str(column) and size <= 1:
        return f"{value:z.2f}"
    if isinstance(value, (int, np.integer)) or size >= 1000:
        return f"{value:,.0f}"
    digits = ".3g" if size >= 1 or size == 0 else ".2f" if size >= 0.1 else ".3f" if size >= 0.001 else ".5f"
    return format(value, digits)


def _minus(value, column=""):
    return print_number(value, column).replace("-", "−")


def name_column(column):
    """A column's name as readers see it: `n_words` is words, `source` is the outlet."""
    name = str(column).removeprefix("n_").replace("_", " ")
    return "outlet" if name == "source" else name


def shorten(label, width=36):
    """`label` escaped for plotly and cut at `width` characters with an ellipsis."""
    text = " ".join(str(label).split())
    return html.escape(text if len(text) <= width else text[: width - 1].rstrip() + "…", quote=False)


def join_key(table, key):
    """The evidence key of each row: its values of the columns `key`, joined."""
    first, *rest = (table[column].astype("str") for column in key)
    return first.str.cat(rest, sep=" · ")


def _hover(table, columns):
    """Hover text of each row: names as they are, other values as `column: value`; text is escaped."""

    def show(column, value):
        if isinstance(value, str):
            return html.escape(" ".join(value.split()), quote=False)
        printed = "undefined" if pd.isna(value) else value if isinstance(value, bool) else _minus(value, column)
        return f"{html.escape(name_column(column))}: {printed}"

    lines = [[show(c, v) for v in table[c].astype("object")] for c in columns]
    return ["<br>".join(row) for row in zip(*lines, strict=True)]


def is_empty(figure):
    """Whether no mark of `figure` has a value."""
    return not any(pd.notna(np.ravel(t.z if t.type == "heatmap" else t.x)).any() for t in figure.data)


def _finish(figure, *, height, x="", y="", legend=False, **layout):
    """Give the figure its look; `legend`: whether its traces are told apart by colour."""
    names = {trace.name for trace in figure.data if trace.name}
    legend = legend and len(names) <= len(PALETTE)  # else all have one colour
    if legend:  # it stands above the marks, in columns as wide as its longest name: room for all but its first line
        columns = max(1, 480 // (45 + 7 * max(map(len, names), default=0)))
        height += 20 * (-(-len(names) // columns) - 1)
    figure.update_layout(template=LAYOUT, height=height, showlegend=legend, xaxis_title=x, yaxis_title=y, **layout)
    return figure


def _series(table, label, colour, colours, shown, key):
    """(rows, colour, what its trace has) of each colour group, in order of appearance; of all rows without `colour`.

    The hover names the labels, then the columns `shown`. `colours` (name → colour, from `assign_colours` on the whole
    corpus) keeps an outlet's colour on every figure.
    """
    labels, groups, shades = [label], [("", table)], {"": PALETTE[0]}
    if colour is not None:
        if table[colour].isna().any():
            table = table.assign(**{colour: table[colour].astype("str").fillna("unknown")})
        labels, groups = [label, colour], table.groupby(colour, sort=False, observed=True)
        shades = colours or assign_colours(table[colour], PALETTE[::-1])  # not an outlet's colours where none is meant
    for name, rows in groups:
        trace = {"name": shorten(name), "hovertext": _hover(rows, [*labels, *shown]), "hoverinfo": "text"}
        yield rows, shades.get(str(name), NEUTRAL), trace | {"customdata": join_key(rows, key or labels)}


def _rows(labels, width=36):
    """Labels of an axis as they are drawn, in the order of an ordered category, else of appearance.

    Labels that shorten alike are numbered to stay apart.
    """
    ordered = isinstance(labels.dtype, pd.CategoricalDtype) and labels.cat.ordered
    drawn, seen = {}, {}
    for label in dict.fromkeys(map(str, labels.cat.categories if ordered else labels)):
        short = shorten(label, width)
        seen[short] = seen.get(short, 0) + 1
        drawn[label] = short if seen[short] == 1 else f"{short} ({seen[short]})"
    return drawn


def _order_lines(figure, drawn, **axis):
    """Put the labels `drawn` (see `_rows`) on the axis, from the top down, none left off."""
    order = list(drawn.values())[::-1]
    return figure.update_yaxes(categoryorder="array", categoryarray=order, dtick=1, **axis)


def _number_lines(figure, drawn):
    """Give each of the labels `drawn` (see `_rows`) a number on the axis, from the top down: its place by its name."""
    place = {name: i for i, name in enumerate(list(drawn)[::-1])}
    ticks = {"tickvals": list(place.values()), "ticktext": [drawn[name] for name in place]}
    figure.update_yaxes(range=[-0.6, len(drawn) - 0.4], zeroline=False, **ticks)
    return place


def plot_bars(table, value, label, *, colour=None, colours=None, hover=(), key=None, x=""):
    """Horizontal bars: one per row of `label`, of length `value`, stacked by `colour`."""
    drawn, figure = _rows(table[label]), go.Figure()
    for rows, shade, trace in _series(table, label, colour, colours, [value, *hover], key):
        lines = [drawn[str(v)] for v in rows[label]]
        figure.add_bar(x=rows[value], y=lines, orientation="h", marker_color=shade, **trace)
    height = 70 + 26 * len(drawn)
    _finish(figure, x=x, height=height, legend=colour is not None, barmode="stack", bargap=0.25)
    return _order_lines(figure, drawn, showgrid=False)


def plot_dots(
    table,
    value,
    label,
    *,
    low=None,
    high=None,
    colour=None,
    colours=None,
    hover=(),
    key=None,
    x="",
    zero=None,
    join=False,
):
    """A dot per row at `value`, in line `label`, with its interval `low` to `high`; `zero` places a reference line.

    `join` draws a line between the dots that share a label.
    """
    drawn, figure = _rows(table[label]), go.Figure()
    place = _number_lines(figure, drawn)
    if join:
        _join_dots(figure, table, value, label, place)
    series = list(_series(table, label, colour, colours, [value, *([low, high] if low else []), *hover], key))
    several = low is not None and colour is not None and table.groupby(label, observed=True)[colour].nunique().max() > 1
    spread = np.linspace(-1, 1, len(series)) * min(0.32, 0.09 * len(series)) * several  # bars would hide each other
    for (rows, shade, trace), shift in zip(series, spread, strict=True):
        if low:
            plus, minus = (rows[high] - rows[value]).fillna(0), (rows[value] - rows[low]).fillna(0)
            trace["error_x"] = {"array": plus, "arrayminus": minus, "thickness": 1.6, "width": 0, "color": shade}
        lines = [place[str(v)] - shift for v in rows[label]]
        figure.add_scatter(x=rows[value], y=lines, mode="markers", marker={"color": shade, "size": 10}, **trace)
    line = 20 + 10 * len(series) if several else 26
    _finish(figure, x=x, height=80 + line * len(drawn), legend=colour is not None)
    if zero is not None:
        figure.add_vline(x=zero, line={"color": "#8795a0", "width": 1, "dash": "dot"})
    return figure.update_yaxes(showgrid=False)


def _join_dots(figure, table, value, label, place):
    ends = table.groupby(table[label].astype("str"), sort=False)[value].agg(["min", "max"])
    across = [x for low, high in ends.itertuples(index=False) for x in (low, high, None)]
    along = [place[name] for name in ends.index for _ in range(3)]
    line = {"color": FAINT, "width": 3}
    figure.add_scatter(x=across, y=along, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def plot_heatmap(table, value, row, column, *, text=None, hover=(), key=None, diverging=False, bound=None, unit=""):
    """A cell per row of `table`; colour is `value` (blank where undefined), the printed text column `text`."""
    rows, columns = _rows(table[row]), _rows(table[column], 26)  # columns slant
    shape = len(rows), len(columns)
    z, shown = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    label, keys = np.full(shape, "no data", dtype=object), np.full(shape, "", dtype=object)
    at = tuple(pd.Index(list(d)).get_indexer(list(map(str, table[c]))) for d, c in ((rows, row), (columns, column)))
    z[at] = table[value].to_numpy(dtype=float, na_value=np.nan)
    label[at], keys[at] = _hover(table, [row, column, value, *hover]), join_key(table, key or [row, column])
    if text is not None:
        shown[at] = ["" if pd.isna(v) else _minus(v, text) for v in table[text]]
    limit = bound or (np.nanmax(np.abs(z)) if np.isfinite(z).any() else 1) or 1
    fits = 3 * shape[0] > len(unit)  # beside the scale
    figure = go.Figure(
        go.Heatmap(
            z=[[None if np.isnan(v) else v for v in line] for line in z],
            x=list(columns.values()),
            y=list(rows.values()),
            text=shown.tolist(),
            texttemplate="%{text}" if shape[1] <= 14 else None,
            hovertext=label.tolist(),
            hoverinfo="text",
            customdata=keys.tolist(),
            colorscale=DIVERGING if diverging else SEQUENTIAL,
            zmin=-limit if diverging else 0,
            zmax=limit,
            xgap=2,
            ygap=2,
            showscale=shape[0] > 2,  # else its numbers stand on top of each other
            colorbar={"thickness": 10, "outlinewidth": 0, "title": {"text": unit * fits, "side": "right"}},
        )
    )
    longest = max(map(len, columns.values()), default=0)
    slant = 0 if longest * shape[1] <= 75 else -35 if shape[1] <= 14 else -75
    _finish(figure, height=56 + 24 * shape[0] + longest * (0, 4, 7)[(slant < 0) + (slant < -35)])
    figure.update_xaxes(side="top", tickangle=slant, showgrid=False, dtick=1)
    return figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1)


def plot_strip(table, position, label, *, colour=None, hover=(), key=None):
    """A short vertical mark per row at `position` (0–1) in the line of `label`: where it falls in each article.

    Colours stand a little below each other, or one would hide another of the same sentence.
    """
    drawn, figure = _rows(table[label]), go.Figure()
    place, series = _number_lines(figure, drawn), list(_series(table, label, colour, None, hover, key))
    spread, size = (np.linspace(-0.3, 0.3, len(series)), 8) if len(series) > 1 else ([0] * len(series), 13)
    for (rows, shade, trace), shift in zip(series, spread, strict=True):
        marker = {"symbol": "line-ns", "size": size, "line": {"width": 2, "color": shade}, "color": shade}
        lines = [place[str(v)] - shift for v in rows[label]]
        figure.add_scatter(x=rows[position], y=lines, mode="markers", marker=marker, **trace)
    title = "place in the article (0 start, 1 end)"
    _finish(figure, x=title, height=90 + (23 + 3 * len(series)) * len(drawn), legend=colour is not None)
    return figure.update_xaxes(range=[-0.02, 1.02])


def plot_words(table, x, y, label, *, colour=None, colours=None, hover=(), key=None, x_title="", y_title=""):
    """Labelled points, e.g. words by frequency (log scale) and keyness; where labels would overlap the stronger stays.

    The table's order is the strength: labels are placed from its first row on, at most forty of them.
    """
    figure, places = go.Figure(), (np.log10(table[x]), table[y])
    table = table.assign(_shown=_choose_labels(*places, table[label].astype("str")), _rank=range(len(table)))
    for rows, shade, trace in _series(table, label, colour, colours, hover, key):
        figure.add_scatter(
            x=rows[x].tolist(),
            y=rows[y].tolist(),
            mode="markers+text",
            text=rows["_shown"],
            ids=rows["_rank"].astype("str"),  # the strength, by which a phone leaves more labels off
            textposition="top center",
            textfont={"size": 11},
            marker={"color": shade, "size": 6, "opacity": 0.75},
            **trace,
        )
    _finish(figure, x=x_title, y=y_title, height=520, legend=colour is not None)
    for axis, values in zip((figure.layout.xaxis, figure.layout.yaxis), places, strict=True):
        if len(table):  # room for the labels, and for a tick where all stand at one place
            room = max(0.07 * np.ptp(values) + 0.05, 0.3 - np.ptp(values) / 2)
            axis.range = [values.min() - room, values.max() + room]
    ticks = [m * 10**e for e in range(-3, 8) for m in (1, 2, 5)]
    return figure.update_xaxes(type="log", tickvals=ticks, ticktext=list(map(print_number, ticks)))


def _choose_labels(xs, ys, labels):
    """The labels as drawn, strongest first; empty where one would overlap an earlier one."""
    spans = [max(float(np.ptp(v)), 1e-9) if len(v) else 1 for v in (xs, ys)]
    placed, chosen = [], []
    for x, y, label in zip(xs / spans[0], ys / spans[1], labels, strict=True):
        width, height = 0.009 * len(label) + 0.02, 0.042
        free = all(abs(x - a) > (width + w) / 2 or abs(y - b) > height for a, b, w in placed)
        chosen.append(shorten(label) if free and len(placed) < MOST else "")
        if chosen[-1]:
            placed.append((x, y, width))
    return chosen


def plot_network(edges, source, target, weight, *, hover=()):
    """Nodes on a circle ordered by degree, an edge per row (the forty heaviest), as wide as its `weight`."""
    edges = edges.nlargest(MOST, weight, keep="first")
    names = pd.concat([edges[source], edges[target]]).astype("str").value_counts().index.tolist()
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(names)) / max(1, len(names))
    across, along = dict(zip(names, np.cos(angles), strict=True)), dict(zip(names, np.sin(angles), strict=True))
    figure, steps = go.Figure(), np.linspace(0, 1, 21)
    hovers, keys = _hover(edges, [source, target, weight, *hover]), join_key(edges, [source, target])
    ends = edges[[source, target]].astype("str").itertuples(index=False)
    widths = 1 + 5 * edges[weight] / edges[weight].max()
    for (one, other), width, text, key in zip(ends, widths, hovers, keys, strict=True):
        # a quadratic curve pulled towards the centre keeps edges apart
        x, y = (
            (1 - steps) ** 2 * f[one] + 0.5 * steps * (1 - steps) * (f[one] + f[other]) + steps**2 * f[other]
            for f in (across, along)
        )
        style, told = {"width": width, "color": FAINT}, {"hovertext": text, "hoverinfo": "text"}
        figure.add_scatter(x=x, y=y, mode="lines", line=style, customdata=[key] * len(steps), **told)
    figure.add_scatter(
        x=list(across.values()),
        y=list(along.values()),
        mode="markers+text",
        text=[shorten(n, 22) for n in names],
        textposition=[_stand_beside(across[n], along[n]) for n in names],
        marker={"size": 11, "color": PALETTE[0]},
        hovertext=[html.escape(n, quote=False) for n in names],
        hoverinfo="text",
    )
    _finish(figure, height=560)
    figure.update_xaxes(visible=False, range=[-1.75, 1.75])
    return figure.update_yaxes(visible=False, range=[-1.25, 1.25])


def _stand_beside(x, y):
    """Where the label of a node on the circle stands: outside of it."""
    beside = "right" if x > 0.1 else "left" if x < -0.1 else "center"
    return f"{'top' if y > 0.3 else 'bottom' if y < -0.3 else 'middle'} {beside}"
