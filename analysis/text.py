"""Words and sentences of the body: one pass over the bytes of all texts, no loop over characters, tokens or sentences.

The texts are one UTF-8 buffer. Each byte gets the class of its character; where the class changes a run begins, and
the runs are joined to words by a second look at their edges alone. Sentence ends are sought among the few tokens that
can end one. Chunks of a few MB run in threads: numpy and Arrow release the lock.
"""

import os
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import body, marks, schema
from analysis.resources import read_list
from analysis.typography import (
    ASCII_CLASSES,
    ATTACHED,
    COMMA,
    DIGIT,
    HYPHEN,
    LETTER,
    MARK,
    PERIOD,
    APOSTROPHE,
    SPACE,
    classify,
    code_points,
    fold,
)

CHUNK = 1 << 21
DOTTED_FORM = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_])+\.?").fullmatch


# ---------------------------------------------------------------- bytes to tokens


def _buffer(series):
    """The UTF-8 bytes of a text column, and the n + 1 byte offsets of its values."""
    array = pa.array(series, pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.fill_null("") if array.null_count else array
    offsets = np.frombuffer(array.buffers()[1], "int64")[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(array.buffers()[2] or b"", "uint8")[: offsets[-1]]
    return data, offsets


def _continuation(data, offsets):
    """Byte offsets of the later bytes of characters, and the offsets of the texts in code points."""
    continuation = np.flatnonzero(data.view("int8") < -64)
    return continuation, offsets - np.searchsorted(continuation, offsets)


def _locate(continuation, origin, *places):
    """Byte offsets of places given as row and offset in code points."""
    character = continuation - np.arange(1, len(continuation) + 1)  # the character whose later byte it is
    points = [origin[row] + place for row, place in places]
    return [at + np.searchsorted(character, at) for at in points]


def _ranges(first, length):
    """The integers of the ranges that begin at `first` and are `length` long, one after another."""
    before = np.cumsum(length) - length
    return np.repeat(first - before, length) + np.arange(length.sum())


def _edges(raw, begin, finish):
    """Start, end and class of each run of word characters or of one mark, inside the pieces; byte offsets."""
    classes = np.frombuffer(bytearray(raw.tobytes().translate(ASCII_CLASSES)), "uint8")
    gap = np.r_[0, finish], np.r_[begin, len(raw)]
    classes[_ranges(gap[0], gap[1] - gap[0])] = SPACE
    new = np.ones(len(raw) + 1, bool)
    wide = np.flatnonzero(raw >= 0xC0)
    if len(wide):
        wide = wide[classes[wide] != SPACE]
        points, size = code_points(raw, wide)
        kind = classify(points)
        classes[_ranges(wide, size)] = np.repeat(kind, size)
        attached = _ranges(wide[kind == ATTACHED], size[kind == ATTACHED])
        if len(attached):  # takes the class of what it is attached to
            head = np.flatnonzero((np.diff(attached, prepend=-2) != 1) | np.isin(attached, begin))
            outside = (attached[head] == 0) | np.isin(attached[head], begin)
            kinds = np.where(outside, SPACE, classes[attached[head] - 1])
            classes[attached] = np.repeat(kinds, np.diff(np.r_[head, len(attached)]))
    word = classes >= LETTER
    new[1:-1] = (word[1:] != word[:-1]) | (~word[1:] & (raw[1:] != raw[:-1]))
    if len(wide):
        new[_ranges(wide + 1, size - 1)] = False
        new[attached] = False
        same = (np.diff(points) == 0) & (np.diff(wide) == size[:-1])  # a run of the same mark is one token
        new[wide[1:][same & (kind[1:] < LETTER)]] = False
    new[begin], new[finish] = True, True
    at = np.flatnonzero(new)
    kind = classes[at[:-1]]
    seen = kind != SPACE
    return at[:-1][seen], at[1:][seen], kind[seen], classes


def _join(raw, begin, start, end, kind, classes):
    """Which runs belong to the run before them: inner apostrophes, hyphens, periods, commas; web addresses whole."""
    n = len(start)
    touch = np.zeros(n + 3, bool)
    touch[1:n] = start[1:] == end[:-1]
    at = np.searchsorted(start, begin)
    touch[at[at < n]] = False
    joined = np.zeros(n + 3, bool)
    word = np.r_[kind >= LETTER, False, False, False]
    first, last = np.r_[raw[start], 0, 0, 0], np.r_[classes[end - 1], 0, 0, 0]
    head = np.r_[kind, 0, 0, 0]
    bytes_of_one = 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
    one = bytes_of_one == np.r_[end - start, 0, 0, 0]  # one character
    k = np.flatnonzero((kind > MARK) & (kind < LETTER) & one[:n] & touch[:n] & word[np.arange(n) - 1])
    mark, after = head[k], touch[k + 1] & word[k + 1]
    letter = one & (head == LETTER)
    # U.S., e.g., Ph.D.: single letters, and the period after them
    size = np.r_[end - start, 0, 0, 0]
    title = (size[k - 1] == 2) & (first[k - 1] - 65 < 26) & (raw[start[k - 1] + 1] - 97 < 26) & (first[k + 1] - 65 < 26)
    link = (mark == PERIOD) & after & letter[k + 1] & (letter[k - 1] | title)
    linked = np.zeros(n + 3, bool)
    linked[k[link]] = True
    final = (mark == PERIOD) & ~link & linked[k - 2]
    ended = np.zeros(n + 3, bool)
    ended[k[final]] = True
    # 3.5 and 10,000; bell.net
    figures = ((mark == PERIOD) | (mark == COMMA)) & after & (last[k - 1] == DIGIT) & (head[k + 1] == DIGIT)
    domain = (mark == PERIOD) & after & (first[k + 1] - 97 < 26) & (size[k - 1] > 1) & (size[k + 1] > 1) & ~final
    inner = ((mark == APOSTROPHE) | (mark == HYPHEN)) & after
    both = k[link | figures | domain | inner]
    joined[both] = joined[both + 1] = joined[k[final]] = True
    # U.S.-led: the mark after an acronym's last period; rock-'n'-roll: two marks beside an n
    k = np.flatnonzero(((kind == APOSTROPHE) | (kind == HYPHEN)) & one[:n] & touch[:n])
    dotted = k[ended[k - 1] & touch[k + 1] & word[k + 1]]
    joined[dotted] = joined[dotted + 1] = True
    second = k[touch[k - 1] & (head[k - 1] != head[k]) & np.isin(head[k - 1], (APOSTROPHE, HYPHEN)) & one[k - 1]]
    second = second[touch[second + 1] & word[second - 2] & word[second + 1]]
    near = np.where(head[second] == APOSTROPHE, second + 1, second - 2)
    second = second[letter[near] & ((first[near] | 32) == 110)]
    joined[second - 1] = joined[second] = joined[second + 1] = True
    # web and mail addresses: from the scheme, www or the first word before @ to the last word or slash
    k = np.flatnonzero(
        (first[:n] == 64) & one[:n] & touch[:n] & touch[1 : n + 1] & word[np.arange(n) - 1] & word[1 : n + 1]
    )
    colon = np.flatnonzero((first[:n] == 58) & one[:n] & touch[:n] & touch[1 : n + 1] & (first[1 : n + 1] == 47))
    colon = colon[(size[colon + 1] == 2) & word[colon - 1]]
    www = np.flatnonzero((size[:n] == 3) & word[:n] & ((first[:n] | 32) == 119))
    www = www[(raw[start[www] + 1] | 32) == 119]
    www = www[((raw[start[www] + 2] | 32) == 119) & (first[www + 1] == 46) & touch[www + 1] & touch[www + 2]]
    if len(k) + len(colon) + len(www):
        apart = np.flatnonzero(~touch[: n + 1])
        heads = np.flatnonzero(word[:n])
        group = apart[np.searchsorted(apart, k, "right") - 1]
        left = np.r_[heads[np.searchsorted(heads, group)], colon - 1, www]
        until = apart[np.searchsorted(apart, left, "right")]
        tails = np.flatnonzero(word[:n] | (first[:n] == 47))
        right = tails[np.searchsorted(tails, until) - 1]
        change = np.bincount(left + 1, minlength=n + 3) - np.bincount(right + 1, minlength=n + 3)
        joined |= np.cumsum(change) > 0
    return joined[:n]


def _scan(data, low, high, begin, finish, shift, continuation, edges):
    """The tokens of one chunk of bytes: codes and their dictionary, offsets in code points, tokens per piece."""
    raw = data[low:high]
    begin, finish = np.maximum(begin, low) - low, np.minimum(finish, high) - low
    start, end, kind, classes = _edges(raw, begin, finish)
    joined = _join(raw, begin, start, end, kind, classes)
    keep = np.flatnonzero(~joined)
    start, end = start[keep], end[np.r_[keep[1:], len(joined)] - 1]
    n = len(start)
    offsets = np.zeros(2 * n + 1, "int32")
    offsets[0:-1:2], offsets[1::2], offsets[-1] = start, end, end[-1] if n else 0
    slices = pa.Array.from_buffers(pa.string(), 2 * n, [None, pa.py_buffer(offsets), pa.py_buffer(raw)])
    tokens = slices.take(pa.array(np.arange(0, 2 * n, 2))).dictionary_encode()
    counts = np.diff(np.r_[np.searchsorted(start, begin), n])
    edges = np.searchsorted(start, edges - low)
    before, inside = continuation
    moved = np.repeat(low - before - shift, counts)
    if len(inside):
        inside = inside - low
        places = [
            x - np.bincount(np.searchsorted(x, inside, "right"), minlength=n + 1)[:n].cumsum() for x in (start, end)
        ]
    else:
        places = [start, end]
    places = [(x + moved).astype("int32") for x in places]
    return tokens.indices.to_numpy(), tokens.dictionary, *places, counts, edges


def _cuts(data, first):
    """Byte offsets that cut the buffer into chunks at white space."""
    cuts, at = [first], first + CHUNK
    while at < len(data):
        window = 1 << 12
        while not len(found := np.flatnonzero(data[at : at + window] <= 32)) and at + window < len(data):
            window *= 4
        if not len(found):
            break
        cuts.append(at + found[0])
        at = cuts[-1] + CHUNK
    return np.array([*cuts, len(data)], "int64")


def _tokens(series, rows, starts, ends, lift, edge_rows, edge_places):
    """Tokens of pieces of a text column: codes, dictionary, start, end, tokens per piece, token index of each edge.

    Piece i stands in value `rows[i]` at code points `starts[i]` to `ends[i]`; `lift` is added to the offsets found.
    """
    data, offsets = _buffer(series)
    continuation, origin = _continuation(data, offsets)
    begin, finish, edges = _locate(continuation, origin, (rows, starts), (rows, ends), (edge_rows, edge_places))
    shift = origin[rows] - lift
    order = np.argsort(edges, kind="stable")
    cuts = _cuts(data, offsets[0])
    pieces = np.searchsorted(finish, cuts[:-1], "right"), np.searchsorted(begin, cuts[1:])
    inside, edge = np.searchsorted(continuation, cuts), np.searchsorted(edges[order], cuts)
    edge[-1] = len(edges)

    def scan(i):
        p, c = slice(pieces[0][i], pieces[1][i]), slice(inside[i], inside[i + 1])
        part = (inside[i], continuation[c])
        at = edges[order[edge[i] : edge[i + 1]]]
        return _scan(data, cuts[i], cuts[i + 1], begin[p], finish[p], shift[p], part, at)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(scan, range(len(cuts) - 1)))
    codes, words, start, end, counts, edges = (list(x) for x in zip(*parts, strict=True))
    merged = pa.concat_arrays(words).dictionary_encode()
    limits = np.cumsum([0, *map(len, words)])
    mapped = merged.indices.to_numpy()
    sizes = np.cumsum([0, *map(len, codes)])
    codes = np.concatenate([mapped[a:][c] for a, c in zip(limits, codes, strict=False)])
    per_piece = np.zeros(len(rows), "int64")
    for a, b, c in zip(*pieces, counts, strict=True):
        per_piece[a:b] += c
    where = np.empty(len(order), "int64")
    where[order] = np.concatenate([e + a for e, a in zip(edges, sizes, strict=False)])
    return codes, merged.dictionary, np.concatenate(start), np.concatenate(end), per_piece, where


# ---------------------------------------------------------------- what is known of each distinct token

KINDS = ("title", "number", "other", "opener", "acronym")
(
    WORD,
    UPPER,
    LOWER,
    FIGURE,
    SINGLE,
    DOTTED,
    END,
    STRONG,
    DOTS,
    CLOSER,
    OPENS,
    BAR,
    BRACKET,
    TITLE,
    NUMBER,
    OTHER,
    OPENER,
) = (1 << i for i in range(17))
MARKS = {
    END: r"^[.!?…‽。！？]",
    STRONG: r"[!?‽！？]",
    DOTS: r"^(?:\.{3,}|…+)",
    CLOSER: r"^[)\]}'\"’”»›“‘«‹]+$",
    OPENS: r"^(?:[(\[{'\"‘’‚“”„«»‹›¿¡•⁃*–—-]+|'')$",
    BRACKET: r"^[()\[\]]$",
    BAR: r"^[,;:.!?…)\]}%&/=+]",
}


@cache
def _shipped():
    return _abbreviations("abbreviations")


def _abbreviations(table):
    """The list of abbreviations, its kinds checked."""
    table = read_list(table, required=("abbreviation", "kind"), unique=("abbreviation", "kind"))
    if len(wrong := table[~table["kind"].isin(KINDS)]):
        line, kind = wrong[["line", "kind"]].iloc[0]
        raise ValueError(f"abbreviations, line {line}: kind {kind!r} is unknown; use one of {', '.join(KINDS)}")
    return table


def _flags(words, abbreviations):
    """What matters for sentences, as bits, for each distinct token."""
    ask = lambda function, *args: function(*args).to_numpy(False)  # noqa: E731
    data, offsets = _buffer(words)
    is_word = classify(code_points(data, offsets[:-1])[0]) >= LETTER
    is_word &= ~ask(pc.match_substring_regex, words, r"^www\.|://|@")
    first = pc.utf8_slice_codeunits(words, 0, 1)
    dotted = is_word & ask(pc.ends_with, words, ".")
    lower = is_word & ask(pc.utf8_is_lower, first) & ~ask(pc.match_substring_regex, words, r"^\p{Ll}{1,2}\p{Lu}")
    single = is_word & (ask(pc.utf8_length, words) == 1)
    columns = (is_word, ask(pc.utf8_is_upper, first), lower, ask(pc.utf8_is_decimal, first), single, dotted, dotted)
    flags = sum(column.astype("uint32") << i for i, column in enumerate(columns))
    other = np.flatnonzero(~is_word)
    for bit, pattern in MARKS.items():
        flags[other] |= ask(pc.match_substring_regex, words.take(pa.array(other)), pattern) * np.uint32(bit)
    for kind, bit in zip(KINDS, (TITLE, NUMBER, OTHER, OPENER), strict=False):
        forms = abbreviations.loc[abbreviations["kind"] == kind, "abbreviation"]
        at = pc.index_in(pa.array([*forms, *forms.str.upper()], words.type), words).drop_null().to_numpy()
        flags[at] |= np.uint32(bit)
    return flags


def fold_word(token, acronyms=("u.s.", "a.m.", "i.t.")):
    """The counted form of a token: typography folded, zero-width characters dropped, lower case, possessive 's dropped.

    Dotted capitals lose their periods (U.K. is uk) unless they would then meet another word: those of `acronyms` keep
    them, and their bare capitals are counted with them (US and U.S. are u.s.).
    """
    word = fold("".join(c for c in token if c.isascii() or unicodedata.category(c) != "Cf"))
    if word[-2:] in ("'s", "'S"):
        word = word[:-2]
    parts = word.split("-")
    for i, part in enumerate(parts):
        bare = part.replace(".", "")
        if len(bare) > 1 and not part.islower() and (DOTTED_FORM(part) or part == bare.upper()):
            dotted = ".".join(bare.lower()) + "."
            parts[i] = dotted if dotted in acronyms else bare
        elif DOTTED_FORM(part):
            parts[i] = part.rstrip(".") + "."
    return "-".join(parts).lower()


def _fold_distinct(tokens, acronyms):
    """`fold_word` of each distinct token: one by one only where lower case is not all there is to it."""
    capitals = "|".join(a.replace(".", "").upper() for a in acronyms) or "$^"
    odd = pc.match_substring_regex(tokens, rf"[^\x00-\x7f]|['`]|\p{{L}}\.|(?:^|-)(?:{capitals})(?:-|$)")
    folded = pa.array([fold_word(t, acronyms) for t in tokens.filter(odd).to_pylist()], tokens.type)
    return pc.replace_with_mask(pc.utf8_lower(tokens), odd, folded)


# ---------------------------------------------------------------- tokens to sentences


def _starts(code, start, end, first, flags, spans):
    """Index of the first token of every sentence; `first`: of every piece, `spans`: first token and closing mark."""
    n = len(code)
    kind = np.r_[flags[code], np.zeros(4, "uint32")]
    new = np.zeros(n + 5, bool)
    new[first], new[n:] = True, True
    glued = lambda k: (start[k] == end[k - 1]) & ~new[k]  # noqa: E731
    last = np.flatnonzero(kind & END)
    # what may follow in the same sentence: more marks, closing quotes and brackets
    shut = np.flatnonzero(kind & CLOSER)
    shut = shut[glued(shut)]
    closing = spans[1][~new[spans[1]]]
    tail = np.unique(np.r_[shut, closing, last[glued(last) & (kind[last] & WORD == 0)]])
    stop = np.r_[tail[np.r_[np.diff(tail) != 1, True][: len(tail)]], n, n + 9] + 1

    def beyond(k):
        at = np.searchsorted(tail, k + 1)
        return np.where(np.r_[tail, -1][at] == k + 1, stop[np.searchsorted(stop, k + 2)], k + 1)

    follow = beyond(last)
    last, follow = last[~new[follow]], follow[~new[follow]]
    word = follow
    for _ in range(3):
        word = np.where((kind[word] & OPENS > 0) & ~new[word + 1], word + 1, word)
    before = np.where(kind[last] & DOTTED, last, last - 1)
    known = np.where((before == last) | glued(last), kind[before], 0)
    next_, mark = kind[word], kind[last]
    size = end[word] - start[word]
    spaced = start[follow] > end[follow - 1]
    missing = (word == last + 1) & (next_ & UPPER > 0) & (next_ & DOTTED == 0) & (size > 1) & (known & WORD > 0)
    missing &= (known & (SINGLE | DOTTED | OTHER)) == 0
    initial = known & (SINGLE | UPPER) == SINGLE | UPPER
    dots = (mark & DOTS > 0) | (kind[last - 1] & (END | WORD | STRONG) == END)
    unsure = (known & (OTHER | DOTTED) > 0) | initial | dots
    held = (known & TITLE > 0) | (known & NUMBER > 0) & (next_ & FIGURE > 0) | unsure & (next_ & OPENER == 0)
    ends = (spaced | missing) & (next_ & (LOWER | BAR) == 0) & ((mark & STRONG > 0) | ~held)
    found = np.unique(follow[ends])
    # a quotation or parenthesis that its sentence goes on after is not split
    new[found] = True
    opened, closed = (np.r_[a, b] for a, b in zip(spans, _brackets(code, kind, first), strict=True))
    inner = ~new[beyond(closed)] & ~new[closed]
    order = np.argsort(opened[inner], kind="stable")
    opened, closed = opened[inner][order], np.maximum.accumulate(np.r_[-1, closed[inner][order]])
    found = found[closed[np.searchsorted(opened, found)] < found]
    return np.unique(np.r_[first, found])


def _brackets(code, kind, first):
    """First token inside and closing token of each innermost pair of brackets within a piece."""
    at = np.flatnonzero(kind[: len(code)] & BRACKET)
    is_open = kind[at] & OPENS > 0
    piece = np.searchsorted(first, at, "right")
    pair = np.flatnonzero(is_open[:-1] & ~is_open[1:] & (piece[:-1] == piece[1:]))
    return at[pair] + 1, at[pair + 1]


# ---------------------------------------------------------------- tables


def _pieces(documents, paragraphs):
    """Document row, start, end and id of each body paragraph, in order."""
    kept = paragraphs[(paragraphs["kind"] == "body").to_numpy() & (paragraphs["end"] > paragraphs["start"]).to_numpy()]
    ids, (codes, found) = pd.Index(documents["doc_id"]), pd.factorize(kept["doc_id"])
    if not ids.is_unique:
        raise ValueError(f"documents: doc_id {ids[ids.duplicated()][0]!r} stands in more than one row; make it unique")
    rows = np.r_[ids.get_indexer(found), -1][codes].astype("int64")
    if len(lost := kept["doc_id"][rows < 0]):
        raise ValueError(f"paragraphs: doc_id {lost.iloc[0]!r} is not in documents")
    start, end, number = (kept[c].to_numpy("int64") for c in ("start", "end", "paragraph_id"))
    order = np.lexsort((start, rows))
    rows, start, end, number = (x[order] for x in (rows, start, end, number))
    if ((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])).any():
        raise ValueError("paragraphs: two body paragraphs of a document overlap; a character belongs to one of them")
    return rows, start, end, number


