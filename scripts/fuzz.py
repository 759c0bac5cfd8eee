"""Mutated articles, tables and lists through the library, in batches: `python scripts/fuzz.py [SECONDS] [SEED]`.

Prints how many inputs ran; stops at the first unexpected exception or broken invariant, exit code 1, with the seed and
the input that repeats it. Expected are ValueError and OSError of the readers only: the extraction must take any text.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import analysis
from analysis import corpus, schema, typography
from analysis.resources import read_list

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
BATCH = 1000
MARKS = "\"'“”‘’«»„‚‹›`´…—–-.,;:!?()[]{}<>&|#*=@\\/%$\n\t\r\v\f\x00\x07\x1b\x85\xa0\xad\ufeff\ufffd\ufffe\ue000"
WORDS = """. ~\n\n~ said ~, said ~” he said. “~Mr. ~U.S. ~Donald Trump~ Jr.~'s~not ~NATO~ told Reuters~ "~" ~# ~...~?!~
10,000.5~3 p.m. ~J. K. ~=HYPERLINK(1)~<script>~e.g.~--~👨‍👩‍👧~Biden’s~according to ~that ~but ~By J. Doe\n"""
NASTY = (*MARKS, *"\u0301\u200b\u200d\u2028\u202e\u2066İıßǆﬁΣя中ש٣😀\U0010ffff", *WORDS.split("~"))
BYTES = (*(p.encode() for p in NASTY), b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\xff\xfe", b"PAR1", b"\xe2\x80")


def mutate(text, rng, pieces=NASTY):
    """`text` (or bytes, with `pieces` of bytes) after a few cuts, doublings, swaps and insertions."""
    for _ in range(rng.choice((1, 1, 2, 4, 8, 30))):
        a, c = rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)
        b = a + rng.choice((1, 1, 2, 5, 20, 200))
        cut, put = text[a:b] * rng.choice((1, 2, 9)), rng.choice(pieces) * rng.choice((1, 1, 1, 2, 20))
        parts = (text[:a] + text[b:], text[:b] + cut + text[b:], text[:c] + cut + text[c:])
        text = rng.choice((*parts, text[:a] + put + text[a:], text[:a] + put + text[b:]))
    return text


def check(texts):
    """Extract the features of `texts`, one document each, and assert what must hold of them for any text."""
    ids = [str(i) for i in range(len(texts))]
    documents = pd.DataFrame({"doc_id": ids, "text": pd.array(texts, dtype="str")})
    features = analysis.extract_features(documents)
    given = dict(zip(ids, texts, strict=True))
    for name, table in features._asdict().items():
        assert table.dtypes.astype(str).equals(schema.empty(name).dtypes.astype(str)), f"dtypes of {name}"
        if "start" in table:
            for doc, start, end in table[["doc_id", "start", "end"]].itertuples(index=False):
                assert 0 <= start < end <= len(given[doc]), f"{name}: {start}:{end} of {len(given[doc])}"
    for table, shown in ((features.sentences, "text"), (features.mentions, "surface")):
        for doc, start, end, seen in table[["doc_id", "start", "end", shown]].itertuples(index=False):
            assert given[doc][start:end] == seen, f"{shown}: {given[doc][start:end]!r} is not {seen!r}"
    words = features.documents.set_index("doc_id")["n_words"]
    for sums in (features.sentences.groupby("doc_id")["n_words"], features.word_counts.groupby("doc_id")["count"]):
        assert sums.sum().reindex(ids).fillna(0).eq(words).all(), "words of the tables do not add up"
    assert features.sentences["tone"].dropna().between(-1, 1).all(), "tone beyond -1 to 1"
    assert all(len(typography.fold(t)) == len(t) for t in texts), "folding changes the length"
    assert all(typography.fold(typography.fold(t)) == typography.fold(t) for t in texts), "folding is not idempotent"
    return features


def read(folder, name, data):
    """Read `data` as the file `name`; a bad file must end in ValueError or OSError on one line."""
    path = folder / name
    path.write_bytes(data)
    try:
        read_list(path, required=("actor", "alias")) if name == "actors.csv" else corpus.read_documents(path)
    except (ValueError, OSError) as error:
        assert name in str(error) or not isinstance(error, ValueError), f"{name} is not named: {error}"


def main(seconds=60, seed=1):
    articles = [p.read_text(encoding="utf-8") for p in sorted(SAMPLE.glob("*.txt"))]
    table = pd.DataFrame({"doc_id": ["a", "b"], "date": ["2024-11-17", "3/4/24"], "text": ["Yes.", articles[0][:500]]})
    ran, number, end = 0, int(seed) * 1_000_000, time.monotonic() + float(seconds)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        table.to_parquet(folder / "t.parquet")
        files = {
            "t.parquet": (folder / "t.parquet").read_bytes(),
            "t.csv": table.to_csv(index=False).encode(),
            "t.jsonl": table.to_json(orient="records", lines=True).encode(),
            "actors.csv": (SAMPLE / "actors.csv").read_bytes()[:600],
            "t.html": f"<html><body><article><p>{articles[0][:900]}</p></article></body></html>".encode(),
        }
        while time.monotonic() < end:
            number += 1
            rng, last = random.Random(number), None
            try:
                texts = []
                for _ in range(BATCH):
                    start = rng.randrange(2400)
                    last = mutate(rng.choice(articles)[start : start + rng.choice((20, 100, 400, 1500))], rng)
                    if rng.random() < 0.2:
                        last = corpus.decode(mutate(last.encode(), rng, BYTES))[0] or ""
                    texts.append(last.replace("\0", ""))
                last = texts
                check(texts)
                for name, data in files.items():
                    last = (name, mutate(data, rng, BYTES))
                    read(folder, *last)
            except Exception as error:
                while isinstance(last, list) and len(last) > 1:  # the one text that does it, if it is one
                    halves = last[: len(last) // 2], last[len(last) // 2 :]
                    last = next(filter(fails, halves), None) or tuple(last)
                print(f"batch {number}: {type(error).__name__}: {error}\n{last!r:.3000}")
                raise SystemExit(1) from error
            ran += BATCH + len(files)
    print(f"{ran:,} inputs, no unexpected exception (seed {seed})")


def fails(texts):
    try:
        return not check(texts)
    except Exception:
        return True


if __name__ == "__main__":
    main(*sys.argv[1:])
