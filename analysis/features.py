"""The per-document tables of a corpus: extracted, written and read. Every table is a concatenation over documents."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

import analysis
from analysis import actors as actors_module
from analysis import body, corpus, drafts, formulas, frequency, marks, quotes, schema, target_tone, text, tone

MANIFEST = "manifest.json"
PART = re.compile(r"\d{5,}\.(parquet|json)(\.\d+\.partial)?").fullmatch  # the files of a folder of a bundle
MOST = 3_000  # articles of a bundle that notebooks and reports look at


class Features(NamedTuple):
    """The tables of a corpus; columns in `schema`. A bundle read from disk has no `text` columns."""

    documents: pd.DataFrame
    paragraphs: pd.DataFrame
    sentences: pd.DataFrame
    word_counts: pd.DataFrame
    mentions: pd.DataFrame
    quotes: pd.DataFrame


def extract_features(documents, actors=None):
    """The features of `documents` (`doc_id` and `text`; all else is optional), a NamedTuple of six tables.

    `actors` is a registry (table or CSV path; default: the shipped one). A document's rows do not depend on the other
    documents, the rule on paragraphs repeated by an outlet aside. Raises ValueError when a column is missing or two
    documents share an id.
    """
    documents = schema.take_documents(documents)
    if documents["doc_id"].duplicated().any():
        twice = documents.loc[documents["doc_id"].duplicated(), "doc_id"].iloc[0]
        raise ValueError(f"documents: doc_id {twice!r} stands twice; give every article its own id")
    registry = actors_module.load_actors(actors)
    paragraphs = body.split_paragraphs(documents)
    found = marks.find_spans(documents["text"], body.find_pieces(documents, paragraphs))
    sentences, tokens = text.analyze(documents, paragraphs, spans=found)
    sentences = tone.score_sentences(formulas.count_sentences(sentences, tokens))
    mentions = actors_module.find_mentions(sentences, registry, tokens=tokens)
    mentions = target_tone.score_targets(mentions, sentences, tokens=_tokens_beside(mentions, tokens))
    known = {"paragraphs": paragraphs, "tokens": tokens, "mentions": mentions}
    quoted = quotes.find_quotes(documents, registry, **known, quoted=marks.name_spans(documents, found))
    sums = sentences.groupby("doc_id")["n_words"].agg(["size", "sum"]).reindex(documents["doc_id"]).fillna(0)
    counts = {
        "n_paragraphs": paragraphs.groupby("doc_id").size().reindex(documents["doc_id"]).fillna(0).to_numpy(),
        "n_sentences": sums["size"].to_numpy(),
        "n_words": sums["sum"].to_numpy(),
    }
    documents = documents.assign(**counts)
    for column in schema.TABLES["documents"]:
        if column not in documents:
            documents[column] = None
    dates = pd.to_datetime(documents["date"], errors="coerce", format="mixed")  # an impossible one: NaT
    documents["date"] = dates.dt.normalize()
    tables = {
        "documents": documents,
        "paragraphs": paragraphs,
        "sentences": sentences,
        "word_counts": frequency.count_words(tokens),
        "mentions": mentions,
        "quotes": quoted,
    }
    return Features(**{name: schema.conform(table, name).reset_index(drop=True) for name, table in tables.items()})


def _tokens_beside(mentions, tokens):
    """The tokens of the sentences with a mention: a quarter of them, and all that the tone toward a target needs."""
    doc = tokens["doc_id"].cat.categories.get_indexer(mentions["doc_id"]).astype("int64")
    wanted = doc << 32 | mentions["sentence_id"].to_numpy("int64")
    key = tokens["doc_id"].cat.codes.to_numpy("int64") << 32 | tokens["sentence_id"].to_numpy()
    first = np.flatnonzero(np.diff(key, prepend=-1))
    kept = np.isin(key[first], wanted)
    return tokens[np.repeat(kept, np.diff(first, append=len(key)))]


def read_registry(path, given=None):
    """The registry for the corpus at `path`: `given`, else its own `actors.csv`, else the shipped one."""
    own = corpus.as_path(path) / "actors.csv"
    return actors_module.load_actors(given or (own if own.is_file() else None))


def load_features(path, actors=None, *, most=None):
    """The features of `path`: a bundle written by `write_features` or `parallax features`, or articles to extract.

    Of a bundle with more than `most` articles a sample of as many is read: drawn at random but the same each time (by a
    hash of doc_id), and as many of each outlet as of any other, as far as it has them. Raises FileNotFoundError or
    ValueError naming the path and the fix: nothing there, an unfinished bundle, or one written by another version.
    """
    path = corpus.as_path(path)
    if not is_bundle(path):
        registry = read_registry(path, actors) if not isinstance(actors, pd.DataFrame) else actors
        return extract_features(corpus.load_documents(path), registry)
    if actors is not None:
        raise ValueError(
            f"actors: the mentions in {path} are found already; extract the articles anew with this registry"
        )
    parts = read_manifest(path)["parts"]
    documents = read_table(path, "documents", parts)
    if most is not None and len(documents) > most:
        drawn = np.sort(_draw(documents, most))
        owner = np.repeat(np.arange(len(parts)), [part["files"]["documents"]["rows"] for part in parts])[drawn]
        documents = documents.iloc[drawn].reset_index(drop=True)
        parts = [parts[i] | {"doc_id": list(ids)} for i, ids in documents["doc_id"].groupby(owner)]
    return Features(documents, **{name: read_table(path, name, parts) for name in Features._fields[1:]})


def open_corpus(path, actors=None):
    """(features, registry, number of articles) of what notebooks and reports look at.

    `documents.attrs["findings"]` tells of the reading, as JSON.
    Of a bundle with more than `MOST` articles the features are a sample. Articles without a registry of their own get
    the shipped one and a draft of the names that it lacks.
    """
    registry, own = read_registry(path, actors), corpus.as_path(path) / "actors.csv"
    if is_bundle(path):
        manifest = read_manifest(path)  # of a sample on disk, it tells from how many it was drawn
        total = sum(part["files"]["documents"]["rows"] for part in manifest["parts"])
        tables = load_features(path, most=MOST)
        tables.documents.attrs["findings"] = manifest["options"].get("findings", "[]")
        return tables, registry, manifest["options"].get("drawn_from", total)
    documents = corpus.load_documents(path)
    if not (actors or own.is_file()):
        draft = drafts.suggest_actors(documents)
        draft = draft.query("note == 'drafted' and doubtful == '' and label.str.contains(' ')")
        registry = actors_module.load_actors(pd.concat([registry, draft], ignore_index=True)[registry.columns])
    return extract_features(documents, registry), registry, len(documents)


def _draw(documents, most):
    """The rows of `most` documents, round by round one of each outlet."""
    drawn = pd.Series([hashlib.sha256(d.encode()).hexdigest() for d in documents["doc_id"]]).rank()
    turn = drawn.groupby(documents["outlet"].astype("str").fillna("").to_numpy()).rank()
    return np.lexsort((drawn, turn))[:most]


def is_bundle(path):
    """Whether `path` is a folder of features, finished or not."""
    path = corpus.as_path(path)
    return (path / MANIFEST).is_file() or (path / "documents").is_dir() and (path / "quotes").is_dir()


def read_manifest(path):
    """The manifest of a bundle: version, parts with their sizes and hashes, options. Refuses another version's."""
    file = corpus.as_path(path) / MANIFEST
    rebuild = f"run `parallax features ARTICLES --out {path}` to (re)build it"
    if not file.is_file():
        raise FileNotFoundError(f"{path}: an unfinished features folder, without {MANIFEST}; {rebuild}")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        version = manifest["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file}: not a readable manifest ({error}); {rebuild}") from error
    if version != analysis.__version__:
        raise ValueError(f"{path}: written by version {version}, this is {analysis.__version__}; {rebuild}")
    return manifest


