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
    eight_bytes,
    find_bytes,
    fold,
    is_later,
    slice_bytes,
    take_bytes,
    utf8_buffer,
)

MANY = 2000  # paragraphs from which on rules are searched in sets
MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads what is added to its multiples (Knuth's multiplicative hashing)
WORD = 6  # bytes of an English word and its space; of two characters of a script without spaces
SENTENCE_END = r"[.!?…。！？:;,][\"'”’»)\]]*$"
HEADLINE_END = r"([^.!?…。！？:;,\"'”’»)\]]|[?!]\)?|[^.,:;!?…][\"'”’»)\]]+)$"
# a question or exclamation quoted at the end of a short line, not after a comma and not the whole line
HEADLINE_END += r"|^[^\"'“‘«„][^\"“«„.!?…]{1,60}[^,] [\"'“‘«„].{1,60}[?!][\"'”’»]+$"
TO_READER = (
    r"\b(you|your|our|(?-i:us|we|We)|please|click|here|newsletters?|website|this (article|piece|post|report|story))\b|@"
)
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
    columns = ["doc_id", "text", "title", "author", "outlet"]
    documents = schema.take_documents(documents).reindex(columns=columns).astype("str")
    rules = _shipped_rules() if rules is None else read_rules(rules)
    doc, start, end, text = _find_paragraphs(documents["text"])
    if not len(doc):
        return schema.empty("paragraphs")
    group = np.cumsum(np.diff(doc, prepend=doc[0]) > 0)  # numbers the documents that have a paragraph
    paragraph_id, n_lines = np.arange(len(doc)) - _first(group)[group], np.bincount(group)[group]
    data, begin, finish = _bytes_of(text)
    size = (finish - begin) / WORD
    line = _number_lines(text, data, begin, finish)
    marked, short = np.zeros(len(doc), bool), np.flatnonzero(size <= 30)  # of longer ones it does not matter
    marked[short] = _search(pc.utf8_slice_codeunits(_pick(text, short), -4, None), SENTENCE_END)
    prose = ((size >= 6) & marked) | (size >= 25)
    state = decided, _ = np.zeros(len(doc), "int16"), [("body", "")]

    title = _equal(documents["title"], doc, end - start, text)
    _decide(state, title, "headline", "title")
    # Where there is no running text, or one paragraph only, there is nothing for furniture to stand beside.
    telling = (n_lines > 1) & (_total(prose, group) > 0)
    near = {"start": paragraph_id < 8, "end": n_lines - paragraph_id <= 8}
    hits = _match(text, np.where(telling, size, np.inf), near, rules)
    sentence = (size >= 6) & marked
    sentence &= ~_search(text, TO_READER, sentence & np.logical_or.reduce([marked & False, *(hit for _, hit in hits)]))
    amid = sentence & _running(prose, group)
    for row, hit in hits:  # a sentence that is not to the reader is the article's in its midst, and ends none
        hit &= ~{"any": amid, "rest": sentence}.get(row.position, np.False_)
    repeated = _repeated(documents["outlet"], doc, line, size)
    for row, hit in hits:
        _decide(state, hit if row.position in ("any", "rest") else hit & repeated, row.kind, row.note)
    _decide(state, repeated, "chrome", "repeated in the outlet's articles")
    _decide_what_follows(state, [hit for hit in hits if hit[0].position == "rest"], finish - begin, prose, group)
    _decide_by_density(state, telling, size, prose, title, group)
    seen = _seen_before(group, line, (size >= 6) & (decided == 0))
    _decide(state, seen, "chrome", "repeated in the file")

    n_before, n_after = _around(prose & (decided == 0), group)
    at_edge = {"start": n_before <= 1, "end": n_after <= 3}
    for row, hit in hits:
        if row.position in at_edge:
            _decide(state, hit & at_edge[row.position], row.kind, row.note)
    author = _equal(documents["author"], doc, end - start, text)
    _decide(state, author & ((n_before == 0) | (n_after == 0)), "byline", "author")
    bullet = np.isin(code_points(data, begin)[0], [ord(mark) for mark in "-–—•*·▪"])
    _decide_lists(state, bullet, title, finish - begin, group)
    known = documents["title"].notna().to_numpy()[doc]
    formed = _search(text, HEADLINE_END, (size <= 30) & (decided == 0))
    _decide_opening(state, text, formed & (size > 2) & ~(known & marked), prose, title, group)
    _decide_headings(state, text, formed & (size <= 14) & ~bullet, prose, marked, group)

    lost = _total(decided == 0, group) == 0
    decided[lost] = 0
    _decide(state, lost, "body", "nothing else in the document")
    table = {"doc_id": documents["doc_id"].take(doc).array, "paragraph_id": paragraph_id, "start": start, "end": end}
    for column, names in zip(("kind", "rule"), zip(*state[1], strict=True), strict=True):
        table[column] = pd.array(pa.array(names).take(pa.array(decided)), dtype="str")
    return schema.conform(pd.DataFrame(table), "paragraphs")


def find_pieces(documents, paragraphs):
    """Document row, start, end and paragraph_id of each body paragraph, in order."""
    schema.require(paragraphs, "paragraphs", *(columns := ["doc_id", "paragraph_id", "start", "end", "kind"]))
    kept = (paragraphs["kind"] == "body").to_numpy() & (paragraphs["end"] > paragraphs["start"]).to_numpy()
    kept = paragraphs[columns[:-1]][kept]
    ids, (codes, found) = pd.Index(documents["doc_id"]), pd.factorize(kept["doc_id"].astype("str"))
    if not ids.is_unique:
        raise ValueError(f"documents: doc_id {ids[ids.duplicated()][0]!r} stands in more than one row; make it unique")
    rows = np.r_[ids.get_indexer(found), -1][codes].astype("int64")
    if len(lost := kept["doc_id"][rows < 0]):
        raise ValueError(f"paragraphs: doc_id {lost.iloc[0]!r} is not in documents")
    pieces = rows, *(kept[c].to_numpy("int64") for c in ("start", "end", "paragraph_id"))
    order = np.argsort(rows << 32 | pieces[1], kind="stable")  # quick for what is in order
    rows, start, end, number = (x[order] for x in pieces)
    if ((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])).any():
        raise ValueError("paragraphs: two body paragraphs of a document overlap; a character belongs to one of them")
    return rows, start, end, number


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
    loose = [re.sub(r"\\[sS]|\\.|\[\^?(?:\\.|[^\]])*\]|[' ^]", _loosen, pattern) for pattern in rules["pattern"]]
    return rules.assign(anchored=anchored, loose=loose).astype({"words": "int32"})


