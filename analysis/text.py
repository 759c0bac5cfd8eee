"""Words and sentences of the body: one pass over the bytes of all texts, no loop over characters, tokens or sentences.

The texts are one UTF-8 buffer. Each byte gets the class of its character; where the class changes a run begins, and
runs are joined to words by a second look at their edges alone. Chunks of a few MB run in threads: numpy and Arrow
release the lock. Tokens are codes of a dictionary, and what depends on a word alone is found once per distinct word.
"""

import os
import re
import unicodedata
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import body, boundaries, marks, schema
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
    cut_evenly,
    encode,
    find_bytes,
    fold,
    is_later,
    take_bytes,
    utf8_buffer,
)

CHUNK, PART = 1 << 21, 1 << 19  # bytes and tokens that a thread takes at once
IS_WORD, SMALL, CAPITALS, CANDIDATE = 1, 2, 4, 8
_left_over = {}  # the table that the last call of `split_sentences` or `tokenize` did not return, and of what it is
# What ends in 's without being a possessive: these words form none.
CONTRACTED = ["he's", "here's", "how's", "it's", "let's", "she's", "that's", "there's", "this's", "what's", "when's"]
CONTRACTED += ["where's", "who's", "why's"]
DECADE = re.compile("^([0-9]*0)'s$")  # the 1990's are the 1990s
DOTTED = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_])+\.?").fullmatch


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
    one, wide = size == 1, np.flatnonzero(first >= 0xC0)  # one character
    one[wide] = size[wide] == 2 + (first[wide] >= 0xE0) + (first[wide] >= 0xF0)
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


def _scan(data, low, high, begin, finish, shift, later):
    """Tokens of one chunk of bytes: codes, start, end, the dictionary of the codes, tokens per piece."""
    raw, begin, finish = data[low:high], np.maximum(begin, low) - low, np.minimum(finish, high) - low
    start, end, kind, classes = _runs(raw, begin, finish)
    joined = _join(raw, begin, start, end, kind, classes)
    keep = np.flatnonzero(~joined)
    start, end = start[keep], end[np.r_[keep[1:], len(joined)][: len(keep)] - 1]
    codes, words = encode(raw, start, end)
    counts = np.diff(np.r_[np.searchsorted(start, begin), len(start)])
    moved = np.repeat((low - shift).astype("int32"), counts)
    places = []
    for place in (start, end):
        cuts = np.r_[0, np.searchsorted(place, later - low, "right"), len(place)]
        places.append(place.astype("int32") + moved - np.repeat(np.arange(len(cuts) - 1, dtype="int32"), np.diff(cuts)))
    return codes, *places, words, counts


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


def _scan_all(series, pieces, lift, pool):
    """Tokens of the pieces (row, start, end ...) of a text column: their codes, starts and ends; the dictionary of each
    chunk's codes; the first token of each chunk; tokens per piece; and the buffer.

    `lift` is added to the offsets. The buffer is the bytes, the beginning of each text in code points, and for each
    later byte of a character the number of that character: with them a place in code points is found in the bytes.
    """
    data, offsets = utf8_buffer(series)
    cuts = _cuts(data, offsets[0])
    later = find_bytes(data, is_later)
    inside, origin = np.searchsorted(later, cuts), offsets - np.searchsorted(later, offsets)
    character = later - np.arange(1, len(later) + 1)
    begin, finish = (at + np.searchsorted(character, at) for at in (origin[pieces[0]] + x for x in pieces[1:3]))
    first, stop = np.searchsorted(finish, cuts[:-1], "right"), np.searchsorted(begin, cuts[1:])
    shift = origin[pieces[0]] - lift

    def scan(i):
        p, c = slice(first[i], stop[i]), slice(inside[i], inside[i + 1])
        return _scan(data, cuts[i], cuts[i + 1], begin[p], finish[p], shift[p] + inside[i], later[c])

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
    return [column[:n] for column in columns], words, limits, counts, (data, origin, character)