def _read(documents, paragraphs, abbreviations):
    """What both tables are made of: tokens as arrays, and first token, document row and paragraph of each sentence."""
    schema.require(documents, "documents", "doc_id", "text")
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    schema.require(paragraphs, "paragraphs", "doc_id", "paragraph_id", "start", "end", "kind")
    rows, begin, finish, number = _pieces(documents, paragraphs)
    spans = marks.quoted_spans(documents, paragraphs)
    row = np.repeat(pd.Index(documents["doc_id"]).get_indexer(spans["doc_id"]), 2)
    place = spans[["start", "end"]].to_numpy("int64").ravel()
    codes, words, start, end, counts, edge = _tokens(documents["text"], rows, begin, finish, 0, row, place)
    abbreviations = _shipped() if abbreviations is None else _abbreviations(abbreviations)
    flags = _flags(words, abbreviations)
    inside, close = edge[0::2], edge[1::2]
    outer = (spans["level"] == 0).to_numpy()
    quoted = np.zeros(len(codes) + 1, "int8")
    np.add.at(quoted, inside[outer], 1)
    np.add.at(quoted, close[outer], -1)
    quoted = np.cumsum(quoted[:-1], dtype="int8") > 0
    filled = np.flatnonzero(counts)
    head = (np.cumsum(counts) - counts)[filled]
    first = _starts(codes, start, end, head, flags, (inside, close))
    piece = filled[np.searchsorted(head, first, "right") - 1]
    return (codes, words, start, end, quoted), (first, rows[piece], number[piece]), (flags, abbreviations)