def _loosen(part):
    """Part of a pattern (a class or a character) that meets curly apostrophes, no-break spaces and headings too."""
    part = part[0]
    if part in (special := {"\\s": "[\\s\u00a0]", "\\S": "[^\\s\u00a0]", "^": "^(?:#+ )?"}):
        return special[part]
    odd = "\u2019" * ("'" in part) + "\u00a0" * (" " in part or "\\s" in part)
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


def _decide_what_follows(state, hits, n_bytes, prose, group):
    """What stands after the article's end: the latest line that ends it names what follows."""
    before, after = _around(n_bytes * (prose & (state[0] == 0)), group)  # whole numbers: exact sums
    ends, lists = np.full(len(group), -1), np.zeros(len(group), bool)
    for n, (row, hit) in enumerate(hits):
        enough = (before > 50 * WORD) & (before > after / 8) if row.kind == "comments" else before > 4 * after
        ends[hit & enough & (ends < 0)] = n
        lists |= hit & (row.kind == "chrome")
    latest = _latest(ends >= 0, group)
    for n, (row, _) in enumerate(hits):
        _decide(state, (latest >= 0) & (ends[latest] == n), row.kind, f"after: {row.note}")
    listed = _latest(lists, group) > _latest(prose, group)
    _decide(state, listed, "chrome", "in a list of other articles")


def _decide_by_density(state, telling, size, prose, title, group):
    """A scraped page has more lines of furniture than of text; its article is the densest run of text."""
    furniture = ~prose & ~title
    share = _total(size * furniture, group) / _total(size, group)
    n_furniture, n_lines = _total(furniture, group), np.bincount(group)[group]
    page = telling & (n_furniture >= 20) & (2 * n_furniture > n_lines) & ((share > 0.1) | (n_furniture >= 50))
    score = np.where(prose & (state[0] == 0), np.minimum(size, 60), np.where(_is(state, "caption"), 0.0, -12.0))
    _decide(state, page & ~_densest_run(score, group), "chrome", "outside the article")


def _decide_lists(state, bullet, title, n_bytes, group):
    """The points that follow a summary, or stand between the title and a text longer than they are."""
    summary = _is(state, "summary")
    opening = bullet & (_around((state[0] == 0) & ~bullet, group)[0] == 0) & (_around(title, group)[0] > 0)
    opening &= _total(n_bytes * opening, group) < _total(n_bytes * ((state[0] == 0) & ~opening), group)
    listed = bullet & (_latest(summary, group) > _latest(~bullet & ~summary, group))
    _decide(state, listed | opening, "summary", "list before the text")


