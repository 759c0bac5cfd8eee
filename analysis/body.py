"""Which paragraphs of a file are the article's body, and what the others are. Nothing is deleted."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import schema
from analysis.resources import read_list
from analysis.typography import (
    SPACE,
    classify,
    code_points,
    find_bytes,
    fold,
    is_later,
    slice_bytes,
    take_bytes,
    utf8_buffer,
)

MANY = 2000  # paragraphs from which on rules are searched in sets
WORD = 6  # bytes of an English word and its space; of two characters of a script without spaces
SENTENCE_END = r"[.!?…。！？:;,][\"'”’»)\]]*$"
HEADLINE_END = r"([^.!?…。！？:;,\"'”’»)\]]|[?!]\)?|[^.,:;!?…][\"'”’»)\]]+)$"
LOWER_CASE_WORD = r"(^|\s)(?-i:\p{Ll})\pL{3}"
NAMES = r"^(?-i:\p{Lu})[\pL.'’-]+( (and |& )?(?-i:\p{Lu})[\pL.'’,-]*){1,5}$"


def split_paragraphs(documents, rules=None):
    """One row per paragraph, kept or not: `doc_id, paragraph_id, start, end, kind, rule`; `body` is what is counted.

    A paragraph is a line that is not blank, without the white space around it; the lines of a hard-wrapped text are
    joined up to the next blank line. `rule` says what decided on a kind other than body: a row of the rule list
    (`rules`: path or table like the shipped `boilerplate.csv`), the title, shape, place in the file, or repetition in
    articles of the same outlet (`title`, `author`, `outlet` are used where the columns are there). In doubt a
    paragraph is body. Raises ValueError naming the line of a rule that cannot be used.
    """
    documents = schema.take_documents(documents)
    rules = _shipped_rules() if rules is None else read_rules(rules)
    doc, start, end, text = _find_paragraphs(documents["text"])
    if not len(doc):
        return schema.empty("paragraphs")
    first = np.flatnonzero(np.r_[True, doc[1:] != doc[:-1]])
    n_lines = np.diff(np.r_[first, len(doc)])
    group = np.repeat(np.arange(len(first)), n_lines)  # numbers the documents that have a paragraph
    place = np.arange(len(doc))
    data, begin, finish = _bytes_of(text)
    size = (finish - begin) / WORD
    marked = _search(_pick(pc.utf8_slice_codeunits(text, -4, None), place), SENTENCE_END)
    prose = ((size >= 6) & marked) | (size >= 25)
    state = decided, _ = np.zeros(len(doc), "int16"), [("body", "")]

    title = _equal(documents, "title", doc, end - start, text)
    _decide(state, title, "headline", "title")
    # Where there is no running text, or one paragraph only, there is nothing for furniture to stand beside.
    telling = (n_lines > 1) & np.logical_or.reduceat(prose, first)
    near = {"start": place - first[group] < 8, "end": (first + n_lines)[group] - place <= 8}
    hits = _match(text, np.where(telling[group], size, np.inf), near, rules)
    repeated = _repeated(documents, doc, text, size)
    for row, hit in hits:
        _decide(state, hit if row.position in ("any", "rest") else hit & repeated, row.kind, row.note)
    _decide(state, repeated, "chrome", "repeated in the outlet's articles")
    _decide_what_follows(state, [hit for hit in hits if hit[0].position == "rest"], size, prose, first, group)

    # A scraped page has more lines of furniture than of text; its article is the densest run of text.
    furniture = ~prose & ~title
    share = np.add.reduceat(size * furniture, first) / np.add.reduceat(size, first)
    furniture = np.add.reduceat(furniture.astype(int), first)
    page = (telling & (furniture >= 20) & (2 * furniture > n_lines) & ((share > 0.1) | (furniture >= 50)))[group]
    score = np.where(prose & (decided == 0), np.minimum(size, 60), np.where(_is(state, "caption"), 0.0, -12.0))
    _decide(state, page & ~_densest_run(score, group), "chrome", "outside the article")
    _decide(state, _seen_before(text, group, (size >= 6) & (decided == 0)), "chrome", "repeated in the file")

    n_before, n_after = _around(prose & (decided == 0), first, group)
    for row, hit in hits:
        if row.position in ("start", "end"):
            _decide(state, hit & (n_before <= 1 if row.position == "start" else n_after <= 3), row.kind, row.note)
    known = documents["title"].notna().to_numpy()[doc] if "title" in documents.columns else np.zeros(len(doc), bool)
    _decide(
        state,
        _equal(documents, "author", doc, end - start, text) & ((n_before == 0) | (n_after == 0)),
        "byline",
        "author",
    )
    _decide_by_shape(state, text, size, prose, marked, title, known, first, group)

    lost = ~np.logical_or.reduceat(decided == 0, first)[group]
    decided[lost] = 0
    _decide(state, lost, "body", "nothing else in the document")
    table = {"doc_id": documents["doc_id"].take(doc).array, "paragraph_id": place - first[group]}
    codes = pa.array(decided)
    kind, rule = (pd.array(pa.array(names).take(codes), dtype="str") for names in zip(*state[1], strict=True))
    return schema.conform(pd.DataFrame(table | {"start": start, "end": end, "kind": kind, "rule": rule}), "paragraphs")


def read_rules(source):
    """One row per rule: `pattern, words, kind, position, note`, from the shipped list, a path or a table."""
    columns = ("pattern", "words", "kind", "position", "note")
    rules = read_list(source, required=columns)
    for column, allowed in (("kind", schema.PARAGRAPH_KINDS), ("position", ("any", "start", "end", "rest"))):
        for row in rules[~rules[column].isin(allowed)].itertuples():
            raise ValueError(f"rules, line {row.line}: {column} {getattr(row, column)!r}; use {', '.join(allowed)}")
    for row in rules.itertuples():
        try:
            int(row.words), _search(pa.array([""]), row.pattern)
        except ValueError as error:  # pyarrow's ArrowInvalid is one
            raise ValueError(f"rules, line {row.line}: {row.pattern!r}, {row.words!r} words: {error}") from None
    anchored = rules["pattern"].str.match(r"\^(?!.*\|\\b)")
    loose = [re.sub(r"\\[sS]|\\.|\[\^?(?:\\.|[^\]])*\]|[' ]", _loosen, pattern) for pattern in rules["pattern"]]
    return rules.assign(anchored=anchored, loose=loose).astype({"words": "int32"})


def _loosen(part):
    """Part of a pattern (a class or a character) that meets curly apostrophes and no-break spaces too."""
    part = part[0]
    if part in ("\\s", "\\S"):
        return {"\\s": "[\\s\u00a0]", "\\S": "[^\\s\u00a0]"}[part]
    odd = "\u2019" * ("'" in part) + "\u00a0" * (" " in part)
    if part.startswith("\\") or not odd:
        return part
    return f"[{part}{odd}]" if len(part) == 1 else re.sub(r"^\[\^?", rf"\g<0>{odd}", part)


@cache
def _shipped_rules():
    return read_rules("boilerplate")


def _decide(state, where, kind, rule):
    """The first decision on a paragraph stands."""
    decided, decisions = state
    decided[where & (decided == 0)] = len(decisions)
    decisions.append((kind, rule))


def _is(state, kind):
    return np.array([k == kind for k, _ in state[1]])[state[0]]


def _decide_what_follows(state, hits, size, prose, first, group):
    """What stands after the article's end: the latest line that ends it names what follows."""
    before, after = _around(size * (prose & (state[0] == 0)), first, group)
    ends, lists = np.full(len(group), -1), np.zeros(len(group), bool)
    for n, (row, hit) in enumerate(hits):
        enough = (before > 50) & (before > after / 8) if row.kind == "comments" else before > 4 * after
        ends[hit & enough & (ends < 0)] = n
        lists |= hit & (row.kind == "chrome")
    latest = _latest(ends >= 0, first, group)
    for n, (row, _) in enumerate(hits):
        _decide(state, (latest >= 0) & (ends[latest] == n), row.kind, f"after: {row.note}")
    listed = _latest(lists, first, group) > _latest(prose, first, group)
    _decide(state, listed, "chrome", "in a list of other articles")