def _number(group):
    """0, 1, 2 ... within each run of equal values."""
    begin = np.flatnonzero(np.diff(group, prepend=-1))
    return (np.arange(len(group)) - np.repeat(begin, np.diff(np.r_[begin, len(group)]))).astype("int32")


def _category(codes, values):
    """A categorical column from codes and distinct values."""
    dtype = pd.CategoricalDtype(pd.Index(pd.array(values, dtype="str")))
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _sentence_table(documents, tokens, sentences, flags):
    codes, _, start, end, quoted = tokens
    first, row, paragraph = sentences
    final = np.r_[first[1:], len(codes)] - 1
    is_word = (flags & WORD > 0)[codes]
    data, offsets = _buffer(documents["text"])
    (start, end), n = (start[first], end[final[: len(first)]]), len(first)
    places = np.empty(2 * n + 1, "int64")
    places[0:-1:2], places[1::2] = _locate(*_continuation(data, offsets), (row, start), (row, end))
    places[-1] = places[-2] if n else 0
    slices = pa.Array.from_buffers(pa.large_string(), 2 * n, [None, pa.py_buffer(places), pa.py_buffer(data)])
    columns = {
        "doc_id": documents["doc_id"].array.take(row),
        "sentence_id": _number(row),
        "paragraph_id": paragraph.astype("int32"),
        "start": start,
        "end": end,
        "n_words": _sums(is_word, first),
        "n_quoted_words": _sums(is_word & quoted, first),
        "text": pd.array(slices.take(pa.array(np.arange(0, 2 * n, 2))), dtype="str"),
    }
    return pd.DataFrame(columns, copy=False)


