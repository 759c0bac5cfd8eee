"""Where sentences begin: rules over the few tokens that can end one, all candidates of the corpus at once.

What a rule asks of a token (an abbreviation, a capital, a closing mark) is a bit that is set once per distinct token.
"""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.resources import read_list
from analysis.typography import LETTER, classify, code_points

KINDS = ("title", "number", "other", "opener", "preposition", "weekday", "month", "acronym")
(WORD, UPPER, LOWER, FIGURE, SINGLE, DOTTED, END, STRONG, DOTS, CLOSER, OPENS, DASH, BAR, BRACKET, BULLET, SAYS) = (
    1 << i for i in range(16)
)
TITLE, NUMBER, OTHER, OPENER, PREPOSITION, WEEKDAY, MONTH, ACRONYM = (1 << i for i in range(16, 24))
CANDIDATE = END | CLOSER | BRACKET | PREPOSITION | WEEKDAY  # the tokens that the rules look at
MARKS = {
    END: r"^[.!?…‽。！？]",
    STRONG: r"[!?‽！？]",
    DOTS: r"^(?:\.{3}|…)$",
    CLOSER: r"^[)\]}'\"’”»›“‘«‹]+$",
    OPENS: r"^[(\[{'\"‘’‚“”„«»‹›¿¡•⁃*–—-]+$",
    DASH: r"^[–—-]+$",
    BAR: r"^[,;:.!?…)\]}%&/=+]",
    BRACKET: r"^[()\[\]]$",
    BULLET: r"^[•⁃‣·▪●*–—-]$",
}


@cache
def _reporting():
    verbs = read_list("reporting_verbs", required=("verb",))
    regular = {v[: len(v) - (s == "ied")] + s for v in verbs["verb"] for s in ("s", "d", "ed", "ied")}
    return sorted(regular | set(" ".join(verbs["forms"]).split()))


def _forms(table):
    """The words of each kind on the list, by its bit."""
    table = read_list(table, required=("abbreviation", "kind"), unique=("abbreviation", "kind"))
    if len(wrong := table[~table["kind"].isin(KINDS)]):
        line, kind = wrong[["line", "kind"]].iloc[0]
        raise ValueError(f"abbreviations, line {line}: kind {kind!r} is unknown; use one of {', '.join(KINDS)}")
    forms = {1 << i: list(table.loc[table["kind"] == kind, "abbreviation"]) for i, kind in enumerate(KINDS, 16)}
    for bit in (TITLE, NUMBER, OTHER, OPENER):
        forms[bit] += [word.upper() for word in forms[bit]]
    forms[NUMBER] += forms[MONTH]
    forms[OPENER] += [word.lower() for word in forms[OPENER]] + forms[PREPOSITION]
    return forms | {SAYS: _reporting()}


_shipped = cache(lambda: _forms("abbreviations"))


def acronyms(abbreviations=None):
    """The dotted forms, in lower case, of the list's acronyms."""
    return tuple(word.lower() for word in (_shipped() if abbreviations is None else _forms(abbreviations))[ACRONYM])


def describe_words(words, abbreviations=None):
    """What matters for sentences, as bits, for each distinct token of an Arrow array."""
    offsets = np.frombuffer(words.buffers()[1], "int32")[words.offset : words.offset + len(words) + 1]
    data = np.frombuffer(words.buffers()[2] or b"", "uint8")
    size = np.diff(offsets)
    points, width = code_points(data, offsets[:-1])
    ask = lambda function, *args: function(*args).to_numpy(False)  # noqa: E731
    address = ask(pc.match_substring, words, "@") | ask(pc.match_substring, words, "://")
    address |= ask(pc.starts_with, words, "www.")
    is_word = (classify(points) >= LETTER) & ~address
    first = pc.utf8_slice_codeunits(words, 0, 1)
    second = data.take(offsets[:-1] + 1, mode="clip") - 65 < 26 if len(data) else size > 0  # iPhone
    lower = is_word & ask(pc.utf8_is_lower, first) & ~(second & (size > 1))
    dotted = is_word & (data[offsets[1:] - 1] == 46) if len(data) else is_word
    properties = {
        WORD: is_word,
        UPPER: ask(pc.utf8_is_upper, first),
        LOWER: lower,
        FIGURE: ask(pc.utf8_is_decimal, first),
        SINGLE: is_word & (size == width),
        DOTTED | END: dotted,
    }
    flags = np.zeros(len(words), "int32")
    for bit, column in properties.items():
        flags |= column * np.int32(bit)
    other = np.flatnonzero(~is_word)
    few = words.take(pa.array(other))
    for bit, pattern in MARKS.items():
        flags[other] |= ask(pc.match_substring_regex, few, pattern) * np.int32(bit)
    prefixed = ask(pc.match_substring, words, "-")  # then-Sen. is Sen.
    bare = pc.replace_with_mask(
        words, prefixed, pc.replace_substring_regex(words.filter(pa.array(prefixed)), r"^[a-z]+-", "")
    )
    for bit, values in (_shipped() if abbreviations is None else _forms(abbreviations)).items():
        flags |= ask(pc.is_in, bare, pa.array(values, words.type)) * np.int32(bit)
    return flags


