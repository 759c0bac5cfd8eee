"""The editable word lists of this folder (CSV, `#` starts a comment line), read with the file and line in errors."""

import csv
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from analysis.typography import fold

FOLDER = Path(__file__).parent


def find_separator(text):
    """The mark that stands most often in the first line of a CSV text."""
    return max(",;\t", key=text.partition("\n")[0].count)


def read_list(source, *, required, unique=(), defaults=None):
    """One row per line of a commented CSV file (a path), of a shipped list (its bare name), or of a DataFrame.

    Columns are text; `required` must be there and filled, `defaults` fills the ones that are absent or empty, and no
    two rows share the same values of `unique`. Column `line` gives the line of the file (DataFrame: the row number).
    Raises ValueError with file and line.
    """
    shipped = isinstance(source, str) and "/" not in source and "." not in source
    options = tuple(required), tuple(unique), tuple((defaults or {}).items())
    if not (isinstance(source, (str, Path, pd.DataFrame)) or hasattr(source, "open")):
        raise ValueError(f"found {type(source).__name__}, not a list; give the path of a CSV file, or a table")
    return _read_shipped(source, *options).copy() if shipped else _read(source, *options)


@cache
def _read_shipped(name, *options):
    if not (FOLDER / f"{name}.csv").is_file():
        lists = ", ".join(sorted(file.stem for file in FOLDER.glob("*.csv")))
        raise FileNotFoundError(f"{name}: no list of that name; give a path that ends in .csv, or one of {lists}")
    return _read(FOLDER / f"{name}.csv", *options)


def _read(source, required, unique, defaults):
    if isinstance(source, pd.DataFrame):
        name, header, numbers = "table", list(map(str, source.columns)), list(range(1, len(source) + 1))
        rows = source.astype("str").fillna("").to_numpy().tolist()
    else:
        path = source if hasattr(source, "open") else Path(source)
        name = path.name
        try:
            with path.open(encoding="utf-8-sig", newline="") as handle:
                lines = [(n, line) for n, line in enumerate(handle, 1) if line.strip() and not line.startswith("#")]
            mark = find_separator(lines[0][1] if lines else "")
            header, *rows = list(csv.reader((line for _, line in lines), delimiter=mark)) or [[]]
        except FileNotFoundError:
            raise FileNotFoundError(f"{path}: no such file; check the path") from None
        except (UnicodeDecodeError, csv.Error) as error:  # neither names the file
            raise ValueError(f"{name}: {error}; save it as CSV in UTF-8") from None
        numbers = [n for n, _ in lines[1:]]
        if len(rows) != len(numbers):
            raise ValueError(f"{name}: a quoted field runs over several lines; keep each row on one line")
        for n, row in zip(numbers, rows, strict=True):
            if len(row) > len(header):
                raise ValueError(
                    f"{name}, line {n}: {len(row)} fields where the header has {len(header)}; quote the commas"
                )
    absent = [c for c in required if c not in header]
    if absent:
        raise ValueError(
            f"{name}, line 1: column {', '.join(absent)} is missing; found {', '.join(header) or 'nothing'}"
        )
    defaults, given = dict(defaults), dict(zip(header, zip_longest(*rows, fillvalue=""), strict=False))
    nothing = [""] * len(rows)  # column by column: lists of 20,000 rows are read at every start
    table = {
        c: [v.strip() or defaults.get(c, "") for v in given.get(c, nothing)]
        for c in dict.fromkeys([*header, *defaults])
    }
    for n, *row in zip(numbers, *(table[c] for c in required), strict=True):
        if "" in row:
            empty = [c for c, v in zip(required, row, strict=True) if not v]
            raise ValueError(f"{name}, line {n}: {', '.join(empty)} is empty")
    seen = {}
    for n, *key in zip(numbers, *(table[c] for c in unique), strict=True) if unique else ():
        if (first := seen.setdefault(tuple(key), n)) != n:
            raise ValueError(f"{name}, line {n}: {', '.join(key)} stands already on line {first}")
    return pd.DataFrame(
        {c: pd.array(v, dtype="str") for c, v in table.items()} | {"line": pd.Series(numbers, dtype="int64")}
    )


@cache
def word_set(name, column="word"):
    """The words of one column of a shipped list, as a frozenset."""
    return frozenset(read_list(name, required=(column,))[column])


def take_words(source):
    """The words of `source` as a set, folded: a list of words, a CSV path, a table with a column `word`."""
    if isinstance(source, (str, Path, pd.DataFrame)):
        source = read_list(source, required=("word",))["word"]
    return {fold(word).lower() for word in source}
