"""Words and sentences of the body: one pass over the bytes of all texts, no loop over characters, tokens or sentences.

The texts are one UTF-8 buffer. Each byte gets the class of its character; where the class changes a run begins, and
runs are joined to words by a second look at their edges alone. Chunks of a few MB run in threads: numpy and Arrow
release the lock. Tokens are codes of a dictionary, and what depends on a word alone is found once per distinct word.
"""

import os
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import body, boundaries, marks, schema
from analysis.boundaries import WORD
from analysis.typography import (
    APOSTROPHE,
    ASCII_CLASSES,
    ATTACHED,
    COMMA,
    DIGIT,
    HYPHEN,
    LETTER,
    MARK,
    PERIOD,
    SPACE,
    classify,
    code_points,
    fold,
)

CHUNK = 1 << 20
DOTTED = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_])+\.?").fullmatch


def _buffer(series):
    """A text column as UTF-8 bytes, and where each text begins in them."""
    array = pa.array(series, pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.fill_null("") if array.null_count else array
    offsets = np.frombuffer(array.buffers()[1], "int64")[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(array.buffers()[2] or b"", "uint8")[: offsets[-1]], offsets


def _slices(data, start, end, kind):
    """The slices of the bytes `data` from each `start` to its `end` (in order, not overlapping) as an Arrow array."""
    n = len(start)
    offsets = np.zeros(2 * n + 1, "int32" if kind == pa.string() else "int64")
    offsets[0:-1:2], offsets[1::2], offsets[-1] = start, end, end[-1] if n else 0
    both = pa.Array.from_buffers(kind, 2 * n, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    return both.take(pa.array(np.arange(0, 2 * n, 2)))


def _ranges(first, length):
    """The integers of the ranges that begin at `first` and are `length` long, one after another."""
    return np.repeat(first - (np.cumsum(length) - length), length) + np.arange(length.sum())


def _sums(values, first):
    """Sums of `values` (numbers that are small and whole) from each index of `first` to the next."""
    total = np.cumsum(values, dtype="int32")
    return np.diff(total[np.r_[first[1:], len(total)] - 1], prepend=np.int32(0)) if len(first) else total


def _runs(raw, begin, finish):
    """Start, end and class of each run of word characters or of one mark inside the pieces, and the class per byte."""
    classes = np.frombuffer(bytearray(raw.tobytes().translate(ASCII_CLASSES)), "uint8")
    classes[_ranges(np.r_[0, finish], np.r_[begin, len(raw)] - np.r_[0, finish])] = SPACE
    wide = np.flatnonzero(raw >= 0xC0)
    wide = wide[classes[wide] != SPACE]
    points, size = code_points(raw, wide)
    kind = classify(points)
    classes[_ranges(wide, size)] = np.repeat(kind, size)
    attached = _ranges(wide[kind == ATTACHED], size[kind == ATTACHED])
    if len(attached):  # combining and zero-width characters take the class of what they are attached to
        head = np.flatnonzero((np.diff(attached, prepend=-2) != 1) | np.isin(attached, begin))
        outside = (attached[head] == 0) | np.isin(attached[head], begin)
        kinds = np.where(outside, SPACE, classes[attached[head] - 1])
        classes[attached] = np.repeat(kinds, np.diff(np.r_[head, len(attached)]))
    word = classes >= LETTER
    new = np.ones(len(raw) + 1, bool)
    new[1:-1] = (word[1:] != word[:-1]) | (~word[1:] & (raw[1:] != raw[:-1]))
    new[_ranges(wide + 1, size - 1)] = new[attached] = False
    same = (np.diff(points) == 0) & (np.diff(wide) == size[:-1])  # a run of the same mark is one token
    new[wide[1:][same & (kind[1:] < LETTER)]] = False
    new[begin] = new[finish] = True
    at = np.flatnonzero(new)
    kind = classes[at[:-1]]
    seen = np.flatnonzero(kind != SPACE)
    return at[seen], at[seen + 1], kind[seen], classes


def _join(raw, begin, start, end, kind, classes):
    """Which runs belong to the run before them: inner apostrophes, hyphens, periods, commas; web addresses whole."""
    n, pad = len(start), np.zeros(3, "uint8")  # so that three runs ahead of the last, or behind the first, are no word
    touch = np.zeros(n + 3, bool)
    touch[1:n] = start[1:] == end[:-1]
    touch[np.searchsorted(start, begin)] = False
    head, first, last = np.r_[kind, pad], np.r_[raw[start], pad], np.r_[classes[end - 1], pad]
    size = np.r_[end - start, pad]
    one = size == 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)  # one character
    word, joined, dotted = head >= LETTER, np.zeros(n + 3, bool), np.zeros(n + 3, bool)
    letter = one & (head == LETTER)
    small, large = first - 97 < 26, first - 65 < 26
    marks_at = np.flatnonzero((kind > MARK) & (kind < LETTER) & one[:n] & touch[:n])
    k = marks_at[word[marks_at - 1]]
    mark, after = head[k], touch[k + 1] & word[k + 1]
    # U.S., e.g., Ph.D.: single letters, and the period after them
    title = large[k - 1] & (size[k - 1] == 2) & (raw[start[k - 1] + 1] - 97 < 26) & large[k + 1]
    link = (mark == PERIOD) & after & letter[k + 1] & (letter[k - 1] | title)
    dotted[k[link]] = True
    final = k[(mark == PERIOD) & ~link & dotted[k - 2]]
    # 3.5 and 10,000; example.net; don't and long-range
    figures = ((mark == PERIOD) | (mark == COMMA)) & (last[k - 1] == DIGIT) & (head[k + 1] == DIGIT)
    domain = (mark == PERIOD) & small[k + 1] & (size[k - 1] > 1) & (size[k + 1] > 1) & ~dotted[k - 2]
    inner = k[link | after & (figures | domain | (mark == APOSTROPHE) | (mark == HYPHEN))]
    joined[inner] = joined[inner + 1] = joined[final] = True
    # U.S.-led: a mark after the last period of an acronym; rock-'n'-roll: two marks beside an n
    dotted[:] = False
    dotted[final] = True
    k = marks_at[((head[marks_at] == APOSTROPHE) | (head[marks_at] == HYPHEN)) & touch[marks_at + 1]]
    k = k[word[k + 1]]
    after_dot = k[dotted[k - 1]]
    joined[after_dot] = joined[after_dot + 1] = True
    k = k[
        touch[k - 1] & one[k - 1] & word[k - 2] & (np.sort([head[k - 1], head[k]], 0).T == (APOSTROPHE, HYPHEN)).all(1)
    ]
    near = np.where(head[k] == APOSTROPHE, k + 1, k - 2)
    k = k[letter[near] & ((first[near] | 32) == 110)]
    joined[k - 1] = joined[k] = joined[k + 1] = True
    # web and mail addresses: from the scheme, www or the first word before @ to the last word or slash
    k = np.flatnonzero((first == 64) & one & touch)
    mail = k[word[k - 1] & touch[k + 1] & word[k + 1]]
    k = np.flatnonzero((first == 58) & one & touch)
    scheme = k[word[k - 1] & touch[k + 1] & (first[k + 1] == 47) & (size[k + 1] == 2)] - 1
    k = np.flatnonzero((size == 3) & word & ((first | 32) == 119))
    k = k[touch[k + 1] & touch[k + 2] & (first[k + 1] == 46)]
    www = k[((raw[start[k] + 1] | 32) == 119) & ((raw[start[k] + 2] | 32) == 119)]
    if len(mail) + len(scheme) + len(www):
        apart, heads, tails = (np.flatnonzero(x) for x in (~touch, word, word | (first == 47)))
        left = heads[np.searchsorted(heads, apart[np.searchsorted(apart, mail, "right") - 1])]
        left = np.r_[left, scheme, www]
        right = tails[np.searchsorted(tails, apart[np.searchsorted(apart, left, "right")]) - 1]
        joined |= np.cumsum(np.bincount(left + 1, minlength=n + 3) - np.bincount(right + 1, minlength=n + 3)) > 0
    return joined[:n]


def _scan(data, low, high, begin, finish, shift, continuation):
    """Tokens of one chunk of bytes: codes, start, end, the dictionary of the codes, tokens per piece."""
    raw, begin, finish = data[low:high], np.maximum(begin, low) - low, np.minimum(finish, high) - low
    start, end, kind, classes = _runs(raw, begin, finish)
    joined = _join(raw, begin, start, end, kind, classes)
    keep = np.flatnonzero(~joined)
    start, end = start[keep], end[np.r_[keep[1:], len(joined)][: len(keep)] - 1]
    tokens = _slices(raw, start, end, pa.string()).dictionary_encode()
    counts = np.diff(np.r_[np.searchsorted(start, begin), len(start)])
    moved = np.repeat(low - shift, counts).astype("int32")
    places = []
    for place in (start, end):
        earlier = np.bincount(np.searchsorted(place, continuation - low, "right"), minlength=len(place) + 1)
        places.append(place.astype("int32") + moved - np.cumsum(earlier[: len(place)], dtype="int32"))
    return tokens.indices.to_numpy(), *places, tokens.dictionary, counts


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


def _locate(continuation, origin, row, place):
    """Byte offsets of places given as row of the text column and offset in code points."""
    character = continuation - np.arange(1, len(continuation) + 1)  # the character whose later byte it is
    return origin[row] + place + np.searchsorted(character, origin[row] + place)


def _scan_all(series, pieces, lift, pool):
    """Tokens of the pieces (row, start, end) of a text column: codes, dictionary, start, end, tokens per piece; bytes.

    `lift` is added to the offsets. The bytes come with the places of later bytes of characters and the beginnings of
    the texts in code points, as `_locate` needs them.
    """
    data, offsets = _buffer(series)
    cuts = _cuts(data, offsets[0])
    later = pool.map(lambda a, b: a + np.flatnonzero(data[a:b].view("int8") < -64), cuts[:-1], cuts[1:])
    continuation = np.concatenate(list(later))
    origin = offsets - np.searchsorted(continuation, offsets)
    begin, finish = (_locate(continuation, origin, pieces[0], place) for place in pieces[1:])
    first, stop = np.searchsorted(finish, cuts[:-1], "right"), np.searchsorted(begin, cuts[1:])
    inside = np.searchsorted(continuation, cuts)
    shift = origin[pieces[0]] - lift

    def scan(i):
        p, c = slice(first[i], stop[i]), slice(inside[i], inside[i + 1])
        return _scan(data, cuts[i], cuts[i + 1], begin[p], finish[p], shift[p] + inside[i], continuation[c])

    columns = [np.empty(len(data) // 3 + 1, "int32") for _ in range(3)]  # untouched pages cost nothing
    counts, words, limits, n = np.zeros(len(begin), "int64"), [], [0], 0
    for i, (*part, dictionary, per_piece) in enumerate(pool.map(scan, range(len(cuts) - 1))):
        counts[first[i] : stop[i]] += per_piece
        words.append(dictionary)
        limits.append(n := n + len(part[0]))
        if n > len(columns[0]):
            columns = [np.r_[column, np.empty(n + len(data), "int32")] for column in columns]
        for column, values in zip(columns, part, strict=True):
            column[limits[i] : n] = values
    merged = pa.concat_arrays(words).dictionary_encode()
    mapped, base = merged.indices.to_numpy(), np.cumsum([0, *map(len, words)])
    codes, start, end = (column[:n] for column in columns)
    for a, b, c in zip(limits, limits[1:], base, strict=False):
        codes[a:b] = mapped[c:][codes[a:b]]
    pa.default_memory_pool().release_unused()
    return codes, merged.dictionary, start, end, counts, (data, continuation, origin)


def fold_word(token, acronyms=("u.s.", "a.m.", "i.t.")):
    """The counted form of a token: typography folded, zero-width characters dropped, lower case, possessive 's dropped.

    Dotted capitals lose their periods (U.K. is uk) unless they would then meet another word: those of `acronyms` keep
    them, and their bare capitals are counted with them (US and U.S. are u.s.).
    """
    word = token if token.isascii() else "".join(c for c in token if unicodedata.category(c) != "Cf")
    word = fold(word)
    parts = (word[:-2] if word[-2:] in ("'s", "'S") else word).split("-")
    for i, part in enumerate(parts):
        bare = part.replace(".", "")
        dotted = ".".join(bare.lower()) + "."
        if DOTTED(part):
            parts[i] = dotted if part.islower() or dotted in acronyms else bare
        elif part == bare.upper() and dotted in acronyms:
            parts[i] = dotted
    return "-".join(parts).lower()


def _fold_distinct(tokens, acronyms):
    """`fold_word` of each distinct token: one by one only where more than case, apostrophe and 's is to be folded."""
    plain = pc.replace_substring(tokens, "\u2019", "'")
    contains = [pc.match_substring(plain, t) for t in (".", "`", *(a.replace(".", "").upper() for a in acronyms))]
    odd = np.logical_or.reduce([x.to_numpy(False) for x in contains]) | ~pc.string_is_ascii(plain).to_numpy(False)
    folded = pa.array([fold_word(t, acronyms) for t in tokens.filter(pa.array(odd)).to_pylist()], tokens.type)
    return pc.replace_with_mask(pc.replace_substring_regex(pc.utf8_lower(plain), "'s$", ""), odd, folded)


def _pieces(documents, paragraphs):
    """Document row, start, end and paragraph_id of each body paragraph, in order."""
    schema.require(paragraphs, "paragraphs", "doc_id", "paragraph_id", "start", "end", "kind")
    kept = paragraphs[(paragraphs["kind"] == "body").to_numpy() & (paragraphs["end"] > paragraphs["start"]).to_numpy()]
    ids, (codes, found) = pd.Index(documents["doc_id"]), pd.factorize(kept["doc_id"])
    if not ids.is_unique:
        raise ValueError(f"documents: doc_id {ids[ids.duplicated()][0]!r} stands in more than one row; make it unique")
    rows = np.r_[ids.get_indexer(found), -1][codes].astype("int64")
    if len(lost := kept["doc_id"][rows < 0]):
        raise ValueError(f"paragraphs: doc_id {lost.iloc[0]!r} is not in documents")
    pieces = rows, *(kept[c].to_numpy("int64") for c in ("start", "end", "paragraph_id"))
    order = np.lexsort((pieces[1], rows))
    rows, start, end, number = (x[order] for x in pieces)
    if ((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])).any():
        raise ValueError("paragraphs: two body paragraphs of a document overlap; a character belongs to one of them")
    return rows, start, end, number


def _tokens_at(spans, documents, pieces, head, counts, start):
    """Index of the first token at or after each end of the spans: a binary search among the tokens of its paragraph."""
    row = pd.Index(documents["doc_id"]).get_indexer(spans["doc_id"]).astype("int64")
    for place in (spans["start"].to_numpy("int64"), spans["end"].to_numpy("int64")):
        piece = np.searchsorted(pieces[0] << 32 | pieces[1], row << 32 | place, "right") - 1
        low, high = head[piece], (head + counts)[piece]
        while len(open_ := np.flatnonzero(low < high)):
            middle = (low[open_] + high[open_]) >> 1
            less = start[middle] < place[open_]
            low[open_[less]], high[open_[~less]] = middle[less] + 1, middle[~less]
        yield low


def _read(documents, paragraphs, abbreviations):
    """What both tables are made of: tokens as arrays; first token, document row, id and paragraph of each sentence."""
    schema.require(documents, "documents", "doc_id", "text")
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    *pieces, number = _pieces(documents, paragraphs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        spans = pool.submit(marks.quoted_spans, documents, paragraphs)
        codes, words, start, end, counts, buffer = _scan_all(documents["text"], pieces, 0, pool)
    spans = spans.result()
    head = np.cumsum(counts) - counts
    inside, close = _tokens_at(spans, documents, pieces, head, counts, start)
    outer = (spans["level"] == 0).to_numpy()
    quoted = np.zeros(len(codes), bool)
    quoted[_ranges(inside[outer], (close - inside)[outer])] = True
    flags = boundaries.describe_words(words, abbreviations)
    filled = np.flatnonzero(counts)
    head = head[filled]
    first = boundaries.find_starts(codes, words, start, end, head, flags, (inside, close), quoted)
    piece = filled[np.searchsorted(head, first, "right") - 1]
    row = pieces[0][piece]
    sentence = _number(np.diff(np.r_[_changes(row), len(row)]))
    return (codes, words, start, end, quoted), (first, row, sentence, number[piece]), flags, buffer


def _changes(group):
    """Index of the first of each run of equal values."""
    return np.flatnonzero(np.diff(group, prepend=-1))


def _number(lengths):
    """0, 1, 2 ... anew for each of the lengths."""
    steps = np.ones(lengths.sum(), "int32")
    steps[np.cumsum(lengths)[:-1]] -= lengths[:-1]
    steps[:1] = 0
    return np.cumsum(steps, out=steps)


def _sentence_table(documents, tokens, sentences, flags, buffer):
    codes, _, start, end, quoted = tokens
    first, row, sentence, paragraph = sentences
    start, end = start[first], end[np.r_[first[1:], len(codes)][: len(first)] - 1]
    is_word = (flags & WORD > 0)[codes]
    data, *places = buffer
    texts = _slices(data, _locate(*places, row, start), _locate(*places, row, end), pa.large_string())
    columns = {
        "doc_id": documents["doc_id"].array.take(row),
        "sentence_id": sentence,
        "paragraph_id": paragraph.astype("int32"),
        "start": start,
        "end": end,
        "n_words": _sums(is_word, first),
        "n_quoted_words": _sums(is_word & quoted, first),
        "text": pd.array(texts, dtype="str"),
    }
    return pd.DataFrame(columns, copy=False).astype({"doc_id": "str"})


def _category(codes, values):
    """A categorical column from codes and distinct values."""
    dtype = pd.CategoricalDtype(pd.Index(pd.array(values, dtype="str")))
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _token_table(doc_ids, tokens, sentences, flags, abbreviations):
    codes, words, start, end, quoted = tokens
    first, row, sentence, *_ = sentences
    length = np.diff(np.r_[first, len(codes)])
    is_word = flags & WORD > 0
    acronyms = boundaries.acronyms(abbreviations)
    capitals = pc.is_in(words, pa.array([a.replace(".", "").upper() for a in acronyms], words.type)).to_numpy(False)
    plain = pc.utf8_lower(words.filter(pa.array(capitals)))
    folded = pa.concat_arrays([_fold_distinct(words, acronyms), plain]).dictionary_encode()
    mapped = folded.indices.to_numpy()
    word = mapped[codes]
    at = np.flatnonzero(capitals[codes])
    if len(at):  # in a sentence all in capitals, those of an acronym may be the ordinary word: not US but us
        small = is_word & (pc.utf8_upper(words).to_numpy(False) != words.to_numpy(False))
        of, which = np.unique(np.searchsorted(first, at, "right") - 1, return_inverse=True)
        within, begin = codes[_ranges(first[of], length[of])], np.cumsum(length[of]) - length[of]
        loud = (_sums(small[within], begin) == 0) & (_sums(is_word[within], begin) > 2)
        at = at[loud[which]]
        word[at] = mapped[len(words) - 1 + np.cumsum(capitals)[codes[at]]]
    columns = {
        "doc_id": _category(np.repeat(row.astype("int32"), length), doc_ids),
        "sentence_id": np.repeat(sentence, length),
        "token_id": _number(_sums(length, _changes(row))),
        "start": start,
        "end": end,
        "token": _category(codes, words),
        "word": _category(word, folded.dictionary),
        "is_word": is_word[codes],
        "in_quote": quoted,
    }
    return pd.DataFrame(columns, copy=False)


def analyze(documents, paragraphs=None, *, abbreviations=None):
    """Two tables in one pass over the body: the sentences and the tokens, as the two functions below give them."""
    tokens, sentences, flags, buffer = _read(documents, paragraphs, abbreviations)
    with ThreadPoolExecutor(1) as pool:
        table = pool.submit(_sentence_table, documents, tokens, sentences, flags, buffer)
        found = _token_table(documents["doc_id"], tokens, sentences, flags, abbreviations)
        return table.result(), found


def split_sentences(documents, paragraphs=None, *, abbreviations=None):
    """One row per sentence of the body: `doc_id, sentence_id, paragraph_id, start, end, n_words, n_quoted_words, text`.

    A sentence never crosses a paragraph; a quotation or parenthesis that its sentence goes on after is not split.
    `abbreviations`: your own list (CSV or table with the columns of resources/abbreviations.csv).
    """
    return _sentence_table(documents, *_read(documents, paragraphs, abbreviations))


def tokenize(documents, paragraphs=None, *, abbreviations=None):
    """One row per token of the body: `doc_id, sentence_id, token_id, start, end, token, word, is_word, in_quote`.

    `token` is as printed, `word` its counted form (see `fold_word`), both categorical; marks are tokens that are not
    words, and so is a web or mail address. `in_quote`: between the outermost quotation marks.
    """
    return analyze(documents, paragraphs, abbreviations=abbreviations)[1]


def tokenize_sentences(sentences, *, abbreviations=None):
    """One row per token of `sentences` (`doc_id, sentence_id, start, text`): the tokens table, `in_quote` all False."""
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "text")
    length = pc.utf8_length(pa.array(sentences["text"], pa.large_string())).fill_null(0).to_numpy()
    rows, lift = np.arange(len(sentences)), sentences["start"].to_numpy("int64")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        *tokens, counts, _ = _scan_all(sentences["text"], (rows, 0 * rows, length), lift, pool)
    filled = np.flatnonzero(counts)
    doc, ids = pd.factorize(sentences["doc_id"])
    flags = boundaries.describe_words(tokens[1], abbreviations)
    tokens = *tokens, np.zeros(len(tokens[0]), bool)
    sentence, first = sentences["sentence_id"].to_numpy("int32")[filled], (np.cumsum(counts) - counts)[filled]
    return _token_table(ids, tokens, (first, doc[filled], sentence), flags, abbreviations)


def sum_by_sentence(sentences, tokens, values):
    """Sum of `values` (one per token, an array) for each row of `sentences`, 0 where it has no token.

    Both tables in the same order, as `analyze` gives them or with sentences without tokens left out of `tokens`.
    """
    key = tokens["doc_id"].cat.codes.to_numpy("int64") << 32 | tokens["sentence_id"].to_numpy()
    first = np.flatnonzero(np.diff(key, prepend=-1))
    doc = tokens["doc_id"].cat.categories.get_indexer(sentences["doc_id"]).astype("int64")
    at = pd.Index(key[first]).get_indexer(doc << 32 | sentences["sentence_id"].to_numpy())
    sums = np.add.reduceat(values, first) if len(first) else np.zeros(0)
    return np.where(at >= 0, np.r_[sums, 0][at], 0)
