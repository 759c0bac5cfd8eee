"""Typography: the one length-preserving folding, and what stands where in a text as bytes (for text.py and others)."""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FOLDS = {
    "'": "\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u02b9\u2032\u00b4\u0060\uff07",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02",
    "-": "\u2010\u2011\ufe63\uff0d",
    "\u2013": "\u2012\u2212",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
}
TABLE = str.maketrans({odd: plain for plain, odds in FOLDS.items() for odd in odds})
SPACE, MARK, APOSTROPHE, HYPHEN, PERIOD, COMMA, LETTER, DIGIT, ATTACHED = range(9)
EIGHT = np.zeros(8, "uint8")
MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], "uint64")
BLOCK = 1 << 18  # bytes that stay in the processor's cache
MOST = 1 << 18  # words that are remembered
_JOINERS = {"'": APOSTROPHE, "-": HYPHEN, ".": PERIOD, ",": COMMA}


def fold(text):
    """`text` with typographic variants of apostrophe, quotation mark, hyphen, dash and space folded; length kept."""
    return text.translate(TABLE)


def char_class(char):
    """SPACE, LETTER, DIGIT, one of the four marks that may join a word, MARK, or ATTACHED (combining, zero-width)."""
    folded, category = fold(char), unicodedata.category(char)
    if folded in _JOINERS:
        return _JOINERS[folded]
    if folded.isspace() or category in ("Cc", "Zs", "Zl", "Zp"):
        return SPACE
    return {"L": LETTER, "N": DIGIT, "M": ATTACHED}.get(category[0], ATTACHED if category == "Cf" else MARK)


ASCII_CLASSES = bytes(char_class(chr(i)) if i < 128 else MARK for i in range(256))
_known = np.full(0x110000, 255, "uint8")  # classes of the code points met so far: looked up once per character


def code_points(data, at):
    """The code points of the characters whose first bytes are `data[at]` (UTF-8), and their lengths in bytes."""
    lead, (b, c, d) = data[at].astype("int32"), (data.take(at + i, mode="clip").astype("int32") & 63 for i in (1, 2, 3))
    size = 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)
    long = np.where(size == 3, (lead & 15) << 12 | b << 6 | c, (lead & 7) << 18 | b << 12 | c << 6 | d)
    return np.where(size == 1, lead, np.where(size == 2, (lead & 31) << 6 | b, long)), size


def classify(points):
    """The class of each code point."""
    for point in np.unique(points[_known[points] == 255]):
        _known[point] = char_class(chr(point))
    return _known[points]


def utf8_buffer(series):
    """A text column as UTF-8 bytes, and where each text begins in them (missing: empty)."""
    array = pa.array(series, pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.fill_null("") if array.null_count else array
    offsets = np.frombuffer(array.buffers()[1], "int64")[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(array.buffers()[2] or b"", "uint8")[: offsets[-1]], offsets


def find_bytes(data, test, first=0):
    """Where from `first` on `test` (of an array of bytes) holds; block by block, so that nothing large is made."""
    blocks = [a + np.flatnonzero(test(data[a : a + BLOCK])) for a in range(first, len(data), BLOCK)]
    return np.concatenate(blocks or [np.zeros(0, "int64")])


def is_later(data):
    """Whether a byte is a later one of its character."""
    return data.view("int8") < -64


def cut_evenly(offsets, size):
    """Numbers of the items, from 0 to all, between which parts of about `size` lie; the items begin at `offsets`."""
    cuts, n = np.searchsorted(offsets, np.arange(offsets[0] + size, offsets[-1], size)), len(offsets) - 1
    return np.r_[0, np.unique(cuts[cuts < n]), n]


def slice_bytes(data, start, end, kind):
    """An Arrow array of strings: the slices of `data` from each `start` to its `end`, in order, not overlapping.

    Between any two of them stands a null, the bytes between them: so nothing is copied.
    """
    offsets = np.zeros(2 * len(start) + 1, "int32" if kind == pa.string() else "int64")
    offsets[0:-1:2], offsets[1::2], offsets[-1] = start, end, end[-1] if len(end) else 0
    valid = pa.py_buffer(b"\x55" * (len(start) // 4 + 1))  # every other bit
    return pa.Array.from_buffers(kind, 2 * len(start), [valid, pa.py_buffer(offsets), pa.py_buffer(data)])


def take_bytes(data, start, end):
    """The same without the nulls, as large strings that are copied."""
    both = slice_bytes(data, start, end, pa.large_string())
    return both.take(pa.array(np.arange(0, len(both), 2)))


def eight_bytes(data, start, size):
    """The bytes of `data` from each `start` on as a number: as many as `size`, eight at most."""
    data = data if len(data) >= 8 else np.r_[data, EIGHT]
    last = len(data) - 8
    number = np.lib.stride_tricks.as_strided(data[:8].view("uint64"), (last + 1,), (1,))[np.minimum(start, last)]
    beyond = start > last
    number[beyond] >>= (8 * (start[beyond] - last)).astype("uint64")
    return number & MASKS.take(size, mode="clip")


def encode(data, start, end):
    """The slices of `data` as codes, numbered as they first come, and their dictionary (Arrow strings).

    Those of up to eight bytes are numbers as they stand, which is twice as fast as to compare strings.
    """
    size = end - start
    key = eight_bytes(data, start, size)
    at = np.flatnonzero(size > 8)
    long = slice_bytes(data, start[at], end[at], pa.string()).dictionary_encode()
    # no byte of a word is 0 or 255: no two short ones are the same number, and none is one of these
    key[at] = np.frombuffer(long.indices.buffers()[1], "uint32")[: 2 * len(at) : 2] | np.uint64(0xFF << 56)
    found = pa.array(key).dictionary_encode()
    key = found.dictionary.to_numpy()
    letters, is_long = key.view("uint8").reshape(-1, 8), key >= np.uint64(0xFF << 56)
    first = np.arange(0, 8 * len(key), 8)
    short = slice_bytes(letters, first, first + np.searchsorted(MASKS, key), pa.string())
    place = np.where(is_long, len(short) + key.view("uint32")[::2].astype("int64"), 2 * np.arange(len(key)))
    words = pa.concat_arrays([short, long.dictionary]).take(pa.array(place))
    return found.indices.to_numpy(), words


def remember(describe):
    """`describe` (of distinct Arrow strings: arrays with an entry for each), asked once for each of the latest words.

    The parts of a large corpus, and the pages of a report, share most of their words.
    """
    state = [(pa.array([], pa.string()), {})]

    def ask(words):
        known, facts = state[0]
        at = pc.index_in(words, known)
        new = words.filter(at.is_null())
        if len(known) + len(new) > MOST:
            known, facts, new, at = known[:0], {}, words, pa.nulls(len(words), at.type)
        place = at.to_numpy(False)
        if len(new) or not facts:
            found = describe(new)
            facts = {name: np.concatenate([facts[name], column]) if facts else column for name, column in found.items()}
            state[0] = pa.concat_arrays([known, new]), facts
            place = np.where(np.isnan(place), len(known) - 1 + np.cumsum(np.isnan(place)), place).astype(int)
        return {name: column[place] for name, column in facts.items()}

    return ask
