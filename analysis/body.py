"""Which paragraphs of a file are the article's body, and what the others are. Nothing is deleted."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import schema
from analysis.resources import read_list
from analysis.typography import fold

END_MARK = r"[.!?…。！？:;,][\"'”’»)\]]*$"
LETTERS_A_WORD = 6  # bytes of an English word with its space; half as many characters where words have no spaces


def split_paragraphs(documents, rules=None):
    """One row per paragraph, kept or not: `doc_id, paragraph_id, start, end, kind, rule`; `body` is what is counted.

    A paragraph is a line that is not blank, without the white space around it; lines of a hard-wrapped text are joined
    up to the next blank line. `rule` names what decided on any other kind than body: a row of the rule list (`rules`:
    path or table like the shipped `boilerplate.csv`), the title, the shape, the place in the file, or repetition in
    articles of the same outlet (needs columns `title`, `outlet`, which may be absent). Raises ValueError naming the
    row of a pattern that is not a regular expression.
    """
    schema.require(documents, "documents", "doc_id", "text")
    doc, start, end, text = _find_paragraphs(documents["text"])
    if not len(doc):
        return schema.empty("paragraphs")
    first = np.flatnonzero(np.r_[True, doc[1:] != doc[:-1]])
    n_lines = np.diff(np.r_[first, len(doc)])
    group = np.repeat(np.arange(len(first)), n_lines)  # numbers the documents that have a paragraph
    place = np.arange(len(doc))
    size = pc.binary_length(text).to_numpy() / LETTERS_A_WORD
    last = pc.utf8_slice_codeunits(text, -4, None)
    marked = _search(last, END_MARK)
    prose = ((size >= 6) & marked) | (size >= 25)
    kind, rule = np.full(len(doc), "body", object), np.full(len(doc), "", object)

    def decide(where, what, why):
        where = where & (kind == "body")
        kind[where], rule[where] = what, why

    title = _equal_title(documents, doc, text)
    decide(title, "headline", "title")
    edge = np.minimum(place - first[group], first[group] + n_lines[group] - 1 - place) < 8
    hits = _match(text, size, edge, read_rules(rules))
    for row, hit in hits:
        if row.position in ("any", "rest"):
            decide(hit, row.kind, row.note)
    decide(_repeated(documents, doc, text, size), "chrome", "repeated in the outlet's articles")

    # What ends the article: the last such line wins, so that a bio, a comment form and a list each name their own.
    running = prose & (kind == "body")
    before, after = _around(size * running, first, group)
    ends, lists = np.full(len(doc), -1), np.zeros(len(doc), bool)
    for n, (row, hit) in enumerate(hits):
        if row.position == "rest":
            enough = (before > 50) & (before > after / 8) if row.kind == "comments" else before > 4 * after
            ends[hit & enough & (ends < 0)] = n
            lists |= hit & (row.kind == "chrome")
    latest = np.maximum.accumulate(np.where(ends >= 0, place, -1))
    for n, (row, _) in enumerate(hits):
        decide((latest >= first[group]) & (ends[latest] == n), row.kind, f"after: {row.note}")
    listed = np.maximum.accumulate(np.where(lists, place, -1)) > np.maximum.accumulate(
        np.where(prose, place, first[group])
    )
    decide(listed, "chrome", "in a list of other articles")

    # A scraped page has more lines of furniture than of text: there, only the densest run of text is the article.
    furniture = np.add.reduceat((~prose & ~title).astype(int), first)
    page = ((furniture >= 20) & (2 * furniture > n_lines))[group]
    running = prose & (kind == "body")
    inside = _densest_run(np.where(running, np.minimum(size, 60), np.where(kind == "caption", 0.0, -12.0)), group)
    decide(page & ~inside, "chrome", "outside the article")
    decide(_seen_before(text, group, (size >= 6) & (kind == "body")), "chrome", "repeated in the file")

    running = prose & (kind == "body")
    n_before, n_after = _around(running.astype(int), first, group)
    for row, hit in hits:
        if row.position in ("start", "end"):
            decide(hit & ((n_before <= 1) if row.position == "start" else (n_after <= 3)), row.kind, row.note)
    lost = ~np.logical_or.reduceat(kind == "body", first)[group]
    kind[lost], rule[lost] = "body", "nothing else in the document"
    table = {"doc_id": documents["doc_id"].to_numpy()[doc], "paragraph_id": place - first[group]}
    table |= {"start": start, "end": end, "kind": kind, "rule": rule}
    return schema.conform(pd.DataFrame(table), "paragraphs")


def read_rules(source=None):
    """One row per rule: `pattern, words, kind, position, note`, from the shipped list, a path or a table."""
    columns = ("pattern", "words", "kind", "position", "note")
    rules = read_list("boilerplate" if source is None else source, required=columns)
    for column, allowed in (("kind", schema.PARAGRAPH_KINDS), ("position", ("any", "start", "end", "rest"))):
        for row in rules[~rules[column].isin(allowed)].itertuples():
            raise ValueError(f"rules, line {row.line}: {column} {getattr(row, column)!r}; use {', '.join(allowed)}")
    for row in rules.itertuples():
        try:
            int(row.words), _search(pa.array([""]), row.pattern)
        except ValueError as error:  # pyarrow's ArrowInvalid is one
            raise ValueError(f"rules, line {row.line}: {row.pattern!r}, {row.words!r} words: {error}") from None
    return rules.astype({"words": "int32"})


def _match(text, size, edge, rules):
    """The rules that match any paragraph, each with whether it matches which; two at a time."""
    plain = pc.replace_substring(pc.replace_substring(text, "\u2019", "'"), "\u00a0", " ")
    groups = {}
    for words, ends in set(zip(rules["words"], rules["position"].isin(["start", "end"]), strict=True)):
        at = np.flatnonzero((size <= words) & (edge | (not ends)))
        groups[words, ends] = at, plain.take(pa.array(at))

    def match(row):
        at, lines = groups[row.words, row.position in ("start", "end")]
        hit = np.zeros(len(text), bool)
        hit[at] = _search(lines, row.pattern)
        return row, hit

    with ThreadPoolExecutor(2) as pool:
        return [(row, hit) for row, hit in pool.map(match, rules.itertuples()) if hit.any()]


def _search(text, pattern):
    return pc.match_substring_regex(text, pattern, ignore_case=True).to_numpy(zero_copy_only=False)


def _seen_before(text, group, where):
    """Whether the same paragraph stands earlier in its document, looking at those `where` says."""
    at = np.flatnonzero(where)
    line = text.take(pa.array(at)).dictionary_encode().indices.to_numpy()
    found = np.zeros(len(where), bool)
    found[at[pd.DataFrame({"group": group[at], "line": line}).duplicated().to_numpy()]] = True
    return found


def _find_paragraphs(texts):
    """Document number, start, end (code points) and text of every paragraph."""
    text = pa.array(texts.fillna(""), pa.large_string())
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    lines = pc.split_pattern(text, "\n")
    n_lines = np.diff(lines.offsets.to_numpy())
    lines = lines.flatten()
    doc = np.repeat(np.arange(len(text)), n_lines)
    width = pc.utf8_length(lines).to_numpy().astype(np.int64)
    after = np.cumsum(width + 1)
    start = after - width - 1 - np.r_[0, after][np.cumsum(n_lines) - n_lines][doc]
    left = pc.utf8_ltrim_whitespace(lines)
    start += width - pc.utf8_length(left).to_numpy()
    text = pc.utf8_rtrim_whitespace(left)
    end = start + pc.utf8_length(text).to_numpy()
    kept = end > start
    return doc[kept], start[kept], end[kept], text.filter(pa.array(kept))


def _equal_title(documents, doc, text):
    if "title" not in documents.columns:
        return np.zeros(len(doc), bool)
    titles = documents["title"].fillna("").map(lambda t: fold(t).strip().casefold())
    wanted = pa.array(titles, pa.large_string()).take(pa.array(doc))
    short = pc.less_equal(pc.binary_length(text), pc.add(pc.multiply(pc.binary_length(wanted), 2), 8))
    at = np.flatnonzero(pc.and_(short, pc.greater(pc.binary_length(wanted), 0)).to_numpy(zero_copy_only=False))
    same = [
        fold(t).strip("# ").casefold() == w
        for t, w in zip(text.take(at).to_pylist(), wanted.take(at).to_pylist(), strict=True)
    ]
    found = np.zeros(len(doc), bool)
    found[at[np.array(same, bool)]] = True
    return found


def _repeated(documents, doc, text, size):
    """Paragraphs that stand in at least three articles, and a fifth of all, of the same outlet."""
    if "outlet" not in documents.columns:
        return np.zeros(len(doc), bool)
    outlet, names = pd.factorize(documents["outlet"])
    n_docs = np.bincount(outlet[outlet >= 0], minlength=len(names) + 1)
    at = np.flatnonzero((outlet[doc] >= 0) & (n_docs[outlet[doc]] >= 3) & (size < 100))
    line = text.take(pa.array(at)).dictionary_encode().indices.to_numpy()
    frame = pd.DataFrame({"outlet": outlet[doc[at]], "line": line, "doc": doc[at]})
    count = frame.groupby(["outlet", "line"])["doc"].transform("nunique").to_numpy()
    found = np.zeros(len(doc), bool)
    found[at[(count >= 3) & (count >= 0.2 * n_docs[frame["outlet"]])]] = True
    return found


def _sum_before(values, first, group):
    """Sum of `values` in the document before each paragraph."""
    total = np.cumsum(values) - values
    return total - total[first][group]


def _around(values, first, group):
    before = _sum_before(values, first, group)
    return before, np.add.reduceat(values, first)[group] - before - values


def _densest_run(score, group):
    """Whether a paragraph lies in the run of its document whose scores have the greatest sum (Kadane's algorithm)."""
    total = np.cumsum(score)
    shift = group * (np.ptp(total) + np.abs(score).max() + 1)  # makes every document start below all earlier ones
    before = total - score - shift
    low = np.minimum.accumulate(before)
    place = np.arange(len(score))
    begin = np.maximum.accumulate(np.where(before <= low, place, 0))
    gain = before + score - low
    best = pd.Series(gain).groupby(group).idxmax().to_numpy()[group]
    return (place >= begin[best]) & (place <= best)