def _decide_opening(state, text, formed, prose, title, group):
    """Before the running text: the headline, labels before it, names and other lines under it."""
    opening = _around(prose & (state[0] == 0), group)[0] == 0
    candidate = opening & formed & (_total(title, group) == 0)
    headline = candidate & (_around(candidate, group)[0] == 0)
    _decide(state, headline, "headline", "first headline-like line")
    before, after = _around(headline | title & opening, group)
    ahead = after > 0
    _decide(state, opening & ahead & ~prose, "chrome", "before the headline")
    _decide(state, _search(text, NAMES, opening & ~ahead & ~prose), "byline", "name under the headline")
    _decide(state, opening & ~ahead & (before > 0) & ~prose, "summary", "line under the headline")


def _decide_headings(state, text, formed, prose, marked, group):
    """A heading is a line without the end of a sentence, or in title case, alone between two paragraphs of text."""
    at = np.flatnonzero(state[0] == 0)
    form = _search(text, r"^(?-i:[\p{Lu}\d])", formed & (state[0] == 0))
    form = (form & ~_search(text, LOWER_CASE_WORD, form & marked))[at]
    running = prose[at] & ~form
    same = np.diff(group[at]) == 0
    form[1:] &= running[:-1] & same
    form[:-1] &= running[1:] & same
    form[:1] = form[-1:] = False
    heading = np.zeros(len(group), bool)
    heading[at[form]] = True
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
        lines = None if 4 * len(at) > 3 * len(size) > MANY else _pick(text, at)  # most are searched where they are
        for key in {(words, position, True), (words, position, False)} & set(sets):
            either = "|".join(sets[key])
            if lines is None:
                chosen[key] = (some := at[_search(text, either)[2 * at]]), _pick(text, some)
            else:
                some = _search(lines, either) if len(at) > MANY else np.ones(len(at), bool)
                chosen[key] = at[some], lines.filter(pa.array(some))

    def match(row):
        at, lines = chosen[row.words, row.position, row.anchored]
        hit = np.zeros(len(size), bool)
        hit[at] = _search(lines, row.loose) if len(at) else False
        return row, hit

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Arrow frees the interpreter's lock
        list(pool.map(choose, *zip(*sorted({key[:2] for key in sets}, reverse=True), strict=True)))  # the largest first
        return [(row, hit) for row, hit in pool.map(match, rules.itertuples()) if hit.any()]


def _search(text, pattern, where=None):
    """Whether each text has the pattern, whatever its case; of those where `where` is true, if given."""
    if where is None:
        return pc.match_substring_regex(text, pattern, ignore_case=True).fill_null(False).to_numpy(zero_copy_only=False)
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
    begin, finish = _trim(data, begin[line], finish[line])
    kept = np.flatnonzero(finish > begin)
    line, begin, finish = line[kept], begin[kept], finish[kept]
    doc = np.searchsorted(offsets, begin, "right") - 1
    later = find_bytes(data, is_later)
    start, end, origin = (x - np.searchsorted(later, x) for x in (begin, finish, offsets))
    text = slice_bytes(data, begin, finish, pa.large_string())
    return _join_wrapped(doc, start - origin[doc], end - origin[doc], text, np.diff(line, prepend=-9) > 1)


def _trim(data, begin, finish):
    """Where the lines begin and end without the white space around them; a control character may be white space."""
    last = finish - 1
    for _ in range(3):
        last = last - is_later(data[last])
    edges = np.array([begin, last])
    first = data[edges]
    plain = (first > 32) & (first < 127)
    space = np.zeros(edges.shape, bool)
    space[~plain] = classify(code_points(data, edges[~plain])[0]) == SPACE
    odd = np.flatnonzero(space.any(0))
    lines = take_bytes(data, begin[odd], finish[odd])
    begin[odd] = finish[odd] - pc.binary_length(pc.utf8_ltrim_whitespace(lines)).to_numpy()
    finish[odd] = begin[odd] + pc.binary_length(pc.utf8_trim_whitespace(lines)).to_numpy()
    return begin, finish


