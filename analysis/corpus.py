"""From a folder of articles, or a table of them, to the documents table; nothing is lost silently."""

import codecs
import gzip
import hashlib
import io
import json
import os
import re
import unicodedata
import warnings
import zlib
from contextlib import contextmanager, nullcontext
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import schema
from analysis.body import split_paragraphs
from analysis.resources import find_separator

TEXTS, PAGES, TABLES = (".txt", ".md"), (".html", ".htm"), (".csv", ".jsonl", ".parquet")
LISTS = ("documents.csv", "actors.csv")  # of a folder, which are no articles
DESCRIPTIONS = ["outlet", "author", "date", "title", "url"]
LIKELY = {  # what others name these columns
    "outlet": "publi(cation|sher)$|paper$|(^|[ _-])(source|media)$|^outlet[ _-]?name$",
    "date": "(^|[ _-])date|^pub(lished|date)",
    "title": "headline$",
    "author": "byline$|^author[ _-]?name$",
    "url": "(^|[ _-])link$",
}
FINDINGS = ["file", "problem", "detail", "fix"]
BOMS = {  # UTF-32 first: its little-endian mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Runs and places of letters that Windows-1252 text does not have, but Cyrillic, Mac or DOS bytes read as it do.
UNLIKE_WESTERN = re.compile("\ufffd|[À-ÿ]{3}|[a-z][À-ÞŠŒŽ]|[a-z][‚ƒ„†‡ˆ‰‹¡¢¤][a-z]")
# What pandas, pyarrow and gzip raise at a broken table; none of them names the file.
BROKEN = (ValueError, TypeError, NotImplementedError, OSError, EOFError, zlib.error)
NO_GUESS = {"extensive_search": False, "original_date": True, "max_date": "2199-12-31"}  # a page's date: as it says
YEAR = r"(?:^|[^0-9])(?:1[5-9]|2[01])[0-9]{2}(?:[^0-9]|$)|^(?:1[5-9]|2[01])[0-9]{6}$|^[0-9]+[./-][0-9]+[./-][0-9]{2}$"
# The time of day behind a day, in whatever zone: the day counts where it was printed.
TIME = r"(?i)(?:T|[\s,]+(?:at )?)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9.]+)?(?:\s*[ap]\.?m\.?)?"
TIME += r"\s*(?:[a-z]{1,5}|[+-][0-9:]{4,6})?$"
DAY_MONTH = re.compile(r"^([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4}|[0-9]{2})(?![0-9])")  # or month and day
NO_DAY = r"^[0-9]{4}(?:[./-][0-9]{1,2})?$|^[A-Za-z]{3,9}\.?,? [0-9]{4}$"
TWO_YEARS = "^[0-9]{2}-(?:0[0-9]|1[0-2])-(?:[0-2][0-9]|3[01])$"  # 24-05-03 may begin or end with the year
LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
WANTED = "give a folder of .txt, .md or .html files, or one .csv, .jsonl or .parquet file with a column 'text'"


def load_documents(path, metadata=None):
    """One row per article of a folder (.txt, .md, .html) or of a .csv, .jsonl or .parquet file with a `text` column.

    Columns of `documents` in the schema, without the counts. `metadata` (a table or CSV path; default: the folder's
    `documents.csv`) describes articles by `file` or `doc_id`: outlet, author, date, title, url. What it leaves open:
    outlet is the sub-folder (of a page in none: its site's name), title the first headline-like line, else NaN. Of a
    list with 25/04/2024 and 03/04/2024 the second is April 3rd too; without the first it is March 4th, and told. Warns
    of files that were not read. Raises FileNotFoundError or ValueError naming the file and the fix when nothing can be
    read, or when two articles have one doc_id.
    """
    documents, findings = read_documents(path, metadata)
    if len(findings):
        first = findings.iloc[0]
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        warnings.warn(
            f"{first['file']}: {first['problem']}{more}; see `parallax audit {path}`", UserWarning, stacklevel=2
        )
    return documents


def read_documents(path, metadata=None):
    """The documents, and one row per thing a reader must know of the reading: `file, problem, detail, fix`.

    The documents carry these rows along, in `attrs["findings"]`.
    """
    findings = []
    documents = pd.concat(list(iter_documents(path, metadata, batch_mb=16, findings=findings)), ignore_index=True)
    one = pa.table({"text": documents["text"]}).combine_chunks()["text"]  # one buffer, which others then need not make
    documents["text"] = pd.array(one, dtype="str")
    findings = pd.DataFrame(findings, columns=FINDINGS, dtype="str")
    documents.attrs["findings"] = findings.to_json(orient="values")  # a text, which pandas need not copy
    return documents, findings


def iter_documents(path, metadata=None, *, batch_mb=64, findings=None):
    """Documents tables of about `batch_mb` megabytes of text, in a stable order, for a corpus larger than memory.

    `findings` is a list that receives (file, problem, detail, fix) of what was skipped or is doubtful.
    """
    source, findings, seen, n_read = _check_source(path), [] if findings is None else findings, set(), 0
    if metadata is None and source.is_dir() and (source / "documents.csv").is_file():
        metadata = source / "documents.csv"
    table = None if metadata is None else _read_metadata(metadata, findings)
    by_id, files, twins = table is not None and table.attrs["key"] == "doc_id", [], None
    if is_table := _suffix(source.name) in TABLES and source.is_file():
        batches = _read_table(source, batch_mb, findings)
    else:
        root, files = source.parent, [source.name]
        if source.is_dir():
            root, files = source, sorted(sorted(list_files(source, findings)), key=_show)
        if not files:
            tables = sorted(f for f in source.iterdir() if _suffix(f.name) in TABLES and f.name not in LISTS)
            hint = f"to read the table in it, give {tables[0]}" if tables else WANTED
            raise ValueError(f"{path}: no .txt, .md or .html file in it; {hint}")
        if table is not None:
            _compare_listing(table, {_stem(file) if by_id else file: file for file in map(_show, files)}, findings)
        batches = _read_files(root, files, batch_mb, findings)
        twins = _find_twins(files)
    for batch in batches:
        batch = _drop_blank(batch, findings)
        for doc_id in batch["doc_id"] if twins is None else filter(twins.__contains__, batch["doc_id"]):
            if doc_id in seen:  # of millions of files only those that may have one are remembered
                places = [file for file in map(_show, files) if _stem(file) == doc_id] or [source.name] * 2
                raise ValueError(f"{path}: two articles have the doc_id {doc_id!r} ({', '.join(places)}); rename one")
            seen.add(doc_id)
        n_read += len(batch)
        if len(batch):
            batch = _describe(batch, table, findings)
            yield schema.conform(batch, "documents", missing=("n_paragraphs", "n_sentences", "n_words"))
    if is_table and table is not None:
        name = _show(source.name)
        _compare_listing(table, dict.fromkeys(seen if by_id else [name], name), findings)
    if not n_read:
        file, problem, detail, fix = findings[0] if findings else (path, "no rows", "the table is empty", WANTED)
        raise ValueError(f"{path}: no article could be read; {file}: {problem} ({detail}); {fix}")


def _find_twins(files):
    """The doc_ids that two files may have; of millions of files only a number each is kept, not another name."""
    numbers = np.fromiter((hash(_stem(_show(file))) for file in files), "int64", len(files))
    numbers.sort()
    twice = set(numbers[1:][numbers[1:] == numbers[:-1]].tolist())
    return {doc_id for doc_id in (_stem(_show(file)) for file in files if twice) if hash(doc_id) in twice}


def _check_source(path):
    """The folder or file at `path`; an error when it is not there, closed, or of another format."""
    source = as_path(path)
    if source.is_dir():
        if isinstance(source, Path) and not os.access(source, os.R_OK | os.X_OK):
            raise ValueError(f"{path}: the folder cannot be read; check its permissions")
    elif not source.exists():
        raise FileNotFoundError(f"{path}: no such file or folder; {WANTED}")
    elif not source.is_file() or _suffix(source.name) not in TEXTS + PAGES + TABLES:
        raise ValueError(f"{path}: not a format that can be read; {WANTED}")
    return source


def _drop_blank(batch, findings):
    blank = batch["text"].isna() | ~batch["text"].str.contains(r"\S", regex=True, na=False)
    for file, doc_id in batch.loc[blank, ["file", "doc_id"]].itertuples(index=False):
        findings.append((file, "empty article", f"{doc_id} has no text", "give it plain text or remove it"))
    return batch[~blank].reset_index(drop=True)


def decode(raw):
    """The text of `raw` in NFC with line feeds only, and the name of its encoding; (None, why) when it is not text.

    Byte order marks decide, then valid UTF-8, then a guess; `utf-8 (damaged)` has U+FFFD where bytes were invalid.
    """
    encoding = next((name for bom, name in BOMS.items() if raw.startswith(bom)), None)
    if encoding is None and b"\0" in raw[:4096]:
        even, odd = raw[:4096:2].count(0), raw[1:4096:2].count(0)
        encoding = "utf-16-le" if odd > 20 * even + 2 else "utf-16-be" if even > 20 * odd + 2 else None
    if encoding is None and b"\0" in raw:
        return None, "NUL bytes: not a text file"
    try:
        text, encoding = raw.decode(encoding or "utf-8"), encoding or ("ascii" if raw.isascii() else "utf-8")
    except UnicodeDecodeError:
        text, encoding = _guess(raw, encoding)
    if "\0" in text:
        return None, "NUL bytes: not a text file"
    return _tidy(text), encoding


def _guess(raw, encoding):
    """The text of bytes that are not valid in `encoding` (UTF-8 when None), and what they were read as."""
    text = raw.decode(encoding or "utf-8", "replace")
    if encoding or sum(c > "\x7f" for c in text) > 2 * text.count("\ufffd"):
        return text, f"{encoding or 'utf-8'} (damaged)"
    western = raw.decode("cp1252", "replace")
    if not UNLIKE_WESTERN.search(western):
        return western, "windows-1252"
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    return (str(best), best.encoding) if best else (text, "utf-8 (damaged)")


def _tidy(text):
    if any(mark in text for mark in "\r\v\f\x85\u2028\u2029"):
        text = LINE_BREAKS.sub("\n", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _suffix(name):
    stem, dot, suffix = name.removesuffix(".gz").rpartition("/")[2].rpartition(".")
    return dot + suffix.lower() if stem else ""


def _show(name):
    """A file's name as text: bytes that are not UTF-8 are guessed, accents composed as in a list written elsewhere."""
    return name if name.isascii() else decode(os.fsencode(name))[0]


def _stem(file):
    """The doc_id of a file."""
    return file.rpartition(".")[0]


def as_path(path):
    """A folder or file of this machine, or by its address (`s3://…`, `gs://…`) through fsspec."""
    if "://" not in str(path):
        return Path(path)
    try:
        from upath import UPath

        address = UPath(path)
        address.fs  # noqa: B018 (loads the package of the protocol)
    except (ValueError, ImportError) as error:  # no such protocol, or a package is not there
        raise ValueError(f"{path}: {error}; for addresses pip install 'parallax-news[cluster]', or {WANTED}") from None
    return address


def list_files(root, findings):
    """Names of the articles' files below `root`, those of links only when they stay inside."""
    others = {}
    for name, is_file in _walk(root, findings) if isinstance(root, Path) else _list_remote(root):
        if not is_file or _suffix(name) not in TEXTS + PAGES or name.endswith(".gz"):
            if name not in LISTS:
                others.setdefault(_suffix(name), []).append(name)
        elif not name.rpartition("/")[2].lower().startswith("readme"):
            yield name
    for suffix, names in sorted(others.items()):
        detail = f"{len(names)} {_show(suffix) or 'unnamed'} file(s)"
        findings.append((_show(min(names)), "not an article", detail, "save articles as .txt, .md or .html"))


def _list_remote(root):
    """Name and True for each file below an address, hidden ones left out."""
    for file in root.rglob("*"):
        name = file.path[len(root.path) :].lstrip("/")
        if not any(part.startswith(".") for part in name.split("/")) and file.is_file():
            yield name, True


def _walk(root, findings):
    """Name of each file below `root` and whether it is a regular one; links to folders are not followed."""
    inside, folders = root.resolve(), [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            findings.append((_show(folder), "folder cannot be read", error.strerror, "check its permissions"))
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}".lstrip("/")
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif entry.is_symlink() and (refusal := _refuse_link(entry, inside)):
                findings.append((_show(name), *refusal))
            else:
                yield name, entry.is_file()


def _refuse_link(entry, inside):
    """Problem, detail and fix of a symbolic link that is not to be read, else None."""
    link = Path(entry.path)
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # nothing there, a loop, or a folder that is closed
        return "broken link", _show(str(link.readlink())), "restore the file it points to"
    if target.is_dir() or not target.is_relative_to(inside):
        return "link not followed", _show(str(link.readlink())), "copy the files into the folder"
    return None


def _read_files(root, files, batch_mb, findings):
    from tqdm import tqdm

    rows, frames, size = [], [], 0  # a table for each megabyte: less than the rows' own strings would hold
    for name in tqdm(files, desc="reading", unit=" files", delay=2, leave=False, disable=None):
        file = _show(name)
        try:
            raw = (root / name).read_bytes()
        except OSError as error:
            findings.append((file, "cannot be read", error.strerror, "check its permissions"))
            continue
        text, encoding = decode(raw)
        if text is None:
            findings.append((file, "binary file", encoding, "save it as text, or remove it"))
            continue
        page = _read_page(text) if _suffix(file) in PAGES else {"text": text}
        outlet = file.split("/")[0] if "/" in file else page.get("outlet")
        about = {"doc_id": _stem(file), "file": file, "encoding": encoding, "outlet": outlet}
        rows.append(page | about | {"sha256": hashlib.sha256(raw).hexdigest()})
        size += len(raw)
        if size > min(batch_mb, 1) * 1e6:
            frames, rows, size = [*frames, pd.DataFrame(rows)], [], 0
        if len(frames) >= batch_mb:
            yield pd.concat(frames, ignore_index=True)
            frames = []
    frames += [pd.DataFrame(rows)] if rows else []
    if frames:
        yield pd.concat(frames, ignore_index=True)


def _read_page(html):
    """Article text and metadata of an HTML page, by trafilatura, without the network; headings marked as in Markdown,
    for `split_paragraphs` to know them."""
    from trafilatura import bare_extraction

    page = bare_extraction(html, include_comments=False, with_metadata=True, date_extraction_params=NO_GUESS)
    if page is None:
        return {"text": ""}
    found = {"outlet": page.sitename, "author": page.author, "date": page.date, "title": page.title, "url": page.url}
    heads = (head for head in page.body.iter("head") if head.get("rend") != "h1")
    headings = {" ".join("".join(head.itertext()).split()) for head in heads} - {""}
    lines = ("## " * (" ".join(line.split()) in headings) + line for line in (page.text or "").split("\n"))
    return found | {"text": _tidy("\n".join(lines))}


def _name_columns(table, wanted, file, findings):
    """`table` with the columns that are `wanted` in small letters; one that looks like a missing one is told."""
    plain = {column: str(column).strip().lower() for column in table.columns}
    table = table.rename(columns={c: name for c, name in plain.items() if name in wanted and name not in plain})
    for name in (name for name in LIKELY if name not in table):
        if alike := [c for c in plain if plain[c] not in wanted and re.search(LIKELY[name], plain[c])]:
            findings.append(
                (file, "column not read", ", ".join(map(str, alike)), f"if it is the {name}, name it {name}")
            )
    return table


def _read_table(path, batch_mb, findings):
    """Batches of the rows of a table file, with the texts' hashes."""
    n, wanted, order, options = 0, ["doc_id", "id", "text", *DESCRIPTIONS], None, ("utf-8", ",")
    try:
        if _suffix(path.name) == ".csv":
            options = _sniff(path)
        for frame in _read_frames(path, int(batch_mb * 250), *options, wanted):
            frame = _name_columns(frame, wanted, _show(path.name), [] if n else findings)
            if "text" not in frame.columns:
                widths = {c: frame[c].astype("str").str.len().mean() for c in frame.columns}
                likely = f"rename {max(widths, key=widths.get)!r} to 'text'" if widths else "add it"
                raise ValueError(f"no column 'text'; found {', '.join(map(str, frame.columns)) or 'nothing'}; {likely}")
            if frame.columns.duplicated().any():
                raise ValueError(f"column {frame.columns[frame.columns.duplicated()][0]!r} stands twice; rename one")
            if len(frame):
                frame = frame[[c for c in frame.columns if c in wanted]].reset_index(drop=True)
                numbers = pd.Series(range(n + 1, n + 1 + len(frame))).astype("str")
                given = frame.get("doc_id", frame.get("id", numbers)).astype("str").fillna("")
                frame["doc_id"] = given.where(given.str.strip() != "", numbers)
                frame["text"] = [_read_cell(value) for value in frame["text"]]
                frame["file"], frame["encoding"] = _show(path.name), options[0]
                if "date" in frame:
                    frame["date"] = frame["date"].astype("str")
                    if order is None and frame["date"].str.match(DAY_MONTH, na=False).any():
                        order = _tell_order(_read_frames(path, 1 << 14, *options, ["date"]))
                    frame["date"] = _put_in_order(frame["date"], order)
                frame["sha256"] = [hashlib.sha256(t.encode()).hexdigest() for t in frame["text"]]
                n += len(frame)
                yield frame
    except BROKEN as error:
        fix = "" if "; " in str(error) else "; repair it or save it anew"
        raise ValueError(f"{path}: {' '.join(str(error).split())}{fix}") from None


def _read_cell(value):
    """A cell of the column `text`; bytes are decoded, what is no text at all counts as empty."""
    if isinstance(value, bytes):
        return decode(value)[0] or ""
    return _tidy(value) if isinstance(value, str) else ""


def _read_frames(path, rows, encoding, separator, wanted):
    if _suffix(path.name) == ".parquet":
        from pyarrow.parquet import ParquetFile

        with _open(path) as handle, ParquetFile(handle) as file:
            names = file.schema_arrow.names
            columns = [c for c in names if c.strip().lower() in wanted] if "text" in names else None
            for batch in file.iter_batches(rows, columns=columns):  # pandas' own metadata may be broken: not needed
                yield batch.replace_schema_metadata(None).to_pandas(integer_object_nulls=True)
    elif _suffix(path.name) == ".csv":
        options = {"dtype": "str", "keep_default_na": False, "encoding": encoding, "encoding_errors": "replace"}
        with _open(path) as handle, pd.read_csv(handle, chunksize=rows, sep=separator, **options) as reader:
            yield from map(_check_fields, reader)
    else:
        options = {"encoding": "utf-8-sig", "errors": "replace", "newline": "\n"}
        with _open(path) as handle, io.TextIOWrapper(handle, **options) as lines:
            found = _parse_lines(lines)
            while batch := list(islice(found, rows)):
                yield pd.DataFrame(batch)


def _check_fields(table):
    """`table`, unless its rows have more fields than the header: pandas makes row names of the first ones then."""
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError("rows have more fields than the header; quote the fields that contain commas")
    return table


def _parse_lines(lines):
    """The JSON object of each line that is not blank."""
    for n, line in enumerate(lines, 1):
        try:
            row = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise ValueError(f"line {n}: not a JSON object; give one object a line")
        if "\\ud" in line.lower():  # half of a pair, which JSON allows and Unicode does not
            row = {_mend_pairs(k): _mend_pairs(v) if isinstance(v, str) else v for k, v in row.items()}
        if row:
            yield row


@contextmanager
def _open(path):
    """The bytes of a file, unpacked."""
    with path.open("rb") as raw, gzip.open(raw) if path.name.endswith(".gz") else nullcontext(raw) as handle:
        yield handle


def _mend_pairs(text):
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _sniff(path):
    """Encoding and separator of a CSV file, from its beginning."""
    with _open(path) as handle:
        text, encoding = decode(handle.read(1 << 20).rpartition(b"\n")[0])
    if text is None:
        raise ValueError(f"{encoding}; save it as CSV in UTF-8")
    encoding = "utf-8" if encoding == "ascii" else encoding.removesuffix(" (damaged)")
    return encoding, find_separator(text)


def _read_metadata(source, findings):
    """Rows of `documents.csv` or of the user's own table, as text, with the name of the key column in `attrs`."""
    if isinstance(source, pd.DataFrame):
        name, table = "metadata", source.astype("str").fillna("")
    else:
        name, raw = str(source), as_path(source).read_bytes()
        text = decode(raw)[0]
        if text is None:
            raise ValueError(f"{name}: not a text file; save it as CSV in UTF-8")
        if not text.strip():
            raise ValueError(f"{name}: empty; give it a header with 'file' or 'doc_id', or remove it")
        try:
            options = {"dtype": "str", "keep_default_na": False, "sep": find_separator(text)}
            table = _check_fields(pd.read_csv(io.StringIO(text), **options))
        except ValueError as error:  # pandas' parser errors are ValueErrors; they name the line
            fault = str(error).strip().partition("; ")[0]
            raise ValueError(f"{name}: {fault}; quote the fields that contain commas, close all quotes") from None
    table = _name_columns(table, ["file", "doc_id", *DESCRIPTIONS], Path(name).name, findings)
    key = next((c for c in ("file", "doc_id") if c in table.columns), None)
    if key is None:
        raise ValueError(f"{name}: no column 'file' or 'doc_id'; found {', '.join(table.columns)}")
    table[key] = table[key].fillna("").str.strip().str.removeprefix("./").str.replace("\\", "/", regex=False)
    if "date" in table:
        table["date"] = _put_in_order(table["date"], _tell_order([table]))
    table = table[(table[key] != "") | ~table[key].duplicated()]  # rows that name nothing are told once
    if (twice := table[key][table[key].duplicated()]).size:
        raise ValueError(f"{name}: {twice.iloc[0]!r} stands in two rows; remove one")
    table.attrs = {"key": key, "name": name}
    return table


def _compare_listing(table, present, findings):
    """What the metadata lists and the corpus lacks, and the other way round; `present` gives the file of each key."""
    listed, name = set(table[table.attrs["key"]]), Path(table.attrs["name"]).name
    unlisted = sorted(present.keys() - listed)
    for n, row in enumerate(sorted(listed - present.keys())):
        near = get_close_matches(row, unlisted[:1000], 1) if n < 20 else []  # 50 ms for each row
        fix = f"did you mean {near[0]}?" if near else "paths are relative to the folder and stay inside it"
        findings.append((row or name, "listed but not there", f"a row of {name} without its file", fix))
    for row in unlisted:
        findings.append((present[row], "not listed", f"read, but {name} has no row for it", "add a row"))


def _describe(batch, table, findings):
    """Metadata joined, dates parsed, missing titles taken from the text."""
    batch = batch.reindex(columns=list(dict.fromkeys([*batch.columns, *DESCRIPTIONS])))
    if table is not None:
        rows = table.set_index(table.attrs["key"])
        for column in [c for c in DESCRIPTIONS if c in rows.columns]:
            given = batch[table.attrs["key"]].map(rows[column]).astype("str")
            batch[column] = given.where(given.fillna("").str.strip() != "", batch[column])
    for column in ("outlet", "author", "title", "url"):
        lists = batch[column].map(
            lambda value: isinstance(value, list | np.ndarray)
        )  # the authors, as scrapers give them
        batch[column] = batch[column].where(~lists, batch[column][lists].map(", ".join))
        batch[column] = batch[column].astype("str").str.strip().replace("", None)
    batch["date"] = _read_dates(batch, findings)
    batch["title"] = batch["title"].fillna(_find_headlines(batch[batch["title"].isna()]))
    return batch


def _tell_order(frames):
    """How the dates of the tables begin, "day" or "month": as those that can only be read so; "" when that is open."""
    beyond = {"day": False, "month": False}
    for frame in frames:
        dates = frame.get("date", pd.Series(dtype="str")).astype("str")
        parts = dates[~dates.str.match(TWO_YEARS, na=False)].str.extract(DAY_MONTH)
        for n, begin in enumerate(beyond):
            beyond[begin] |= bool((parts[n].astype("float64") > 12).any())
    return "" if all(beyond.values()) else next((begin for begin, found in beyond.items() if found), "")


def _put_in_order(dates, order):
    """`dates` as 2024-04-25 where they are written 25/04/2024 or 4/25/24 and begin as told by `_tell_order`.

    With periods the day stands first wherever it can.
    """

    def turn(found):
        first, second, year = found.groups()
        begin = order or ("." in found[0] and int(second) <= 12 and "day")
        if not begin:
            return found[0]
        day, month = (first, second) if begin == "day" else (second, first)
        return f"{'' if len(year) == 4 else 19 if year > '68' else 20}{year}-{month:0>2}-{day:0>2}"

    return dates.str.replace(DAY_MONTH, turn, regex=True)


def _read_dates(batch, findings):
    """The day of each article; what is no date or can be read in two ways is told."""
    raw = batch["date"].astype("str").str.strip().replace("", None)
    local = raw.str.replace(TIME, "", regex=True)
    local = local.where(local.str.contains(YEAR, na=False))  # not the clock's: now, today, 12:30
    days = pd.to_datetime(local, errors="coerce", format="mixed").dt.normalize().astype(schema.DATE)
    for file, date in zip(batch["file"][bad := days.isna() & raw.notna()], raw[bad], strict=True):
        findings.append((file, "date not understood", date, "write dates as 2024-11-17"))
    parts = raw.str.extract(DAY_MONTH)[[0, 1]].astype("float64")
    two = (parts <= 12).all(axis=1) & (parts[0] != parts[1])  # 03/04/2024
    doubt = days.notna() & (raw.str.contains(f"{NO_DAY}|{TWO_YEARS}", na=False) | two)
    for file, date, read in zip(batch["file"][doubt], raw[doubt], days[doubt], strict=True):
        findings.append((file, "ambiguous date", f"{date}, read as {read:%Y-%m-%d}", "write dates as 2024-11-17"))
    return days


def _find_headlines(batch):
    """The first headline-like line of each article; on a page of short lines it may stand far down."""
    opening = batch["text"].str[:1000]
    opening = opening.where(opening.str.count("\n") <= 12, batch["text"].str[:3000])
    lines = split_paragraphs(batch[["doc_id"]].assign(text=opening))
    lines = lines.loc[lines["kind"] == "headline", ["doc_id", "start", "end"]].drop_duplicates("doc_id")
    texts = dict(zip(batch["doc_id"], opening, strict=True))
    found = {d: texts[d][start:end].strip("# ") for d, start, end in lines.itertuples(index=False)}
    return batch["doc_id"].map(found).astype("str")