def find_starts(codes, words, start, end, first, flags, some, spans, quoted):
    """Index of the first token of every sentence.

    `codes` of the distinct `words`, described by `flags`, at `start` to `end`; `first` token of every paragraph;
    `some`: the tokens that are a CANDIDATE; `spans`: first token and closing mark of every quotation; `quoted`:
    tokens in quotation marks.
    """
    n = len(codes)
    bits = flags[codes[some]]
    look = lambda k: flags[codes.take(k, mode="clip")]  # noqa: E731
    new = np.zeros(n + 9, bool)
    new[first] = new[n:] = True
    if not n:
        return first
    glued = lambda k: (start[k] == end[k - 1]) & ~new[k]  # noqa: E731

    last, shut = some[bits & END > 0], some[bits & CLOSER > 0]
    # what may follow a mark in the same sentence: more marks, closing quotes and brackets
    tail = np.zeros(n + 9, bool)
    tail[shut[glued(shut)]] = True
    face = shut[glued(shut)] - 1  # an emoticon :)
    tail[face[(look(face) & (BAR | END | CLOSER) == BAR) & (look(face - 1) & END > 0) & ~new[face]]] = True
    tail[last[glued(last) & (look(last) & WORD == 0)]] = True
    tail[spans[1][~new[spans[1]]]] = True
    tail = np.flatnonzero(tail)
    stop = np.r_[tail[np.r_[np.diff(tail) != 1, True][: len(tail)]], n, n + 9] + 1

    def beyond(k):
        here = np.r_[tail, -1][np.searchsorted(tail, k + 1)] == k + 1
        return np.where(here, stop[np.searchsorted(stop, k + 2)], k + 1)

    def is_dot(k):
        return look(k) & (END | WORD | STRONG) == END

    follow = beyond(last)
    last, follow = last[~new[follow]], follow[~new[follow]]
    word = follow
    for _ in range(3):
        word = np.where((look(word) & OPENS > 0) & ~new[word + 1], word + 1, word)
    mark, after = look(last), look(word)
    itself = mark & DOTTED > 0
    before = np.where(itself, last, last - 1)
    known = np.where(itself | glued(last), look(before), 0)
    spaced = start[follow] > end[follow - 1]
    # a space that is missing: ended.Then
    capital = (after & UPPER > 0) & (after & (DOTTED | OTHER) == 0) & (end[word] - start[word] > 1)
    plain = (known & WORD > 0) & (known & (SINGLE | DOTTED | OTHER) == 0)
    missing = (word == last + 1) & capital & plain
    # an ellipsis ends a sentence when its fourth period does or a sure opener follows
    spaced_dots = is_dot(last - 1) & ~is_dot(last - 3)
    dots = (mark & DOTS > 0) | spaced_dots
    initial = known & (SINGLE | UPPER) == SINGLE | UPPER
    short, dash = (known & (OTHER | DOTTED) > 0) | initial, look(follow) & DASH > 0
    opens = (after & OPENER > 0) & ~((after & SINGLE > 0) & is_dot(word + 1))
    held = (known & TITLE > 0) | (known & NUMBER > 0) & (after & FIGURE > 0)
    held |= (short | dash) & ~opens | short & dash | dots & ~(opens & (after & SINGLE == 0))
    # "Why?" Trump asked
    name = word
    for _ in range(3):
        name = np.where((look(name) & (UPPER | OPENER) == UPPER) & ~new[name + 1], name + 1, name)
    asked = (name > word) & (look(name) & SAYS > 0) & (follow > last + 1)
    possible = after & (LOWER | BAR) == 0
    resumes = (look(follow) & DOTS > 0) & ~dots & spaced & (known & WORD > 0) & (mark & STRONG == 0)
    ends = (spaced | missing) & possible & np.where(mark & STRONG > 0, ~asked, ~held) | resumes
    lost = _lost_breaks(look, new, some, bits, quoted)
    items, bodies = _list_items(codes, words, look, new, some[glued(some)], start, end, beyond)
    new[follow[ends]] = new[lost] = True
    new[bodies] = False
    new[items] = True
    # a quotation or parenthesis that its sentence goes on after is not split, unless it begins it
    opened, closed = (np.r_[a, b] for a, b in zip(spans, _brackets(some, bits, first), strict=True))
    inner = ~new[beyond(closed)] & ~new[closed] & ~new[opened - 1]
    order = np.argsort(opened[inner], kind="stable")
    opened, closed = opened[inner][order], np.maximum.accumulate(np.r_[-1, closed[inner][order]])
    found = np.flatnonzero(new[:n])
    within = closed[np.searchsorted(opened, found)] >= found
    within[np.searchsorted(found, first)] = False
    return found[~within]


