"""How right the figures are: the rows of data/validity.csv behind each page, and whether they are of this code."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.notebook import find_folder

HERE = Path(__file__).parent
PAGES = {  # page → topic → the module that was measured; all it imports and the lists it names belong to it
    "corpus": {"body": "corpus"},
    "frequency": {"frequency": "frequency"},
    "readability": {"sentences": "text", "syllables": "syllables", "readability": "formulas"},
    "actors": {"actors": "actors", "quotes": "quotes"},
    "tone": {"tone": "tone", "target tone": "target_tone"},
    "comparison": {"reprints": "reprints", "comparison": "compare"},
}
MODULES = {topic: module for topics in PAGES.values() for topic, module in topics.items()}
NUMBERS = ["n", "ours", "low", "high", "alternative_value"]
REMARKS = ["count", "elsewhere", "never"]  # units of rows that are no figure with an interval


@cache
def _imports(source):
    """The modules of this package that the text of a module imports, anywhere in it."""
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom)]
    own = [(n.module.split(".")[1:], n.names) for n in nodes if (n.module or "").split(".")[0] == "analysis"]
    return [name for inside, names in own for name in inside or [alias.name for alias in names]]


def hash_code(topic):
    """The hash of a topic's code: its module, the modules that this one imports, and the lists they name."""
    found, left = {}, [MODULES[topic]]
    lists = {file.stem: file for file in (HERE / "resources").glob("*.csv")}
    while left:
        name = left.pop()
        file = next((f for f in (HERE / f"{name}.py", HERE / name / "__init__.py") if f.is_file()), None)
        if file is not None and name not in found:
            found[name] = source = file.read_text(encoding="utf-8")
            left += _imports(source)
            found |= {n: lists[n].read_text(encoding="utf-8") for n in re.findall(r'"(\w+)"', source) if n in lists}
    text = "\n".join(f"{name}\n{found[name]}" for name in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_table():
    """One row per figure of data/validity.csv, as it is written there."""
    table = pd.read_csv(find_folder("data") / "validity.csv", dtype="str").fillna("")
    return table.assign(**table[NUMBERS].replace("", None).astype("float64"))


def read_validity():
    """The rows of `read_table`, with `stale`: empty, or why the figure is not of this code and set."""
    table = read_table()
    now = table["topic"].map({topic: hash_code(topic) for topic in MODULES})
    older = (table["code"] != "") & (table["code"] != now) & (table["stale"] == "")
    return table.assign(stale=table["stale"].mask(older, "measured on earlier code"))


def print_figure(value, unit):
    """A figure as it is shown: shares and F1 in percent, counts whole, all else with two decimals; undefined empty."""
    if pd.isna(value):
        return ""
    return f"{value:.1%}" if unit in ("share", "F1") else f"{value:,.0f}" if unit == "count" else f"{value:.2f}"


def print_row(row):
    """(our figure with its interval, the alternative's) of a row as they are shown; empty where there is none."""
    ours, low, high, other = (print_figure(v, row.unit) for v in (row.ours, row.low, row.high, row.alternative_value))
    return ours + (f" ({low} to {high})" if low else ""), f"{row.alternative}: {other}" if other else ""


def _read_page(page):
    table = read_validity()
    return table[table["topic"].isin(list(PAGES[page]))]


def list_checks(page):
    """One row per figure measured for `page` (of PAGES), as its box shows them, counts of errors aside."""
    table = _read_page(page)
    table = table[~table["unit"].isin(REMARKS)].reset_index(drop=True)
    ours, other = zip(*map(print_row, table.itertuples()), strict=True)
    return pd.DataFrame(
        {
            "measure": table["measure"] + " [" + table["unit"] + "]",
            "set": table["set"],
            "n": table["n"].astype("int64"),
            "ours": ours,
            "alternative": other,
            "better": table["better"],
            "measured": table["date"] + table["stale"].where(table["stale"] == "", " (" + table["stale"] + ")"),
        }
    )


def sum_up(page):
    """The sentence of a page's box: where an alternative does better, and what was never measured."""
    table = _read_page(page)
    worse = table[table["better"] == "alternative"]
    worse = worse["measure"] + " (" + worse["alternative"] + ")"
    never = table.loc[table["unit"] == "never", "measure"]
    told = ["Measured on texts annotated by people; the intervals are 95 %."]
    if len(worse):
        told.append(f"Another way does better at: {', '.join(worse)}.")
    told.append(f"Never measured: {'; '.join(never) or 'nothing that this page shows'}.")
    shown = table.loc[~table["unit"].isin(REMARKS), "stale"]
    if stale := int((shown != "").sum()):
        told.append(f"Not of this version's code and sets: {stale} of {len(shown)} figures, remarked at their dates.")
    return " ".join(told)