def _sums(values, first):
    """Sums of `values` from each index of `first` to the next."""
    return np.add.reduceat(values, first, dtype="int32") if len(first) else np.zeros(0, "int32")


def _token_table(doc_ids, tokens, row, sentence, first, flags, acronyms):
    """The tokens table; `row`, `sentence`, `first`: document row, id and first token of each sentence."""
    codes, words, start, end, quoted = tokens
    length = np.diff(np.r_[first, len(codes)])
    is_word = flags & WORD > 0
    # in a sentence all in capitals, those of an acronym may be the ordinary word: not US but us
    bare = pc.is_in(words, pa.array([a.replace(".", "").upper() for a in acronyms], words.type)).to_numpy(False)
    bare = np.flatnonzero(bare)
    plain = pc.utf8_lower(words.take(pa.array(bare)))
    folded = pa.concat_arrays([_fold_distinct(words, acronyms), plain]).dictionary_encode()
    mapped = folded.indices.to_numpy()
    word = mapped[codes]
    if len(at := np.flatnonzero(np.isin(codes, bare))):
        small = is_word & (pc.utf8_upper(words).to_numpy(False) != words.to_numpy(False))
        of, which = np.unique(np.searchsorted(first, at, "right") - 1, return_inverse=True)
        within, size = codes[_ranges(first[of], length[of])], np.cumsum(length[of]) - length[of]
        loud = (_sums(small[within], size) == 0) & (_sums(is_word[within], size) > 2)
        at = at[loud[which]]
        word[at] = mapped[len(words) + np.searchsorted(bare, codes[at])]
    docs = np.repeat(row, length)
    columns = {
        "doc_id": _category(docs, doc_ids),
        "sentence_id": np.repeat(sentence, length),
        "token_id": _number(docs),
        "start": start,
        "end": end,
        "token": _category(codes, words),
        "word": _category(word, folded.dictionary),
        "is_word": is_word[codes],
        "in_quote": quoted,
    }
    return pd.DataFrame(columns, copy=False)


