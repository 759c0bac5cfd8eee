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
from analysis.typography import cut_evenly, find_bytes, is_later, utf8_buffer

PART = 1 << 22  # bytes of text that a thread takes at once

SINGLE = "'\u2018\u2019\u201a\u201b\u2039\u203a\u0060\u00b4\uff07"
DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
ELIDED = ("tis", "twas", "twill", "em", "til", "till", "cause", "cuz", "n", "bout", "round", "neath")
SPACE, LETTER, CLOSING, OPENING, DASH = range(5)
FOUND = ("place", "width", "double", "side", "weak", "code", "left", "right")
# what stands before (row) and after (column) a mark: 1 opens, -1 closes, 0 closes what is open or else opens
SIDES = np.array([[0, 1, 0, 1, 1], [-1, 0, -1, -1, -1], [-1, 0, -1, -1, -1], [0, 1, 1, 1, 1], [-1, 1, -1, 1, 0]])


@cache
def _tables():
    """Per code point its class, and the first bytes of the marks."""
    kinds = np.full(0x3100, LETTER, "int8")
    for code in range(0x3100):
        char, category = chr(code), unicodedata.category(chr(code))
        if char.isspace() or code in (0, 0x200B):
            kinds[code] = SPACE
        elif category in ("Ps", "Pi", "Sc") or char in "¿¡#@":
            kinds[code] = OPENING
        elif category[0] in "PS":
            kinds[code] = DASH if category == "Pd" and char != "-" else CLOSING
    return kinds, sorted({mark.encode()[0] for mark in SINGLE + DOUBLE})


def _decode(data, at):
    """The code points that begin at the bytes `at` (beyond three bytes: any letter)."""
    a, b, c = (data[at + i].astype("int32") for i in range(3))
    return np.where(a < 0x80, a, np.where(a < 0xE0, (a & 31) << 6 | b & 63, (a & 15) << 12 | (b & 63) << 6 | c & 63))