def fold_word(token, acronyms=("u.s.", "a.m.", "i.t.")):
    """The counted form of a token: typography folded, zero-width characters dropped, lower case, possessive 's dropped
    (of Anna's, not of it's).

    Dotted capitals lose their periods (U.K. is uk) unless they would then meet another word: those of `acronyms` keep
    them, and their bare capitals are counted with them (US and U.S. are u.s.).
    """
    word = token if token.isascii() else "".join(c for c in token if unicodedata.category(c) != "Cf")
    word = DECADE.sub(r"\1s", fold(word))
    owned = word[-2:] in ("'s", "'S") and word.lower() not in CONTRACTED
    parts = (word[:-2] if owned else word).split("-")
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
    lower = pc.replace_substring_regex(pc.utf8_lower(plain), DECADE.pattern, r"\1s")
    kept = pc.is_in(lower, pa.array(CONTRACTED, lower.type))
    return pc.replace_with_mask(pc.if_else(kept, lower, pc.replace_substring_regex(lower, "'s$", "")), odd, folded)


def _changes(group):
    """Index of the first of each run of equal values."""
    return np.flatnonzero(np.diff(group, prepend=-1))


def _number(lengths):
    """0, 1, 2 ... anew for each of the lengths."""
    first = (np.cumsum(lengths) - lengths).astype("int32")
    return np.arange(lengths.sum(), dtype="int32") - np.repeat(first, lengths)


def _category(values):
    """The type of a categorical column with these values, known to be distinct: pandas' own test of that makes a Python
    string of each, which stay."""
    return pd.CategoricalDtype._from_fastpath(pd.Index(pd.array(values, dtype="str")))


def _describe(words, abbreviations):
    """One dictionary of the `words` of all chunks, the code there of each, and what is known of the entries.

    That is: their bits for the sentences, the folded dictionary, their codes there as they are and in lower case, and
    what they are (IS_WORD ...).
    """
    merged = pa.concat_arrays(words).dictionary_encode()
    words, acronyms = merged.dictionary, boundaries.acronyms(abbreviations)
    capitals = pc.is_in(words, pa.array([a.replace(".", "").upper() for a in acronyms], words.type)).to_numpy(False)
    plain = pc.utf8_lower(words.filter(pa.array(capitals)))
    folded = pa.concat_arrays([_fold_distinct(words, acronyms), plain]).dictionary_encode()
    mapped = folded.indices.to_numpy()
    lowered = mapped[: len(words)].copy()
    lowered[capitals] = mapped[len(words) :]
    flags = boundaries.describe_words(words, abbreviations)
    word = flags & boundaries.WORD > 0
    small = word & pc.not_equal(pc.utf8_upper(words), words).to_numpy(False)
    what = word * IS_WORD | small * SMALL | capitals * CAPITALS | (flags & boundaries.CANDIDATE > 0) * CANDIDATE
    return words, merged.indices.to_numpy(), flags, (folded.dictionary, mapped, lowered, what.astype("uint8"))


def _recode(codes, limits, words, mapped, pool):
    """Make the codes of each chunk, in place, those of the one dictionary."""
    base = np.cumsum([0, *map(len, words)])

    def recode(first, last, low):
        codes[first:last] = mapped[low:][codes[first:last]]

    list(pool.map(recode, limits[:-1], limits[1:], base[:-1]))


def _fill(columns, t, kinds, sentences, described):
    """Write the columns of the tokens `t` (a slice): `sentences` are their first tokens, document rows and numbers."""
    first, row, sentence = sentences
    codes, (_, mapped, lowered, _) = columns["token"][t], described
    length = np.diff(np.r_[first, len(codes)])
    columns["doc_id"][t] = np.repeat(row.astype(columns["doc_id"].dtype), length)
    columns["sentence_id"][t] = np.repeat(sentence, length)
    columns["token_id"][t] = _number(_sums(length, _changes(row)))
    columns["is_word"][t] = kinds & IS_WORD
    columns["word"][t] = mapped[codes]
    at = np.flatnonzero(kinds & CAPITALS)
    if len(at):  # in a sentence all in capitals, those of an acronym may be the ordinary word: not US but us
        of, which = np.unique(np.searchsorted(first, at, "right") - 1, return_inverse=True)
        within, begin = kinds[_ranges(first[of], length[of])], np.cumsum(length[of]) - length[of]
        loud = (_sums(within & SMALL, begin) == 0) & (_sums(within & IS_WORD, begin) > 2)
        at = at[loud[which]]
        columns["word"][t][at] = lowered[codes[at]]