def analyze(documents, paragraphs=None, *, abbreviations=None):
    """Two tables in one pass over the body: the sentences, with n_words and n_quoted_words, and the tokens."""
    tokens, sentences, (flags, listed) = _read(documents, paragraphs, abbreviations)
    table = _sentence_table(documents, tokens, sentences, flags)
    args = sentences[1], table["sentence_id"].to_numpy(), sentences[0], flags, _acronyms(listed)
    return table, _token_table(documents["doc_id"], tokens, *args)


def split_sentences(documents, paragraphs=None, *, abbreviations=None):
    """One row per sentence of the body: `doc_id, sentence_id, paragraph_id, start, end, n_words, n_quoted_words, text`.

    A sentence never crosses a paragraph; a quotation or parenthesis that its sentence goes on after is not split.
    `abbreviations`: your own list (CSV or table with the columns of resources/abbreviations.csv).
    """
    tokens, sentences, (flags, _) = _read(documents, paragraphs, abbreviations)
    return _sentence_table(documents, tokens, sentences, flags)


def tokenize(documents, paragraphs=None, *, abbreviations=None):
    """One row per token of the body: `doc_id, sentence_id, token_id, start, end, token, word, is_word, in_quote`.

    `token` is as printed, `word` its counted form (see `fold_word`), both categorical; marks are tokens that are not
    words, and so is a web or mail address. `in_quote`: between the outermost quotation marks.
    """
    return analyze(documents, paragraphs, abbreviations=abbreviations)[1]


