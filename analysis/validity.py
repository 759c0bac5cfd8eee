"""How right the figures are: the rows of data/validity.csv behind each page, and whether they are of this code."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
MODULES = {  # topic → the module that was measured; all it imports and the lists it names belong to it
    **{"body": "corpus", "sentences": "text", "syllables": "syllables", "readability": "formulas"},
    **{"frequency": "frequency", "actors": "actors", "quotes": "quotes", "tone": "tone"},
    **{"target tone": "target_tone", "reprints": "reprints", "comparison": "compare"},
}
PAGES = {"corpus": ["body"], "frequency": ["frequency"], "readability": ["sentences", "syllables", "readability"]}
PAGES |= {"actors": ["actors", "quotes"], "tone": ["tone", "target tone"], "comparison": ["reprints", "comparison"]}


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


def read_validity():
    """One row per figure of data/validity.csv, with `stale`: empty, or why the figure is not of this code and set."""
    file = next(f / "data" / "validity.csv" for f in (HERE, HERE.parent) if (f / "data" / "validity.csv").is_file())
    table = pd.read_csv(file, dtype="str").fillna("")
    numbers = ["n", "ours", "low", "high", "alternative_value"]
    table[numbers] = table[numbers].replace("", None).astype("float64")
    now = table["topic"].map({topic: hash_code(topic) for topic in MODULES})
    older = (table["code"] != "") & (table["code"] != now) & (table["stale"] == "")
    return table.assign(stale=table["stale"].mask(older, "measured on earlier code"))


def print_figure(value, unit):
    """A figure as it is shown: shares and F1 in percent, counts whole, all else with two decimals; undefined empty."""
    if pd.isna(value):
        return ""
    return f"{value:.1%}" if unit in ("share", "F1") else f"{value:,.0f}" if unit == "count" else f"{value:.2f}"


def list_checks(page):
    """One row per figure measured for `page` (of PAGES), as its box shows them, counts of errors aside."""
    table = read_validity()
    table = table[table["topic"].isin(PAGES[page]) & ~table["unit"].isin(["count", "never", "elsewhere"])]
    show = lambda column: [print_figure(v, u) for v, u in zip(table[column], table["unit"], strict=True)]  # noqa: E731
    low, high = show("low"), show("high")
    span = [f" ({a} to {b})" if a else "" for a, b in zip(low, high, strict=True)]
    other = zip(show("alternative_value"), table["alternative"], strict=True)
    return pd.DataFrame(
        {
            "measure": table["measure"] + " [" + table["unit"] + "]",
            "set": table["set"],
            "n": table["n"].astype("int64"),
            "ours": [a + b for a, b in zip(show("ours"), span, strict=True)],
            "alternative": [f"{name}: {value}" if value else "" for value, name in other],
            "better": table["better"],
            "measured": table["date"] + table["stale"].where(table["stale"] == "", " (" + table["stale"] + ")"),
        }
    ).reset_index(drop=True)


def sum_up(page):
    """The sentence of a page's box: where an alternative does better, and what was never measured."""
    table = read_validity()
    table = table[table["topic"].isin(PAGES[page])]
    worse = table.loc[table["better"] == "alternative", "measure"] + " (" + table["alternative"] + ")"
    never, stale = table.loc[table["unit"] == "never", "measure"], int((table["stale"] != "").sum())
    better = f"Another way does better at: {', '.join(worse.dropna())}. " if worse.notna().any() else ""
    return (
        f"Measured on texts annotated by people; the intervals are 95 %. {better}"
        f"Never measured: {'; '.join(never) or 'nothing that this page shows'}."
        + (
            f" {stale} of {len(table)} figures are not of this version's code and sets; their dates are shown."
            * bool(stale)
        )
    )
