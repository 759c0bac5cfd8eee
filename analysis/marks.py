"""Quotation marks: which stretches of the body stand between paired marks, whatever the marks look like.

The side a mark stands on (space, letter, punctuation before and after it) decides whether it opens or closes, not its
shape, so that straight, curly, German and French marks give the same spans. Only the marks are looked at, all at once.
"""

import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pandas as pd

from analysis import body, schema
from analysis.typography import code_points, cut_evenly, find_bytes, is_later, utf8_buffer

PART = 1 << 22  # bytes of text that a thread takes at once

SINGLE = "'\u2018\u2019\u201a\u201b\u2039\u203a\u0060\u00b4\uff07"
DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
ELIDED = ("tis", "twas", "twill", "em", "til", "till", "cause", "cuz", "n", "bout", "round", "neath")
SPACE, LETTER, CLOSING, OPENING, DASH = range(5)
FOUND = ("place", "width", "double", "side", "weak", "code", "left", "right")
# what stands before (row) and after (column) a mark: 1 opens, -1 closes, 0 closes what is open or else opens
SIDES = np.array([[0, 1, 0, 1, 1], [-1, 0, -1, -1, -1], [-1, 0, -1, -1, -1], [0, 1, 1, 1, 1], [-1, 1, -1, 1, 0]])


@cache
def _kinds():
    """The class of each code point up to the letters of Asia."""
    kinds = np.full(0x3100, LETTER, "int8")
    for code in range(0x3100):
        char, category = chr(code), unicodedata.category(chr(code))
        if char.isspace() or code in (0, 0x200B):
            kinds[code] = SPACE
        elif category in ("Ps", "Pi", "Sc") or char in "¿¡#@":
            kinds[code] = OPENING
        elif category[0] in "PS":
            kinds[code] = DASH if category == "Pd" and char != "-" else CLOSING
    return kinds


def _classify(points):
    """The class of each code point; what lies beyond the table is any letter."""
    return _kinds().take(points, mode="clip")


def _find_marks(data, offsets, row):
    """Every character that may be a quotation mark, in order; `row` is the number of the text at the first offset."""
    data = np.r_[data[offsets[0] : offsets[-1]], np.zeros(12, "uint8")]  # room to look beyond the last mark
    offsets = offsets - offsets[0]
    at = find_bytes(data, lambda part: (part == 34) | (part == 39) | (part == 96) | (part >= 0xC0))  # or not ASCII
    code, size = code_points(data, at)
    known = np.isin(code, [ord(c) for c in SINGLE + DOUBLE])
    at, code, size = at[known], code[known], size[known]
    if not len(at):
        return dict.fromkeys(FOUND, at) | dict.fromkeys(("double", "weak"), at > 0)
    doc = np.searchsorted(offsets, at, "right") - 1
    double = np.isin(code, [ord(c) for c in DOUBLE])
    joined = np.append(False, at[1:] == (at + size)[:-1]) & ~np.isin(at, offsets)
    around = _look_around(data, offsets, doc, at, size, joined)
    previous, following, _ = around
    before, after, beyond = map(_classify, around)
    side = SIDES[before, after]
    second = _find_second(joined, double, side)
    pair = np.append(second[1:], False)
    apostrophe = ~double & ~pair & (side == 0)
    opens = np.flatnonzero(~double & ~pair & (side > 0))
    apostrophe[opens] = _is_elided(data, (at + size)[opens])
    digit = (previous >= 48) & (previous < 58)
    foot = np.append(False, (apostrophe & digit)[:-1] & (np.diff(at) - size[:-1] < 3))
    inch = foot & digit & double
    # a closing mark that may be no mark: the boys' club, talkin' about, a 12" record
    odd = np.where(double, digit, np.isin(previous, [ord(c) for c in "Sns"]))
    weak = odd & ((following == ord("-")) | (after == SPACE) & (beyond == LETTER))
    keep = ~second & ~apostrophe & ~inch & (previous != ord("="))  # markup left in the text: id="7"
    later = find_bytes(data, is_later)
    points = [x - np.searchsorted(later, x) for x in (at, offsets)]
    place = doc + row << 32 | points[0] - points[1][doc]
    alone = ~joined & ~np.append(joined[1:], False)  # a space inside the marks is no part of the quotation
    left, right = alone & (before == SPACE), alone & (after == SPACE)
    values = (place, 1 + pair, double | pair, side, weak, code, left, right)
    return _pick(dict(zip(FOUND, values, strict=True)), np.flatnonzero(keep))