def _decide_by_shape(state, text, size, prose, marked, title, known, first, group):
    """Headline, byline and headings by their form; the points of a summary; labels before the headline."""
    decided, short = state[0], size <= 30
    bullet = np.isin(code_points(*_bytes_of(text)[:2])[0], [ord(mark) for mark in "-–—•*·▪"])
    summary = _is(state, "summary")
    listed = _latest(summary, first, group) > _latest(~bullet & ~summary, first, group)
    listed |= (_around((decided == 0) & ~bullet, first, group)[0] == 0) & (_around(title, first, group)[0] > 0)
    _decide(state, bullet & listed, "summary", "list before the text")

    opening = _around(prose & (decided == 0), first, group)[0] == 0
    formed = _search(text, HEADLINE_END, short & (decided == 0))
    titled = np.logical_or.reduceat(title, first)[group]
    candidate = opening & formed & ~titled & (size > 2) & ~(known & marked)
    headline = candidate & (_around(candidate, first, group)[0] == 0)
    _decide(state, headline, "headline", "first headline-like line")
    headline |= title & opening
    ahead = _around(headline, first, group)[1] > 0
    _decide(state, opening & ahead & ~prose, "chrome", "before the headline")
    _decide(state, _search(text, NAMES, opening & ~ahead & ~prose), "byline", "name under the headline")
    under = opening & ~ahead & (_around(headline, first, group)[0] > 0)
    _decide(state, under & ~prose, "summary", "line under the headline")

    # A heading is a line without the end of a sentence, or in title case, alone between two paragraphs of text.
    at = np.flatnonzero(decided == 0)
    form = _search(text, r"^(?-i:[\p{Lu}\d])", formed & (decided == 0) & (size <= 14) & ~bullet)
    form = (form & ~_search(text, LOWER_CASE_WORD, form & marked))[at]
    running = prose[at] & ~form
    between = np.r_[False, running[:-1] & (group[at][1:] == group[at][:-1])]
    between &= np.r_[running[1:] & (group[at][1:] == group[at][:-1]), False]
    heading = np.zeros(len(group), bool)
    heading[at[form & between]] = True
    _decide(state, heading, "heading", "short line between paragraphs")