def _join_wrapped(doc, start, end, text, apart):
    """Lines joined to paragraphs in documents that are broken at a width: none longer, many going on in lower case.

    A paragraph begins after a blank line, or after a sentence that ends well before the width.
    """
    widest = pd.Series(end - start).groupby(doc).transform("max").to_numpy()
    apart = apart | (np.diff(doc, prepend=-1) > 0)
    at = np.flatnonzero((widest >= 40) & (widest <= 120) & ~apart)
    going_on = _search(_pick(text, at), r"^(?-i:\p{Ll})")
    at = at[pd.Series(going_on).groupby(doc[at]).transform("mean").to_numpy() >= 0.3]
    at = at[((end - start)[at - 1] > 0.7 * widest[at]) | ~_search(_pick(text, at - 1), SENTENCE_END)]
    if not len(at):
        return doc, start, end, text
    every = np.arange(len(doc))
    begin = np.delete(every, at)
    lines = pa.ListArray.from_arrays(pa.array(np.r_[begin, len(doc)], pa.int32()), _pick(text, every))
    data, offsets = utf8_buffer(pc.binary_join(lines, pa.scalar(" ", text.type)))
    text = slice_bytes(data, offsets[:-1], offsets[1:], text.type)
    return doc[begin], start[begin], end[np.r_[begin[1:], len(doc)] - 1], text


def _number_lines(text, data, begin, finish):
    """A number for each paragraph, the same for the same text; only those alike at both ends are compared whole."""
    size = finish - begin
    first, last = eight_bytes(data, np.array([begin, np.maximum(finish - 8, begin)]), size)
    alike = pd.Series((first * MIX + last) * MIX + size.astype("uint64")).duplicated(keep=False)
    line, at = np.arange(len(begin)), np.flatnonzero(alike)
    line[at] = len(line) + _pick(text, at).dictionary_encode().indices.to_numpy()
    return line


def _equal(names, doc, size, text):
    """Whether a paragraph is its document's title or author, whatever the typography and case."""
    names, found = pc.utf8_trim_whitespace(pa.array(names, pa.large_string())), np.zeros(len(doc), bool)
    length = pc.utf8_length(names).fill_null(0).to_numpy()[doc]
    at = np.flatnonzero((length > 0) & (np.abs(size - length - 1) <= 1))
    lines, names = pc.utf8_trim(_pick(text, at), "# "), names.take(pa.array(doc[at]))
    found[at] = pc.equal(lines, names).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(~found[at])
    pairs = (column.take(pa.array(odd)).to_pylist() for column in (lines, names))
    found[at[odd]] = [fold(a).strip("# ").casefold() == fold(b).strip().casefold() for a, b in zip(*pairs, strict=True)]
    return found


def _repeated(outlets, doc, line, size):
    """Paragraphs that stand in at least three articles, and a fifth of all, of the same outlet; long ones in half."""
    outlet, names = pd.factorize(outlets)
    n_docs = np.bincount(outlet[outlet >= 0], minlength=len(names) + 1)[outlet[doc]]
    key, found = pd.Series(outlet[doc] << 32 | line), np.zeros(len(doc), bool)
    key = key[(outlet[doc] >= 0) & (n_docs >= 3) & (size < 100)]
    key = key[key.duplicated(keep=False)]
    at = key.index
    count = pd.Series(doc[at]).groupby(key.to_numpy()).transform("nunique").to_numpy()
    found[at] = (count >= 3) & (count >= np.where(size[at] < 20, 0.2, 0.5) * n_docs[at])
    return found


def _seen_before(group, line, where):
    """Whether the same paragraph stands earlier in its document, among those where `where` is true."""
    found = np.zeros(len(where), bool)
    found[where] = pd.Series(group[where] << 32 | line[where]).duplicated()
    return found


def _running(prose, group):
    """Whether a paragraph has prose of its document right before and after it."""
    before = np.append(False, prose[:-1] & (group[1:] == group[:-1]))
    return before & np.append(prose[1:] & (group[1:] == group[:-1]), False)


def _first(group):
    """Where each document begins among the paragraphs; `group` numbers their documents from 0, in order."""
    return np.flatnonzero(np.diff(group, prepend=-1))


def _total(values, group):
    """Sum of `values` in the document of each paragraph."""
    return np.bincount(group, values)[group]


def _around(values, group):
    """Sums of `values` in the document before and after each paragraph."""
    before = np.cumsum(values.astype(np.float64)) - values
    before -= before[_first(group)][group]
    return before, _total(values, group) - before - values


def _latest(where, group):
    """Number of the latest paragraph, up to and with this one, of the same document where `where` is true; else -1."""
    latest = np.maximum.accumulate(np.where(where, np.arange(len(where)), -1))
    return np.where(latest >= _first(group)[group], latest, -1)


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