def _pick(table, rows):
    """Some rows of a table that is only a dictionary of arrays: pandas' own cost would be most of the time."""
    return {name: column[rows] for name, column in table.items()}


def _look_around(data, offsets, doc, at, size, joined):
    """The code points before, after and one further than each run of marks, for each mark of it."""
    first, run = np.flatnonzero(~joined), np.cumsum(~joined) - 1
    begin, end = at[first], (at + size)[np.append(first[1:], len(at)) - 1]
    before = begin - 1
    for _ in range(3):
        before = before - is_later(data[before])
    previous = code_points(data, before)[0]
    following, width = code_points(data, end)
    beyond = code_points(data, end + width)[0]
    previous[begin == offsets[doc[first]]] = following[end == offsets[doc[first] + 1]] = ord(" ")
    return previous[run], following[run], beyond[run]


def _find_second(joined, double, side):
    """Whether a mark is the second of two single ones in a run that are one double."""
    twins = np.append(False, joined[1:] & ~double[1:] & ~double[:-1])
    first, run = np.flatnonzero(~twins), np.cumsum(~twins) - 1
    rank, length = np.arange(len(twins)) - first[run], np.diff(first, append=len(twins))[run]
    rank = rank - ((length % 2 == 1) & (length > 1) & (side < 0))
    return (rank % 2 == 1) & (rank > 0)


def _is_elided(data, at):
    """Whether an apostrophe for what is left out would stand before the bytes `at`: 'tis, the '90s."""
    ahead = data[at[:, None] + np.arange(7)] | 32  # lower case
    letters = _classify(np.where(ahead < 128, ahead, 32)) == LETTER
    elided = letters[:, :2].all(1) & (ahead[:, :2] < 58).all(1) & (~letters[:, 2] | (ahead[:, 2] == ord("s")))
    for word in ELIDED:
        elided |= (ahead[:, : len(word)] == np.frombuffer(word.encode(), "uint8")).all(1) & ~letters[:, len(word)]
    return elided


def _pair(group, side, weak):
    """For marks sorted by group and place: index of the closing mark of each opening one (-1: none), and the limit."""
    n = len(group)
    base = np.flatnonzero(np.r_[True, np.diff(group) != 0][:n])
    which = np.searchsorted(base, np.arange(n), "right") - 1
    depth = np.cumsum(side)
    depth = depth - (depth[base] - side[base])[which]
    last = np.r_[base[1:], n] - 1
    nested = (np.minimum.reduceat(depth, base) >= 0) & (depth[last] == 0) & ~np.logical_or.reduceat(weak, base)
    level = np.where(nested[which], depth + (side < 0), 1)  # same marks inside each other, when all of them match
    order = np.lexsort((level, group))  # stable: keeps the order of places
    key = np.r_[True, (np.diff(group[order]) != 0) | (np.diff(level[order]) != 0)]
    opening = np.flatnonzero(side[order] > 0)
    stop = np.flatnonzero(key | (side[order] > 0))
    stop = np.r_[stop, n][np.searchsorted(stop, opening, "right")]
    closing = np.full(len(opening), n)
    for chosen in ((side[order] < 0) & weak[order], (side[order] < 0) & ~weak[order]):  # the second wins
        near = np.r_[np.flatnonzero(chosen), n][np.searchsorted(np.flatnonzero(chosen), opening)]
        closing = np.where(near < stop, near, closing)
    order = np.r_[order, -1]
    same = np.r_[~key, False][stop]
    return order[opening], order[closing], np.where(same, order[stop], -1)


def quoted_spans(documents, paragraphs=None):
    """One row per stretch between quotation marks of the body: `doc_id, start, end, level, mark, continued`.

    `start` and `end` are offsets of what stands inside the marks, `level` is 0 for the outermost marks and counts up
    inwards, `mark` the opening mark as printed, `continued` whether the next paragraph reopens the quotation instead
    of a closing mark. A quotation that is never closed ends where the next one opens or with its paragraph.
    All marks count alike, speech, scare quotes and titles: what stands in an outermost span is `in_quote`.
    """
    documents = schema.take_documents(documents)
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    return name_spans(documents, find_spans(documents["text"], body.find_pieces(documents, paragraphs)))