def _match(text, size, near, rules):
    """The rules that match any paragraph, each with whether it matches which.

    Of many paragraphs the few that a set of rules may match are found first, by one expression a set: loose ones, as it
    costs less than to fold all texts. Rules that are anchored are quick, but not in a set with others.
    """
    sets, chosen = {}, {}
    for row in rules.itertuples():
        sets.setdefault((row.words, row.position, row.anchored), []).append(f"(?:{row.loose})")

    def choose(words, position):
        at = np.flatnonzero((size <= words) & near.get(position, True))
        lines = _pick(text, at)
        for key in {(words, position, True), (words, position, False)} & set(sets):
            some = np.ones(len(at), bool)
            if len(at) > MANY:
                some = _search(lines, "|".join(sets[key]))
            plain = pc.replace_substring(lines.filter(pa.array(some)), "\u2019", "'")
            chosen[key] = at[some], pc.replace_substring(plain, "\u00a0", " ")

    def match(row):
        at, lines = chosen[row.words, row.position, row.anchored]
        hit = np.zeros(len(size), bool)
        hit[at] = _search(lines, row.pattern) if len(at) else False
        return row, hit

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Arrow frees the interpreter's lock
        list(pool.map(choose, *zip(*{key[:2] for key in sets}, strict=True)))
        return [(row, hit) for row, hit in pool.map(match, rules.itertuples()) if hit.any()]