def tokenize_sentences(sentences):
    """One row per token of `sentences` (`doc_id, sentence_id, start, text`): the tokens table, `in_quote` all False."""
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "text")
    rows, lift = np.arange(len(sentences)), sentences["start"].to_numpy("int64")
    length = pc.utf8_length(pa.array(sentences["text"], pa.large_string())).fill_null(0).to_numpy()
    empty = np.zeros(0, "int64")
    codes, words, start, end, counts, _ = _tokens(sentences["text"], rows, 0 * rows, length, lift, empty, empty)
    kept = np.flatnonzero(counts)
    doc, ids = pd.factorize(sentences["doc_id"])
    first = (np.cumsum(counts) - counts)[kept]
    flags = _flags(words, _shipped())
    tokens = codes, words, start, end, np.zeros(len(codes), bool)
    number = sentences["sentence_id"].to_numpy("int32")[kept]
    return _token_table(ids, tokens, doc[kept], number, first, flags, _acronyms(_shipped()))


def _acronyms(abbreviations):
    return tuple(abbreviations.loc[abbreviations["kind"] == "acronym", "abbreviation"].str.lower())


def sum_by_sentence(tokens, values):
    """Sums of `values` (an array per token, or per category of `word`) by sentence: doc_id, sentence_id, sum."""
    ...