def write_features(features, path):
    """Write `features` to the folder `path` as Parquet, without any text: a bundle for `load_features`.

    Names, single words, counts and scores only. The same features give the same bytes. Raises ValueError when `path` is
    a file or a folder that holds something else.
    """
    path = corpus.as_path(path)
    check_target(path, "write to")
    part = write_part(features, path, "00000")
    write_manifest(path, [part])


def check_target(path, option):
    """Refuse a file, and a folder that holds anything but features; what stands beside features stays."""
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path}: is a file; {option} a folder")
    names = sorted(p.name for p in path.iterdir()) if path.is_dir() else []
    if names and "parts" not in names and not is_bundle(path):
        raise ValueError(f"{path}: holds {names[0]!r} and no features; {option} an empty or new folder")
    for folder in sorted({"parts", *Features._fields} & set(names)):
        for file in (path / folder).iterdir():
            if not PART(file.name):
                raise ValueError(
                    f"{path}: {folder}/{file.name} is no part of features; {option} an empty or new folder"
                )


def write_part(features, path, name, *, text=False):
    """Write one partition, `path/<table>/<name>.parquet`, each file whole or not at all; returns its manifest entry."""
    import pyarrow.parquet as pq

    files = {}
    for table, frame in features._asdict().items():
        target = path / table / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = frame if text else frame.drop(columns="text", errors="ignore")
        arrow = pa.Table.from_pandas(kept, preserve_index=False).replace_schema_metadata(None)
        types = [pa.large_string() if t == pa.string() else t for t in arrow.schema.types]  # by either of pandas' kinds
        arrow = arrow.cast(pa.schema(list(zip(arrow.column_names, types, strict=True))))
        sink = pa.BufferOutputStream()
        pq.write_table(arrow, sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        write_aside(target, data)
        files[table] = {"rows": len(kept), "sha256": hashlib.sha256(data).hexdigest()}
    return {"name": name, "files": files}


def write_manifest(path, parts, **options):
    """Write the manifest last: a folder with one is complete."""
    manifest = {"version": analysis.__version__, "options": options, "parts": parts}
    write_aside(path / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())


def write_aside(file, data):
    """Write the bytes `data` to `file`, whole or not at all, whenever the process ends."""
    import os

    if not isinstance(file, Path):  # an object of a store comes whole
        file.write_bytes(data)
        return
    aside = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        aside.write_bytes(data)
        aside.replace(file)
    except OSError:  # on a full disk half a file only stands in the way
        aside.unlink(missing_ok=True)
        raise


def read_table(path, name, parts, *, columns=None):
    """The table `name` of some parts of a bundle (of one with `doc_id`, these articles), or some columns of it."""
    with ThreadPoolExecutor() as pool:
        frames = list(pool.map(lambda part: read_arrow(path, name, part, columns=columns).to_pandas(), parts))
    frame = pd.concat(frames, ignore_index=True) if frames else schema.empty(name)
    pa.default_memory_pool().release_unused()
    return schema.conform(frame, name, missing=("text",) if columns is None else {*schema.TABLES[name]} - {*columns})


def read_arrow(path, name, part, *, columns=None, coded=()):
    """The table `name` of one part as an Arrow table, the columns `coded` as codes of a dictionary."""
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile

    file = path / name / f"{part['name']}.parquet"
    try:
        with file.open("rb") as handle, ParquetFile(handle, read_dictionary=coded) as parquet:
            table = parquet.read(columns, use_threads=False)  # the parts are read side by side
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: cannot be read ({error}); rebuild the folder with `parallax features`") from error
    return table.filter(pc.field("doc_id").isin(part["doc_id"])) if "doc_id" in part else table