def _lost_breaks(look, new, some, bits, quoted):
    """Sentences that begin without a mark before them, where a line break was lost: after a date line, In the ..."""
    k = some[(bits & WEEKDAY > 0)]
    k = k[(look(k + 1) & BAR > 0) & (look(k + 2) & MONTH > 0) & (look(k + 3) & FIGURE > 0) & (look(k + 5) & FIGURE > 0)]
    k = k[~new[k[:, None] + np.arange(1, 6)].any(1)]
    line = k[new[k] & ~new[k + 6] & (look(k + 6) & UPPER > 0)] + 6
    title = k[new[k + 6] & ~new[k] & (look(k - 1) & (WORD | CLOSER) > 0) & (look(k - 1) & PREPOSITION == 0)]
    k = some[(bits & (PREPOSITION | UPPER) == PREPOSITION | UPPER)]
    k = k[~new[k] & ~new[k + 1] & ~quoted[k] & (look(k - 1) & WORD > 0) & (look(k - 1) & DOTTED == 0)]
    on = look(k + 1)  # In the ..., On Monday
    return np.r_[line, title, k[(on & (LOWER | OPENER) == LOWER | OPENER) | (on & WEEKDAY > 0)]]


def _list_items(codes, words, look, new, mark, start, end, beyond):
    """First tokens of the items of a list run into one paragraph (1. ... 2. ...), and the rest of their labels."""
    mark = mark[(look(mark) & WORD == 0) & (end[mark] - start[mark] == 1)]
    kind = look(mark - 1)
    mark = mark[(kind & (FIGURE | SINGLE) > 0) & (kind & UPPER == 0) & (end[mark - 1] - start[mark - 1] < 3)]
    label, body = mark - 1, beyond(mark)
    item = label - ((look(label - 1) & BULLET > 0) & ~new[label])
    number = ~new[body] & (new[item] | (start[item] > end[item - 1]))
    heads = np.flatnonzero(new[:-9])
    piece = np.searchsorted(heads, item, "right")
    number &= np.isin(piece, piece[number & new[item]])
    item, label, body, piece, mark = (x[number] for x in (item, label, body, piece, mark))
    kept, due = np.zeros(len(item), bool), None
    labels = words.take(pa.array(codes[label])).to_pylist()
    for i, text in enumerate(labels):  # few: only paragraphs that begin with a number or letter
        if not text.isdecimal() and len(text) > 1:  # 5a
            continue
        value = int(text) if text.isdecimal() else ord(text)
        kept[i] = new[item[i]] or (piece[i], codes[mark[i]], value) == due
        due = (piece[i], codes[mark[i]], value + 1) if kept[i] else due
    item, body = item[kept], body[kept]
    return item, np.unique(np.concatenate([np.arange(a + 1, b + 1) for a, b in zip(item, body, strict=True)] or [item]))


def _brackets(some, bits, first):
    """First token inside and closing token of each innermost pair of brackets within a paragraph."""
    at, is_open = some[bits & BRACKET > 0], (bits & OPENS > 0)[bits & BRACKET > 0]
    piece = np.searchsorted(first, at, "right")
    pair = np.flatnonzero(is_open[:-1] & ~is_open[1:] & (piece[:-1] == piece[1:]))
    return at[pair] + 1, at[pair + 1]