def find_spans(texts, pieces):
    """The stretches between marks in the `pieces` (as `body.find_pieces` gives them) of the texts.

    `start, end` are the row of the text, shifted by 32 bits, and the offset; `level, code` of the mark, `continued`.
    """
    data, offsets = utf8_buffer(texts)
    row, begin, finish = pieces[0], *(pieces[0] << 32 | place for place in pieces[1:3])
    cuts = cut_evenly(offsets, PART)

    def find(a, b):
        inside = slice(*np.searchsorted(row, (a, b)))
        return _find_spans(_find_marks(data, offsets[a : b + 1], a), begin[inside], finish[inside])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(find, cuts[:-1], cuts[1:]))
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def name_spans(documents, spans):
    """The table `quoted_spans` gives, from what `find_spans` found in the documents."""
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    marks, which = np.unique(spans["code"], return_inverse=True)
    columns = {
        "doc_id": documents["doc_id"].take(start >> 32).astype("str").array,
        "start": (start & 0xFFFFFFFF).astype("int32"),
        "end": (end & 0xFFFFFFFF).astype("int32"),
        "level": spans["level"].to_numpy("int32"),
        "mark": pd.array(np.array([chr(m) for m in marks], object)[which], dtype="str"),
        "continued": spans["continued"].to_numpy(bool),
    }
    return pd.DataFrame(columns)


def _find_spans(found, begin, finish):
    """The spans between the marks `found` in the paragraphs from `begin` to `finish`."""
    place, para = found["place"], np.searchsorted(begin, found["place"], "right") - 1
    inside = np.flatnonzero((para >= 0) & (place < np.append(finish, 0)[para]))
    found = _pick(found | {"para": para, "group": para}, inside)
    double, single = (_pick(found, np.flatnonzero(found["double"] == kind)) for kind in (True, False))
    double = _match(double, begin, finish)
    outer, ends = double["start"], double["end"]
    top = np.maximum.accumulate(np.append(0, ends))[:-1] <= outer
    outer, ends = outer[top], ends[top]
    # single marks match each other inside the same double marks, or outside of all
    inside = np.searchsorted(outer, single["place"], "right") - 1
    inside = np.where(single["place"] < np.append(ends, 0)[inside], inside, -1)
    single["group"] = np.where(inside >= 0, len(begin) + inside, single["para"])
    single = _match(_pick(single, np.argsort(single["group"], kind="stable")), begin, finish)
    single = _pick(single, np.flatnonzero(single["closed"] | single["continued"]))
    spans = {name: np.append(double[name], single[name]) for name in double}
    spans["double"] = np.arange(len(spans["start"])) < len(double["start"])
    order = np.lexsort((-spans["end"], spans["start"]))
    spans = _pick(spans, order[(spans["end"] > spans["start"])[order]])
    while len(crossing := _find_crossing(spans := spans | {"level": _count_open(spans)})):
        spans = _pick(spans, np.delete(np.arange(len(spans["start"])), crossing))
    return spans


def _count_open(spans):
    """How many spans are open where each begins; they are sorted by `start`, the longest first."""
    return np.arange(len(spans["start"])) - np.searchsorted(np.sort(spans["end"]), spans["start"], "right")


def _find_crossing(spans):
    """The spans of single marks that end beyond the span they begin in, or within one that begins in them."""
    level, end = spans["level"], spans["end"]
    n = np.arange(len(level))
    key = np.sort(level * len(n) + n)
    around = key[np.searchsorted(key, (level - 1) * len(n) + n) - 1] % max(len(n), 1)
    bad = np.flatnonzero((level > 0) & (end > end[around]))
    return np.unique(np.where(spans["double"][bad], around[bad], bad))


def _match(found, begin, finish):
    """The spans between marks of one family, by `group`."""
    group, para, place, side = (found[c] for c in ("group", "para", "place", "side"))
    n = np.arange(len(group))
    # a mark that may be either opens or closes in turn with those before it
    known = np.maximum.accumulate(np.where((side != 0) | (np.diff(group, prepend=-1) != 0), n, 0))
    side = np.where(side != 0, side, np.where((n - known + (side[known] < 0)) % 2 == 0, 1, -1))
    opening, closing, limit = _pair(group, side, found["weak"]) if len(n) else [n] * 3
    closed, para = closing >= 0, para[opening]
    until = np.where(closed, closing, limit)
    start = place[opening] + (found["width"] + found["right"])[opening]
    end = np.where(until >= 0, (place - found["left"])[until], finish[para])
    reopens = np.zeros(len(begin) + 1, bool)
    reopens[para[place[opening] == begin[para]]] = True
    continued = (until < 0) & reopens[para + 1] & (np.append(begin >> 32, -1)[para + 1] == start >> 32)
    return {"start": start, "end": end, "code": found["code"][opening], "closed": closed, "continued": continued}
