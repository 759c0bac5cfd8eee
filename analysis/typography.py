"""Typography: the one length-preserving folding, and what kind of character stands where (for text.py and others)."""

import unicodedata

import numpy as np

FOLDS = {
    "'": "\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u02b9\u2032\u00b4\u0060\uff07",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02",
    "-": "\u2010\u2011\ufe63\uff0d",
    "\u2013": "\u2012\u2212",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
}
TABLE = str.maketrans({odd: plain for plain, odds in FOLDS.items() for odd in odds})
SPACE, MARK, APOSTROPHE, HYPHEN, PERIOD, COMMA, LETTER, DIGIT, ATTACHED = range(9)
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
    seen = np.zeros(len(_known), bool)
    seen[points] = True
    for point in np.flatnonzero(seen & (_known == 255)):
        _known[point] = char_class(chr(point))
    return _known[points]
