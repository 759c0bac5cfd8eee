"""Words and sentences of the body (first, plain version: to be replaced by the columnar kernel, same tables)."""

import re

import pandas as pd

from analysis import body, schema
from analysis.typography import fold

WORD = re.compile(r"(?:[^\W_]\.){2,}|[^\W_]+(?:['\-.,][^\W_]+)*|[^\w\s]+|_+")
END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Jr|Sr|St|No|vs|Ph|Inc|Co|Ltd)\.|\b[A-Z]\.|[A-Z]\.[A-Z]\.)$"
)


def fold_word(token):
    """The counted form of a word: typography folded, lower case, possessive 's dropped, US as u.s."""
    word = fold(token)
    if word in ("US", "US's"):
        return "u.s."
    word = word.lower().removesuffix("'s")
    return "u.s." if word in ("u.s", "u.s.") else word


def split_sentences(documents, paragraphs=None):
    """One row per sentence of the body: `doc_id, sentence_id, paragraph_id, start, end, text`."""
    schema.require(documents, "documents", "doc_id", "text")
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    texts, rows, counts = documents.set_index("doc_id")["text"], [], {}
    for p in paragraphs[paragraphs["kind"] == "body"].itertuples():
        piece = fold(texts[p.doc_id][p.start : p.end])
        cuts = [0, *(m.end() for m in END.finditer(piece) if not ABBREVIATION.search(piece[: m.start()])), len(piece)]
        for a, b in zip(cuts, cuts[1:], strict=False):
            b = a + len(piece[a:b].rstrip())
            n = counts[p.doc_id] = counts.get(p.doc_id, -1) + 1
            rows.append(
                (p.doc_id, n, p.paragraph_id, p.start + a, p.start + b, texts[p.doc_id][p.start + a : p.start + b])
            )
    frame = pd.DataFrame(rows, columns=["doc_id", "sentence_id", "paragraph_id", "start", "end", "text"])
    return frame.astype({c: schema.TABLES["sentences"][c] for c in frame})


def tokenize_sentences(sentences):
    """One row per token of `sentences` (`doc_id, sentence_id, start, text`): the tokens table, `in_quote` False."""
    rows = [
        (
            s.doc_id,
            s.sentence_id,
            s.start + m.start(),
            s.start + m.end(),
            m.group(),
            fold_word(m.group()),
            m.group()[0].isalnum(),
        )
        for s in sentences.itertuples()
        for m in WORD.finditer(fold(s.text))
    ]
    frame = pd.DataFrame(rows, columns=["doc_id", "sentence_id", "start", "end", "token", "word", "is_word"])
    frame.insert(2, "token_id", frame.groupby("doc_id").cumcount())
    frame["in_quote"] = False
    return frame.astype(schema.TABLES["tokens"])


def tokenize(documents, paragraphs=None):
    """One row per token of the body: `doc_id, sentence_id, token_id, start, end, token, word, is_word, in_quote`."""
    return tokenize_sentences(split_sentences(documents, paragraphs))
