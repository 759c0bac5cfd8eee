"""Which paragraphs of a file are the article's body."""

import re

import pandas as pd

from analysis import schema


def split_paragraphs(documents, rules=None):
    """One row per paragraph, kept or not: `doc_id, paragraph_id, start, end, kind, rule`.

    A paragraph is a line that is not blank, without the white space around it; kind `body` is what is counted.
    """
    schema.require(documents, "documents", "doc_id", "text")
    rows = [
        (doc_id, n, m.start(), m.end(), "body", "")
        for doc_id, text in zip(documents["doc_id"], documents["text"], strict=True)
        for n, m in enumerate(re.finditer(r"\S(?:[^\n]*\S)?", text))
    ]
    return schema.conform(pd.DataFrame(rows, columns=list(schema.TABLES["paragraphs"])), "paragraphs")