def _empty_columns(doc_ids, codes, start, end):
    """The columns of the tokens table, as far as they are known before the sentences are."""
    size = next(kind for kind in ("int8", "int16", "int32") if len(doc_ids) < np.iinfo(kind).max)
    kinds = {"doc_id": size, "sentence_id": "int32", "token_id": "int32", "start": start, "end": end, "token": codes}
    kinds |= {"word": "int32", "is_word": "bool", "in_quote": "bool"}
    return {name: np.zeros(len(codes), kind) if isinstance(kind, str) else kind for name, kind in kinds.items()}


def _token_table(columns, dtypes):
    """The tokens; `dtypes`: of the columns that are codes."""
    coded = zip(("doc_id", "token", "word"), dtypes, strict=True)
    columns |= {c: pd.Categorical.from_codes(columns[c], dtype=dtype, validate=False) for c, dtype in coded}
    return pd.DataFrame(columns, copy=False)


def analyze(documents, paragraphs=None, *, spans=None, abbreviations=None):
    """Two tables in one pass over the body: the sentences and the tokens, as the two functions below give them.

    `spans`: what `marks.find_spans` gives for the same documents and paragraphs, where it is there already.
    """
    documents = schema.take_documents(documents)
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    rows, *_, number = pieces = body.find_pieces(documents, paragraphs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        (codes, start, end), chunks, limits, counts, buffer = _scan_all(documents["text"], pieces, 0, pool)
        describing = pool.submit(_describe, chunks, abbreviations)  # for the most part a single thread's work
        spans = marks.find_spans(documents["text"], pieces) if spans is None else spans
        words, mapped, flags, described = describing.result()
        _recode(codes, limits, chunks, mapped, pool)
        del chunks, mapped
    pa.default_memory_pool().release_unused()  # what Arrow keeps of earlier work would stand beside the tables
    opens, closes = spans["start"].to_numpy(), spans["end"].to_numpy()
    row, outer = opens >> 32, (spans["level"] == 0).to_numpy()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        dtypes, ids = pool.map(_category, (documents["doc_id"], words, described[0])), documents["doc_id"].array
        columns = _empty_columns(documents["doc_id"], codes, start, end)
        head = np.r_[0, np.cumsum(counts)]

        def finish(a, b):
            """The sentences of the paragraphs a to b, which are whole documents, and the rest of their tokens."""
            t, docs = slice(head[a], head[b]), (rows[a:b][:1].sum(), rows[a:b][-1:].sum() + 1)  # 0, 1 if there is none
            own = slice(*np.searchsorted(row, docs))
            codes, start, end, quoted = (columns[c][t] for c in ("token", "start", "end", "in_quote"))
            place = np.repeat(rows[a:b] << 32, counts[a:b]) + start
            inside, close = np.searchsorted(place, opens[own]), np.searchsorted(place, closes[own])
            quoted[_ranges(inside[outer[own]], (close - inside)[outer[own]])] = True
            kinds = described[-1][codes]
            filled = a + np.flatnonzero(counts[a:b])
            heads, some = head[filled] - head[a], np.flatnonzero(kinds & CANDIDATE)
            first = boundaries.find_starts(codes, words, start, end, heads, flags, some, (inside, close), quoted)
            piece = filled[np.searchsorted(heads, first, "right") - 1]
            sentence = _number(np.diff(np.r_[_changes(rows[piece]), len(piece)]))
            _fill(columns, t, kinds, (first, rows[piece], sentence), described)
            stop, is_word = np.r_[first[1:], len(codes)][: len(first)] - 1, columns["is_word"][t]
            texts = _texts(buffer, rows[piece], start[first], end[stop])
            names = pa.array(ids.take(rows[piece]), pa.large_string())
            words_in, quoted_in = _sums(is_word, first), _sums(is_word & quoted, first)
            return sentence, number[piece], start[first], end[stop], words_in, quoted_in, names, texts

        begins = np.r_[_changes(rows), len(rows)]
        cuts = begins[cut_evenly(head[begins], PART)]
        *found, names, texts = zip(*pool.map(finish, cuts[:-1], cuts[1:]), strict=True)
        names, texts = (pd.array(pa.chunked_array(x, pa.large_string()), dtype="str") for x in (names, texts))
        fields = ("sentence_id", "paragraph_id", "start", "end", "n_words", "n_quoted_words")
        table = {"doc_id": names} | dict(zip(fields, map(np.concatenate, found), strict=True)) | {"text": texts}
        table["paragraph_id"] = table["paragraph_id"].astype("int32")
        return pd.DataFrame(table, copy=False), _token_table(columns, dtypes)


def _texts(buffer, row, *places):
    """The text from place to place (code points) of the documents at `row`, in order."""
    data, origin, character = buffer
    if not len(row):
        return pa.array([], pa.large_string())
    low, high = np.searchsorted(character, origin[[row[0], row[-1] + 1]])
    places = (origin[row] + place for place in places)
    return take_bytes(data, *(at + low + np.searchsorted(character[low:high], at) for at in places))


def _take(name, documents, paragraphs, abbreviations):
    """One of the tables of `analyze`. The other is kept until asked for or the documents are gone: most want both.

    `paragraphs` and `documents` may be changed in between: what is kept is of a snapshot, which is compared.
    """
    schema.require(documents, "documents", "doc_id", "text")
    snapshot = [t.copy(deep=False) for t in (documents[["doc_id", "text"]], paragraphs) if t is not None]
    before, table = _left_over.pop(name, ((), None))
    if abbreviations is None and len(before) == len(snapshot) and all(map(pd.DataFrame.equals, before, snapshot)):
        return table
    tables = dict(
        zip(("sentences", "tokens"), analyze(documents, paragraphs, abbreviations=abbreviations), strict=True)
    )
    table = tables.pop(name)
    _left_over.clear()
    if abbreviations is None:
        _left_over.update({other: (snapshot, tables[other]) for other in tables})
        weakref.finalize(documents, _left_over.clear)
    return table


def split_sentences(documents, paragraphs=None, *, abbreviations=None):
    """One row per sentence of the body: `doc_id, sentence_id, paragraph_id, start, end, n_words, n_quoted_words, text`.

    A sentence never crosses a paragraph. A quotation or parenthesis that its sentence goes on after is not split,
    unless the sentence begins with it. `abbreviations`: your own list (CSV or table with the columns of
    resources/abbreviations.csv).
    """
    return _take("sentences", documents, paragraphs, abbreviations)


def tokenize(documents, paragraphs=None, *, abbreviations=None):
    """One row per token of the body: `doc_id, sentence_id, token_id, start, end, token, word, is_word, in_quote`.

    `token` is as printed, `word` its counted form (see `fold_word`), both categorical; marks are tokens that are not
    words, and so is a web or mail address. `in_quote`: between the outermost quotation marks.
    """
    return _take("tokens", documents, paragraphs, abbreviations)


def tokenize_sentences(sentences, *, abbreviations=None):
    """One row per token of `sentences` (`doc_id, sentence_id, start, text`): the tokens table, `in_quote` all False."""
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "text")
    length = pc.utf8_length(pa.array(sentences["text"], pa.large_string())).fill_null(0).to_numpy()
    rows, lift = np.arange(len(sentences)), sentences["start"].to_numpy("int64")
    doc, ids = pd.factorize(sentences["doc_id"])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        (codes, start, end), chunks, limits, counts, _ = _scan_all(
            sentences["text"], (rows, 0 * rows, length), lift, pool
        )
        words, mapped, _, described = _describe(chunks, abbreviations)
        _recode(codes, limits, chunks, mapped, pool)
    columns = _empty_columns(ids, codes, start, end)
    filled = np.flatnonzero(counts)
    first, sentence = (np.cumsum(counts) - counts)[filled], sentences["sentence_id"].to_numpy("int32")[filled]
    _fill(columns, slice(len(codes)), described[-1][codes], (first, doc[filled], sentence), described)
    return _token_table(columns, map(_category, (ids, words, described[0])))
