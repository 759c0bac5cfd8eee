"""The editable word lists of this folder (CSV, `#` starts a comment line), read with the file and line in errors."""

import csv
from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent


def read_list(source, *, required, unique=(), defaults=None):
    """One row per line of a commented CSV file (a path), of a shipped list (its bare name), or of a DataFrame.

    Columns are text; `required` must be there and filled, `defaults` fills the ones that are absent or empty, and no
    two rows share the same values of `unique`. Column `line` gives the line of the file (DataFrame: the row number).
    Raises ValueError with file and line.
    """
    if isinstance(source, pd.DataFrame):
        name, rows = "table", [(i + 1, r) for i, r in enumerate(source.astype("str").to_dict("records"))]
        header = list(map(str, source.columns))
    else:
        path = (
            FOLDER / f"{source}.csv"
            if isinstance(source, str) and "/" not in source and "." not in source
            else Path(source)
        )
        name = path.name
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = [(n, line) for n, line in enumerate(handle, 1) if line.strip() and not line.startswith("#")]
        parsed = list(csv.reader(line for _, line in lines))
        header = parsed[0] if parsed else []
        if len(parsed) != len(lines):
            raise ValueError(f"{name}: a quoted field runs over several lines; keep each row on one line")
        for (n, _), row in zip(lines[1:], parsed[1:], strict=True):
            if len(row) > len(header):
                raise ValueError(
                    f"{name}, line {n}: {len(row)} fields where the header has {len(header)}; quote the commas"
                )
        rows = [(n, dict(zip(header, row, strict=False))) for (n, _), row in zip(lines[1:], parsed[1:], strict=True)]
    absent = [c for c in required if c not in header]
    if absent:
        raise ValueError(
            f"{name}, line 1: column {', '.join(absent)} is missing; found {', '.join(header) or 'nothing'}"
        )
    defaults, seen, out = defaults or {}, {}, []
    for n, row in rows:
        row = {
            c: "" if (v := row.get(c)) is None or v == "nan" else v.strip()
            for c in {**dict.fromkeys(header), **defaults}
        }
        row |= {c: d for c, d in defaults.items() if not row[c]}
        if empty := [c for c in required if not row[c]]:
            raise ValueError(f"{name}, line {n}: {', '.join(empty)} is empty")
        key = tuple(row[c] for c in unique)
        if unique and key in seen:
            raise ValueError(f"{name}, line {n}: {', '.join(key)} stands already on line {seen[key]}")
        seen[key] = n
        out.append(row | {"line": n})
    columns = [*dict.fromkeys([*header, *defaults]), "line"]
    return pd.DataFrame(out, columns=columns).astype(dict.fromkeys(columns[:-1], "str"))


@cache
def word_set(name, column="word"):
    """The words of one column of a shipped list, as a frozenset."""
    return frozenset(read_list(name, required=(column,))[column])