def _search(text, pattern, where=None):
    """Whether each text has the pattern, whatever its case; of those where `where` is true, if given."""
    if where is None:
        return pc.match_substring_regex(text, pattern, ignore_case=True).to_numpy(zero_copy_only=False)
    found = np.zeros(len(where), bool)
    at = np.flatnonzero(where)
    found[at] = _search(_pick(text, at), pattern)
    return found


def _pick(text, at):
    """The paragraphs with the numbers `at`; between any two in `text` stands a null (see `slice_bytes`)."""
    return text.take(pa.array(2 * at))


def _bytes_of(text):
    """The bytes of the paragraphs, and where each begins and ends in them."""
    offsets = np.frombuffer(text.buffers()[1], "int64")
    return np.frombuffer(text.buffers()[2] or b"", "uint8"), offsets[:-1:2], offsets[1::2]


def _find_paragraphs(texts):
    """Document number, start, end (code points) and text of every paragraph."""
    data, offsets = utf8_buffer(texts)
    cut = find_bytes(data, lambda part: part == 10, offsets[0])
    begin, finish = (np.sort(both, kind="stable") for both in (np.r_[offsets[:-1], cut + 1], np.r_[cut, offsets[1:]]))
    line = np.flatnonzero(finish > begin)
    begin, finish = begin[line], finish[line]
    last = finish - 1
    for _ in range(3):
        last = last - is_later(data[last])
    # white space around the line; a control character may be white space
    odd = np.flatnonzero(
        (classify(code_points(data, begin)[0]) == SPACE) | (classify(code_points(data, last)[0]) == SPACE)
    )
    lines = take_bytes(data, begin[odd], finish[odd])
    begin[odd] = finish[odd] - pc.binary_length(pc.utf8_ltrim_whitespace(lines)).to_numpy()
    finish[odd] = begin[odd] + pc.binary_length(pc.utf8_trim_whitespace(lines)).to_numpy()
    kept = np.flatnonzero(finish > begin)
    line, begin, finish = line[kept], begin[kept], finish[kept]
    doc = np.searchsorted(offsets, begin, "right") - 1
    later = find_bytes(data, is_later)
    start, end, origin = (x - np.searchsorted(later, x) for x in (begin, finish, offsets))
    text = slice_bytes(data, begin, finish, pa.large_string())
    return _join_wrapped(doc, start - origin[doc], end - origin[doc], text, np.diff(line, prepend=-9) > 1)


def _join_wrapped(doc, start, end, text, apart):
    """Lines joined to paragraphs in documents that are broken at a width: none longer, many going on in lower case.

    A paragraph begins after a blank line, or after a sentence that ends well before the width.
    """
    first = np.flatnonzero(np.diff(doc, prepend=-1))
    width = np.maximum.reduceat(end - start, first) if len(first) else first
    widest = np.repeat(width, np.diff(np.r_[first, len(doc)]))
    apart = apart | (np.diff(doc, prepend=-1) > 0)
    at = np.flatnonzero((widest >= 40) & (widest <= 120) & ~apart)
    going_on = _search(_pick(text, at), r"^(?-i:\p{Ll})")
    at = at[pd.Series(going_on).groupby(doc[at]).transform("mean").to_numpy() >= 0.3]
    at = at[((end - start)[at - 1] > 0.7 * widest[at]) | ~_search(_pick(text, at - 1), SENTENCE_END)]
    if not len(at):
        return doc, start, end, text
    place = np.arange(len(doc))
    begin = np.flatnonzero(~np.isin(place, at))
    lines = pa.ListArray.from_arrays(pa.array(np.r_[begin, len(doc)], pa.int32()), _pick(text, place))
    data, offsets = utf8_buffer(pc.binary_join(lines, pa.scalar(" ", text.type)))
    text = slice_bytes(data, offsets[:-1], offsets[1:], text.type)
    return doc[begin], start[begin], end[np.r_[begin[1:], len(doc)] - 1], text