def _find_marks(data, offsets, row):
    """Every character that may be a quotation mark, in order; `row` is the number of the text at the first offset."""
    data = np.r_[data[offsets[0] : offsets[-1]], np.zeros(12, "uint8")]  # room to look beyond the last mark
    offsets = offsets - offsets[0]
    kinds, leads = _tables()

    def may_be_mark(part):
        found = part == leads[0]
        for lead in leads[1:]:
            found |= part == lead
        return found

    at = find_bytes(data, may_be_mark)
    code = _decode(data, at)
    known = np.isin(code, [ord(c) for c in SINGLE + DOUBLE])
    at, code = at[known], code[known]
    if not len(at):
        return pd.DataFrame(dict.fromkeys(FOUND, at)).astype({"double": bool, "weak": bool})
    later = find_bytes(data, is_later)
    points = [x - np.searchsorted(later, x) for x in (at, offsets)]
    size = np.where(code < 0x80, 1, np.where(code < 0x800, 2, 3))
    double = np.isin(code, [ord(c) for c in DOUBLE])
    # a run of marks shares what stands before and after it; two single marks in a run are one double
    joined = np.append(False, at[1:] == at[:-1] + size[:-1]) & ~np.isin(at, offsets)
    first = np.flatnonzero(~joined)
    run = np.cumsum(~joined) - 1
    before, after = at[first] - 1, (at + size)[np.r_[first[1:], len(at)] - 1]
    for _ in range(2):
        before = before - is_later(data[before])
    previous, following = _decode(data, before), _decode(data, after)
    doc = np.searchsorted(offsets, at, "right") - 1
    previous[at[first] == offsets[doc[first]]] = following[after == offsets[doc[first] + 1]] = 32
    sides = [kinds[np.minimum(x, 0x30FF)][run] for x in (previous, following)]
    side = SIDES[tuple(sides)]
    twins = np.r_[False, joined[1:] & ~double[1:] & ~double[:-1]]
    alone = np.flatnonzero(~twins)
    rank = np.arange(len(at)) - alone[np.cumsum(~twins) - 1]
    length = np.diff(np.r_[alone, len(at)])[np.cumsum(~twins) - 1]
    rank = rank - ((length % 2 == 1) & (length > 1) & (side < 0))
    second = (rank % 2 == 1) & (rank > 0)
    pair = np.r_[second[1:], False]
    apostrophe = ~double & ~pair & (side == 0)
    opens = ~double & ~pair & (side > 0)
    ahead = data[(at + size)[opens, None] + np.arange(7)] | 32  # lower case
    letters = kinds[np.where(ahead < 128, ahead, 32)] == LETTER
    elided = letters[:, :2].all(1) & (ahead[:, :2] < 58).all(1) & (~letters[:, 2] | (ahead[:, 2] == ord("s")))
    for word in ELIDED:
        elided |= (ahead[:, : len(word)] == np.frombuffer(word.encode(), "uint8")).all(1) & ~letters[:, len(word)]
    apostrophe[np.flatnonzero(opens)[elided]] = True
    digit = (previous >= 48) & (previous < 58)
    foot = np.r_[False, (apostrophe & digit[run])[:-1] & (np.diff(at) - size[:-1] < 3)]
    inch = foot & digit[run] & double
    # a closing mark that may be no mark: the boys' club, talkin' about, a 12" record
    odd = np.where(double, digit[run], np.isin(previous, [83, 110, 115])[run])
    beyond = kinds[_decode(data, after + 1) & 127][run]
    weak = odd & (following[run] == 45) | odd & (sides[1] == SPACE) & (beyond == LETTER)
    keep = ~second & ~apostrophe & ~inch & (previous != ord("="))[run]  # markup left in the text: id="7"
    start = points[0] - points[1][doc]
    alone = ~joined & ~np.append(joined[1:], False)  # a space inside the marks is no part of the quotation
    left, right = (alone & (x == SPACE) for x in sides)
    values = (doc + row << 32 | start, 1 + pair, double | pair, side, weak, code, left, right)
    return pd.DataFrame(dict(zip(FOUND, values, strict=True)))[keep]


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
    codes, ids = pd.factorize(paragraphs["doc_id"].where(paragraphs["kind"] == "body"))
    codes = np.r_[pd.Index(documents["doc_id"]).get_indexer(ids), -1][codes].astype("int64")
    begin, finish = (codes << 32 | paragraphs[c].to_numpy("int64") for c in ("start", "end"))
    order = np.argsort(begin, kind="stable")
    order = order[codes[order] >= 0]
    begin, finish = begin[order], finish[order]

    data, offsets = utf8_buffer(documents["text"])
    cuts = cut_evenly(offsets, PART)

    def find(a, b):
        inside = slice(*np.searchsorted(begin >> 32, (a, b)))
        return _find_spans(_find_marks(data, offsets[a : b + 1], a), begin[inside], finish[inside])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        spans = pd.concat(pool.map(find, cuts[:-1], cuts[1:]))
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
    found["para"] = np.searchsorted(begin, found["place"], "right") - 1
    found = found[(found["para"] >= 0) & (found["place"] < np.append(finish, 0)[found["para"]])]
    parts, outer, ends = [_match(found[found["double"]], begin, finish)], *np.zeros((2, 0), "int64")
    if len(parts[0]):
        outer, ends = parts[0]["start"].to_numpy(), parts[0]["end"].to_numpy()
        top = np.maximum.accumulate(np.append(0, ends))[:-1] <= outer
        outer, ends = outer[top], ends[top]
    # single marks match each other inside the same double marks, or outside of all
    single = found[~found["double"]]
    inside = np.searchsorted(outer, single["place"], "right") - 1
    inside = np.where(single["place"] < np.append(ends, 0)[inside], inside, -1)
    single = single.assign(group=np.where(inside >= 0, len(begin) + inside, single["para"]))
    single = _match(single.sort_values("group", kind="stable"), begin, finish)
    spans = pd.concat([*parts, single[single["closed"] | single["continued"]]])
    spans = spans[spans["end"] > spans["start"]].sort_values(["start", "end"], ascending=[True, False])
    return spans.assign(level=np.arange(len(spans)) - np.searchsorted(np.sort(spans["end"]), spans["start"], "right"))


def _match(found, begin, finish):
    """The spans between marks of one family, by `group` (default: the paragraph)."""
    group, para, place, s = (
        found[c].to_numpy() for c in ("group" if "group" in found else "para", "para", "place", "side")
    )
    n = np.arange(len(s))
    known = np.maximum.accumulate(np.where((s != 0) | (np.diff(group, prepend=-1) != 0), n, 0))
    s = np.where(s != 0, s, np.where((n - known + (s[known] < 0)) % 2 == 0, 1, -1))
    o, c, limit = _pair(group, s, found["weak"].to_numpy()) if len(n) else [n] * 3
    close, para, start = np.where(c >= 0, c, limit), para[o], place[o] + (found["width"] + found["right"]).to_numpy()[o]
    end = np.where(close >= 0, (place - found["left"].to_numpy())[close], finish[para])
    reopens = np.zeros(len(begin) + 1, bool)
    reopens[para[place[o] == begin[para]]] = True
    goes_on = (close < 0) & reopens[para + 1] & (np.append(begin >> 32, -1)[para + 1] == start >> 32)
    code = found["code"].to_numpy()[o]
    return pd.DataFrame({"start": start, "end": end, "code": code, "closed": c >= 0, "continued": goes_on})