def _equal(documents, column, doc, size, text):
    """Whether a paragraph is the document's title or author, whatever its typography and case."""
    found = np.zeros(len(doc), bool)
    if column in documents.columns:
        wanted = documents[column].fillna("").map(lambda t: fold(t).strip().casefold()).to_numpy()
        length = np.fromiter(map(len, wanted), int, len(wanted))[doc]
        at = np.flatnonzero((length > 0) & (np.abs(size - length - 1) <= 1))
        lines = _pick(text, at).to_pylist()
        found[at] = [fold(t).strip("# ").casefold() == w for t, w in zip(lines, wanted[doc[at]], strict=True)]
    return found


def _repeated(documents, doc, text, size):
    """Paragraphs that stand in at least three articles, and a fifth of all, of the same outlet; long ones in half."""
    found = np.zeros(len(doc), bool)
    if "outlet" not in documents.columns:
        return found
    outlet, names = pd.factorize(documents["outlet"])
    n_docs = np.bincount(outlet[outlet >= 0], minlength=len(names) + 1)
    at = np.flatnonzero((outlet[doc] >= 0) & (n_docs[outlet[doc]] >= 3) & (size < 100))
    at = at[pd.Series(_digest(text, at, outlet[doc[at]])).duplicated(keep=False).to_numpy()]
    line = _pick(text, at).dictionary_encode().indices.to_numpy()
    frame = pd.DataFrame({"outlet": outlet[doc[at]], "line": line, "doc": doc[at]})
    count = frame.groupby(["outlet", "line"])["doc"].transform("nunique").to_numpy()
    found[at[(count >= 3) & (count >= np.where(size[at] < 20, 0.2, 0.5) * n_docs[frame["outlet"]])]] = True
    return found


def _seen_before(text, group, where):
    """Whether the same paragraph stands earlier in its document, among those where `where` is true."""
    at = np.flatnonzero(where)
    at = at[pd.Series(_digest(text, at, group[at])).duplicated(keep=False).to_numpy()]
    line = _pick(text, at).dictionary_encode().indices.to_numpy()
    found = np.zeros(len(where), bool)
    found[at[pd.DataFrame({"group": group[at], "line": line}).duplicated().to_numpy()]] = True
    return found


def _digest(text, at, group):
    """A number that is the same for the same paragraph of the same group: most others differ, and are not compared."""
    data, begin, finish = _bytes_of(text)
    begin, finish = begin[at], finish[at]
    total = np.zeros(len(at), np.uint64)
    for step in range(3):
        for place in (begin + step, finish - 1 - step, (begin + finish) // 2 + step):
            total = total * np.uint64(257) + data[np.clip(place, begin, finish - 1)]
    return total * np.uint64(1_000_003) + group.astype(np.uint64)


def _around(values, first, group):
    """Sums of `values` in the document before and after each paragraph."""
    values = values.astype(np.float64)
    before = np.cumsum(values) - values
    before -= before[first][group]
    return before, np.add.reduceat(values, first)[group] - before - values


def _latest(where, first, group):
    """Number of the latest paragraph, up to and with this one, of the same document where `where` is true; else -1."""
    latest = np.maximum.accumulate(np.where(where, np.arange(len(where)), -1))
    return np.where(latest >= first[group], latest, -1)


def _densest_run(score, group):
    """Whether a paragraph lies in the run of its document whose scores have the greatest sum (Kadane's algorithm)."""
    total = np.cumsum(score)
    shift = group * (np.ptp(total) + np.abs(score).max() + 1)  # makes every document start below all earlier ones
    before = total - score - shift
    low = np.minimum.accumulate(before)
    place = np.arange(len(score))
    begin = np.maximum.accumulate(np.where(before <= low, place, 0))
    best = pd.Series(before + score - low).groupby(group).idxmax().to_numpy()[group]
    return (place >= begin[best]) & (place <= best)
