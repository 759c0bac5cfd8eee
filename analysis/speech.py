"""Who says what in a sentence: the rules behind quotes.py, over tokens.

No parser: each reporting verb looks for its source (the noun phrase before it, or after it when the order is turned
round) and for the part of the sentence that it reports; each quotation then looks for its verb. All verbs, and all
quotations, go through a rule together: places are arrays of token numbers, and a phrase is a row `start, name start,
name end, end` of token numbers, all -1 where there is none.
"""

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import marks, resources, text

OTHER, NAME, DET, PRON, PREP, CONJ, REL, AUX, ADV, TIME, COMMA, COLON, DASH, STOP, MARK, PUNCT = range(16)
CLASSES = {"determiner": DET, "quantifier": DET, "preposition": PREP, "conjunction": CONJ, "relative": REL}
CLASSES |= {"time": TIME, "pronoun": PRON, "auxiliary": AUX, "be": AUX, "adverb": ADV}
SIGNS = dict(zip(",:.?!;\u2013\u2014-()", [COMMA, COLON, STOP, STOP, STOP, STOP, *[DASH] * 5], strict=True))
SIGNS |= dict.fromkeys(marks.SINGLE + marks.DOUBLE, MARK)
# what else matters of a word: that it can speak, names a work or a remark, or one of a few function words
TRAITS = ("", "plural", "role", "quantifier", "be", "speech", "title", "named", "honorific_male", "honorific_female")
TRAITS += ("body", "particle", "place", "ly")
TRAITS += ("of", "the", "and", "that", "to", "as", "by", "for", "after", "before", ".", "jr", "sr")
PLURAL, ROLE, QUANTIFIER, BE, SPEECH, TITLE, NAMED, MALE, FEMALE, BODY, PARTICLE, PLACE = range(1, 13)
LY, OF, THE, AND, THAT, TO, AS, BY, FOR, POINT, JUNIOR, SENIOR = *range(13, 22), 24, 25, 26
LOOKS = {
    "upper": "^(al-|el-|d['\u2019])?\\p{Lu}|^\\d.*\\p{Lu}$",
    "owner": "['\u2019]s$",
    "party": "^[DRI]$",
    "party and state": "^[DRI][-\u2013]\\p{Lu}",
    "dash": "^[-\u2013\u2014]+$",
    "capitals": "^\\p{Lu}\\P{Ll}+$|^\\P{Ll}+\\p{Lu}\\P{Ll}*$",
    "lower": "^\\P{Lu}*\\p{Ll}\\P{Lu}*$",
}  # of a token as printed
TOLD = ("tell", "remind", "inform", "assure", "notify", "reassure")  # whom they address stands after them
ADDRESSED = (*TOLD, "ask", "warn")
LONG, NEAR = 6, 3  # words from which marks without a source are speech; tokens between a verb and its quotation
FAR, MOST = 200, 9  # tokens a verb looks for its words, and verbs a quotation looks at, at most
NONE, BEFORE, AFTER, RELATIVE, PASSIVE = range(5)  # where a verb has its source
BEYOND = 1 << 40
PAD = 4  # tokens after the last that a rule may look at


def _find(mask):
    """The tokens where a mask holds, with a place before and one beyond all, for `_last` and `_next` to find."""
    return np.r_[-1, np.flatnonzero(mask), BEYOND]


def _last(places, at):
    """The last of the places up to `at`, -1 if there is none."""
    return places[np.searchsorted(places, at, "right") - 1]


def _next(places, at):
    """The first of the places from `at` on, BEYOND if there is none."""
    return places[np.searchsorted(places, at)]


def _count(places, low, high):
    """How many of the places lie from `low` to `high`."""
    return np.searchsorted(places, high) - np.searchsorted(places, low)


def _rows(*columns):
    return np.stack(np.broadcast_arrays(*columns), 1).astype("int64")


def _choose(*cases):
    """The rows of the first case (condition, rows) that holds, -1 where none does."""
    out = np.full_like(cases[0][1], -1)
    for holds, rows in reversed(cases):
        out[holds] = rows[holds]
    return out


def _among(values, *wanted):
    """Whether each of the small numbers is one of those wanted."""
    table = np.zeros(32, bool)
    table[list(wanted)] = True
    return table[values]


@cache
def _genders():
    names = resources.read_list("given_names", required=("name", "gender"))
    return names["name"].str.lower().tolist(), names["gender"].map({"male": MALE, "female": FEMALE}).tolist()


@cache
def _listed():
    """The listed words with their kinds; the same and the function words with their traits."""
    listed = resources.read_list("quote_words", required=("word", "class"))
    words, classes = listed["word"].tolist(), listed["class"].tolist()
    traits = [*range(OF, len(TRAITS)), *(TRAITS.index(c) if c in TRAITS else 0 for c in classes)]
    return (words, [CLASSES.get(c, OTHER) for c in classes]), ([*TRAITS[OF:], *words], traits)


def _lookup(words, keys, values, default=0):
    """The value of each word: that of the first equal key, else the default."""
    at = pc.index_in(words, pa.array(keys, words.type)).fill_null(len(keys)).to_numpy()
    return np.append(np.asarray(values), default)[at]


def _read_tokens(tokens, cues):
    """What the rules ask of each token: arrays with an entry a token and `PAD` more.

    `kind`: class of grammar or punctuation; `trait`: what else matters of it; `owner`: has a possessive 's; `gender`:
    of a given name (MALE, FEMALE or 0); `speaks`: can be a source (a name, a pronoun, officials); `free`: outside
    quotations; `cue`: a form of a reporting verb (`cues`); `low`, `end`: first token and end of its sentence; `high`:
    its end without the closing point; `link`: the token of the same name that comes before (Bank of England, Ann Lee
    and Bob Hill); `code`: in `words`; `places`: token numbers by what they have; `forms`: see _is_form.
    """
    n, doc, sentence = len(tokens), tokens["doc_id"].cat.codes.to_numpy(), tokens["sentence_id"].to_numpy()
    words, printed = (pa.array(tokens[c].cat.categories, pa.string()) for c in ("word", "token"))
    code, shape = (np.append(tokens[c].cat.codes.to_numpy("int32"), [0] * PAD) for c in ("word", "token"))
    is_word, quoted = (np.append(tokens[c].to_numpy(), [False] * PAD) for c in ("is_word", "in_quote"))
    starts = np.flatnonzero((np.diff(doc, prepend=-1) != 0) | (np.diff(sentence, prepend=-1) != 0))
    starts, stops, size = np.append(starts, n), np.append(starts[1:], [n, n]), np.diff(starts, append=[n, n + PAD])
    first = np.zeros(n + PAD, bool)
    first[starts] = True
    cue = _lookup(words, list(cues), [True] * len(cues), False)[code] & is_word
    w = SimpleNamespace(
        code=code, words=words, is_word=is_word, free=~quoted, first=first, cue=cue, places={}, forms={}
    )
    w.low, w.end = np.repeat(starts, size), np.repeat(stops, size)
    _classify(w, printed, shape)
    _join_names(w)
    _drop_parties(w)
    _drop_datelines(w)
    inner = _find(~(w.free & _among(w.kind, STOP, MARK)))
    w.high = np.repeat(np.maximum(starts, _last(inner, stops - 1) + 1), size)
    w.speaks = _among(w.kind, NAME, PRON) | _among(w.trait, PLURAL, ROLE, QUANTIFIER, BODY)
    w.gender = _lookup(words, *_genders())[code]
    w.gender[np.flatnonzero(w.trait == PLACE)[:, None] + [1, 2]] = 0  # San Antonio, St. Paul
    _link_names(w)
    _note_places(w)
    return w


def _classify(w, printed, shape):
    """The kind and trait of each token, and its LOOKS."""
    kinds, traits = (_lookup(w.words, *listed).astype("uint8") for listed in _listed())
    traits[(traits == 0) & pc.match_substring_regex(w.words, ".{3}ly$").to_numpy(False)] = LY
    looks = {name: pc.match_substring_regex(printed, pattern) for name, pattern in LOOKS.items()}
    w.looks = {name: mask.to_numpy(False)[shape] for name, mask in looks.items()}
    w.owner, w.trait, kind = w.looks["owner"], traits[w.code], kinds[w.code]
    signs = _lookup(pc.utf8_slice_codeunits(printed, 0, 1), list(SIGNS), list(SIGNS.values()), PUNCT).astype("uint8")
    named = w.looks["upper"] & ((kind == OTHER) | (kind == AUX) & ~w.first)
    w.kind = np.where(w.is_word, np.where(named, np.uint8(NAME), kind), signs[shape])
    w.kind[-PAD:], w.trait[-PAD:], w.owner[-PAD:] = STOP, 0, False
    w.inner = _among(w.trait, POINT, JUNIOR, SENIOR) & ~w.first  # Mr. Trump, Trump, Jr.


def _join_names(w):
    """What stands within names belongs to them."""
    kind, first, upper = w.kind, w.first, w.looks["upper"]
    at = np.flatnonzero(w.inner[1:-1] & ~first[2:]) + 1
    at = np.where(kind[at] == NAME, at - 1, at)
    kind[at[_among(kind[at], STOP, COMMA) & (kind[at - 1] == NAME) & ~first[at]]] = NAME
    at = np.flatnonzero((w.trait == PARTICLE)[:-PAD])
    at = at[w.is_word[at] & ~upper[at] & ~first[at + 1]]
    for _ in range(2):  # von der Leyen
        kind[at[kind[at + 1] == NAME]] = NAME
    # Doctors Without Borders, Ann Long, but no heading in capitals
    at = np.flatnonzero(upper & _among(kind, PREP, ADV) & ~first)
    at = at[kind[at - 1] == NAME]
    end = at + 1
    for _ in range(4):
        end += (kind[end] == NAME) & ~first[end]
    kind[at[((end > at + 1) | (kind[at] == ADV)) & (~upper[end] | first[end])]] = NAME


def _drop_parties(w):
    """The party of a Senator (R-Ohio) or Senator, R-Ohio, is as an adverb: no words of the sentence."""
    kind, first = w.kind, w.first

    def ahead(x, *kinds):
        return _among(kind[x], *kinds) & ~first[x]

    at = np.flatnonzero((w.looks["party"] | w.looks["party and state"])[:-PAD])
    at = at[_among(kind[at - 1], COMMA, DASH) & (kind[at - 2] == NAME) & ~first[at] & ~first[at - 1]]
    bracket, end = kind[at - 1] == DASH, at + 1
    end += w.inner[end] & (kind[end] == NAME)
    state = bracket & ahead(end, COMMA) & ahead(end + 1, NAME)  # (R., Ohio)
    end += state * (2 + w.inner[end + 2])
    close = bracket & ahead(end, DASH)
    end += close | ~bracket & ahead(end, COMMA) & (w.cue[end + 1] & ~first[end + 1] | ahead(end + 1, AUX, ADV, TIME))
    good = w.looks["party and state"][at] | close
    kind[text._ranges(at[good] - 1, (end - at)[good] + 1)] = ADV


def _drop_datelines(w):
    """The place and agency of a dateline (DUNAU, Elba (RTV) —) are marks: no words of the sentence."""
    kind, dash = w.kind, w.looks["dash"]
    at = np.flatnonzero(w.first[:-PAD] & (kind[:-PAD] == NAME))
    end = _next(_find(dash), at)
    near = (end < at + 10) & (end < w.end[at])
    at, end = at[near], end[near] + 1
    end += dash[end]
    capitals, lower = (_count(_find(w.looks[x]), at, end) for x in ("capitals", "lower"))
    good = (capitals > 0) & (lower == 0) & ~w.first[end] & (w.looks["upper"][end] | (kind[end] == MARK))
    kind[text._ranges(at[good], (end - at)[good])] = PUNCT


def _link_names(w):
    """The token of the same name that comes before each token of a name, -1 if there is none."""
    names = np.flatnonzero(w.kind == NAME)
    before = names - 1
    back = before - _among(w.trait[before], OF, AND, FOR)
    back -= 2 * ((w.trait[before] == THE) & (w.trait[before - 1] == OF))
    joined = w.free[before] & ~w.owner[before] & (w.kind[back] == NAME) & (back >= w.low[names])
    w.link = np.full(len(w.kind), -1)
    w.link[names[joined]] = back[joined]


def _note_places(w):
    """The places that the rules look up."""
    kind, trait, free = w.kind, w.trait, w.free
    after_name, after_owner, after_free = (np.append(False, x[:-1]) for x in (kind == NAME, w.owner, free))
    noun, at = np.zeros(len(kind), bool), np.flatnonzero(w.cue)
    noun[at] = _is_noun(w, at, True, w.low[at], True)
    who = _among(trait, PLURAL, ROLE, QUANTIFIER, BODY)
    of, joint = (trait == OF) & after_name, np.zeros(len(kind), bool)
    phrase = (kind <= DET) & ~(w.cue & ~noun) & ~((kind == DET) & after_name & ~after_owner)  # told Ann Smith the board
    joint[w.link[w.link >= 0] + 1] = True  # within a name: Bank of England
    joint &= kind != NAME
    adverb = _among(kind, AUX, ADV, TIME) | (trait == LY) | (kind == PREP) & np.append(kind[1:] == TIME, False)
    name = (kind == NAME) & free
    places = {
        "name": kind == NAME,
        "name begins": name & ~(after_name & ~after_owner & after_free & ~w.first),
        "name over": ~(name & ~after_owner),
        "time": kind == TIME,
        "pronoun": kind == PRON,
        "comma": kind == COMMA,
        "break": _among(kind, COMMA, DASH) | ~free,
        "pause": _among(kind, COMMA, COLON, MARK) | ~free,
        "who": who,
        "who in lower case": (kind == OTHER) & who,
        "speaker": free & w.speaks & (trait != LY),
        "phrase over": ~(free & (phrase | of | joint & _among(trait, AND, FOR))),
        "of": of,
        "loose of": of & ~joint,
        "joint": joint,
        "point": trait == POINT,
        "that": trait == THAT,
        "by": trait == BY,
        "work": free & _among(trait, TITLE, NAMED),
        "remark": free & (trait == SPEECH),
        "plural": free & (trait == PLURAL),
        "office": _among(trait, ROLE, MALE, FEMALE),
        "given": w.gender > 0,
        "word": kind < COMMA,
        "lower case": kind == OTHER,
        "quoted": ~free,
        "quotation": ~free & after_free,
        "no gap": ~free | (kind < COMMA),
        "no mark": kind != MARK,
        "no mark or stop": ~_among(kind, MARK, STOP),
        "no adverb": ~(free & adverb),
    }
    w.places.update((name, _find(mask)) for name, mask in places.items())


def _is_form(w, at, pattern):
    """Whether the words at the tokens match a pattern."""
    if pattern not in w.forms:
        w.forms[pattern] = pc.match_substring_regex(w.words, pattern).to_numpy(False)
    return w.forms[pattern][w.code[at]]


def _is_noun(w, k, plain, low, noun):
    """Whether a form that may be a noun (a report, her claims, state) is one here, by the word before it.

    `plain`: the form is the verb's own, without an ending; `noun`: the list says that it may be a noun.
    """
    p = k - 1
    kind, trait = w.kind[p], w.trait[p]
    verb = (p < low) | ~w.free[p] | _is_form(w, k, "(ed|ing)$")
    after = w.owner[p] | (kind == DET) & (trait != QUANTIFIER) | (kind == PREP) & (trait != TO)
    singular = plain & ~_is_form(w, p, "s$") & (trait != PLURAL)
    compound = (kind <= NAME) & (trait != LY) & (singular | noun & (kind == OTHER) & ~w.speaks[p])
    return (w.kind[k] == NAME) & (k > low) | ~verb & (after | compound)


def _start_name(w, at, floor):
    """The first token of the names that end with the tokens `at`, these themselves where there is no name."""
    a, moving = at.copy(), np.arange(len(at))
    while len(moving):
        back = w.link[a[moving]]
        moving, back = moving[back >= floor[moving]], back[back >= floor[moving]]
        a[moving] = back
    return a


def _phrase_before(w, at, low):
    """The noun phrases that end with the tokens `at`, their head up the chain of of, for, in."""
    found, lanes, i = np.full((len(at), 4), -1), np.arange(len(at)), at
    while len(lanes):
        held = (i >= low[lanes]) & w.free[i] & (w.kind[i] <= PRON)
        alone = held & (w.kind[i] >= DET) & w.speaks[i] & (found[lanes, 0] < 0)  # she, many; not a bare article
        found[lanes[alone]] = _rows(i, i, i + 1, i + 1)[alone]
        held &= w.kind[i] < DET
        lanes, i = lanes[held], i[held]
        floor, name = low[lanes], w.kind[i] == NAME
        a = _start_name(w, i, floor)
        start, moving = a.copy(), np.arange(len(a))
        while len(moving):  # nine words at most
            s = start[moving] - 1
            joins = ((w.kind[s] <= DET) | w.owner[s]) & ~w.cue[s] & w.free[s] | (w.link[start[moving]] == s - 1)
            moving = moving[joins & (s >= floor[moving]) & (s >= i[moving] - 9)]
            start[moving] -= 1
            moving = moving[w.kind[start[moving]] != DET]
        who = _last(w.places["who"], i)  # people close to him: the noun that can speak
        a = np.where(name, a, np.where(who >= start, who, i))
        found[lanes] = _rows(start, a, np.where(name, i, a) + 1, i + 1)
        i = start - 2
        up = (i >= floor) & (w.kind[i + 1] == PREP) & ~w.cue[i] & (w.trait[i + 1] <= FOR)
        up &= (w.trait[i + 1] != TO) | w.speaks[i]  # not: ambassador to Spain
        lanes, i = lanes[up], i[up]
    return found


def _phrase_after(w, i, high):
    """The noun phrases that begin with the tokens `i`."""
    inside = (i < high) & w.free[i]
    j = np.where(inside & (w.kind[i] <= DET), np.minimum(_next(w.places["phrase over"], i + 1), high), i)
    of, e = _next(w.places["of"], i), j.copy()
    cut = np.flatnonzero(of < j)  # of Ann Lee of nearby Springfield the person
    known = np.minimum(_next(w.places["given"], i[cut]), _next(w.places["loose of"], i[cut])) <= of[cut]
    e[cut[known]] = of[cut[known]]
    who, name = (_last(w.places[x], e - 1) for x in ("who in lower case", "name"))
    a = np.where(who >= i, who, np.where(name >= i, name, e - 1))
    a = np.where(w.kind[e - 1] == NAME, e - 1, a)
    head = _start_name(w, a, i)
    found = (j > i) & ~((w.kind[a] == DET) & ~w.speaks[a])
    pronoun = (j == i) & inside & (w.kind[i] == PRON)
    return _choose((found, _rows(i, head, a + 1, j)), (pronoun, _rows(i, i, i + 1, i + 1)))


def _first_phrase(w, low, k):
    """The likely subject of a sentence: its first name, pronoun or noun that can speak before token k."""
    comma = _next(w.places["comma"], low)
    a = _next(w.places["speaker"], np.where((w.kind[low] == PREP) & (comma < k), comma, low))
    found = a < k
    a = np.where(found, a, 0)
    b = np.where(w.kind[a] == NAME, np.minimum(_next(w.places["name over"], a + 1), k), a + 1)
    noun = (b < k) & (w.kind[a] == NAME) & (w.kind[b] == OTHER) & w.speaks[b] & ~w.cue[b] & ~w.owner[b - 1]
    m = noun = np.flatnonzero(noun)
    for _ in range(2):  # Senate leaders, the Smith campaign aide
        a[m], b[m] = b[m], b[m] + 1
        m = m[(b[m] < k[m]) & (w.kind[b[m]] == OTHER) & w.speaks[b[m]] & ~w.cue[b[m]]]
    m = noun[(b[noun] < k[noun]) & (w.kind[b[noun]] == NAME) & w.free[b[noun]]]  # Texas delegate Ann Smith
    a[m], b[m] = b[m], np.minimum(_next(w.places["name over"], b[m]), k[m])
    return _choose((found, _rows(a, a, b, b)))


def _find_source(w, k, low, high, speech):
    """Source, last token before it and manner of the verbs at the tokens k."""
    i = np.maximum(_last(w.places["no adverb"], k - 1), low - 1)
    kind = np.where((i < low) | ~w.free[i], MARK, w.kind[i])
    verb = (kind == OTHER) & w.cue[i] & ~_is_noun(w, i, True, low, True)  # will continue warning
    ing = _is_form(w, k, "ing$")
    source, manner = np.full((len(k), 4), -1), np.full(len(k), NONE)

    def settle(lanes, rows, how):
        lanes, rows = lanes[rows[:, 0] >= 0], rows[rows[:, 0] >= 0]
        source[lanes], manner[lanes] = rows, how

    lanes = np.flatnonzero((kind <= PRON) & ~verb)
    settle(lanes, _phrase_before(w, i[lanes], low[lanes]), BEFORE)
    lanes = np.flatnonzero(kind == REL)
    skip = (i > low) & _among(w.kind[i - 1], COMMA, DASH)
    found, m = _phrase_before(w, (i - 1 - skip)[lanes], low[lanes]), low[lanes]
    start = found[:, 0]
    place = skip[lanes] & (start > m + 1) & (w.kind[start - 1] == COMMA) & (w.kind[start - 2] == NAME)
    place &= (w.kind[start] == NAME) & (found[:, 3] - (w.trait[start + 1] == POINT) == start + 1)
    found[place] = _phrase_before(w, start[place] - 2, m[place])  # of Austin, Texas, who said
    settle(lanes, found, RELATIVE)
    manner[lanes] = RELATIVE

    turned = _phrase_after(w, k + 1, high)
    stop = turned[:, 3]
    goes_on = _among(w.kind[stop], OTHER, PRON, AUX) | w.cue[np.minimum(_next(w.places["no adverb"], stop), high)]
    goes_on &= (stop < high) & w.free[stop]
    speaks = w.speaks[turned[:, 1]] | _among(w.trait[turned[:, 1]], SPEECH, TITLE)  # said the statement
    turned[~speech | ing | ~speaks | goes_on] = -1
    role = (turned[:, 0] >= 0) & (w.kind[turned[:, 1]] == OTHER) & (w.trait[turned[:, 1]] == ROLE)
    m = np.flatnonzero(role & (w.kind[stop] == COMMA) & (stop < high))
    end = np.minimum(_next(w.places["name over"], stop[m] + 1), high[m])  # said the director, Ann Smith
    m, end = (x[(end > stop[m] + 2) & ((end >= high[m]) | (w.kind[end] >= COMMA))] for x in (m, end))
    turned[m, 1:3] = _rows(stop[m] + 1, end)
    closed = (turned[:, 0] >= 0) & ((stop >= high) | (w.kind[stop] >= COMMA))
    pause = (kind == COMMA) | (kind == DASH)
    lanes, spare = np.flatnonzero(pause & ~ing), np.full_like(source, -1)  # Smith, the director, said
    m = i[lanes]
    for _ in range(4):
        m = np.maximum(_last(w.places["break"], m - 1), low[lanes])
        held = (m > low[lanes]) & w.free[m]
        lanes, m = lanes[held], m[held]
        found = _phrase_before(w, _last(w.places["no adverb"], m - 1), low[lanes])
        start, a = found[:, 0], found[:, 1]
        good = (start >= 0) & w.speaks[a] & ~((start > low[lanes]) & (w.kind[start - 1] == PREP))
        opens = w.kind[m + 1]
        good &= _among(opens, OTHER, DET, REL) | ~closed[lanes] & _among(opens, NAME, PREP, ADV)
        e = _last(w.places["no adverb"], i[lanes] - 1) + 1
        role = (w.kind[a] == OTHER) & (_count(w.places["name"], m + 1, e) == e - m - 1)
        role &= (e > m + 2) | (e > m + 1) & (w.kind[m - 1] != NAME)  # not: the mayor of Austin, Texas, said
        found[role, 1:3] = _rows(m + 1, e)[role]  # the director, Ann Smith, said
        apposed = good & (w.kind[a] == OTHER) & (opens == NAME) & (w.kind[start - 1] == COMMA)
        apposed &= _among(w.kind[start - 2], NAME, ADV)
        spare[lanes[apposed]] = found[apposed]
        good &= ~apposed
        settle(lanes[good], found[good], BEFORE)
        lanes, m = lanes[~good], m[~good]
    lanes = np.flatnonzero(manner == NONE)
    settle(lanes, spare[lanes], BEFORE)
    after = (manner == NONE) & (turned[:, 0] >= 0) & (pause | (kind == MARK) & (i >= low))
    settle(np.flatnonzero(after), turned[after], AFTER)
    ahead = (source[:, 0] >= 0) & (manner != AFTER)
    return source, np.where(ahead, source[:, 0] - 1, i), manner


class _Reports(NamedTuple):
    """The reporting verbs in use, in the order of the text: token, row of the list and source of each, and the token
    ranges it reports before and after itself."""

    at: np.ndarray
    verb: np.ndarray
    source: np.ndarray
    before: np.ndarray
    after: np.ndarray


def _choose_verbs(w, verbs, forms):
    """The reporting verbs outside quotations: token, row of `verbs`, its number of words, and whether it is plain."""
    at = np.flatnonzero(w.cue & w.free)
    verb, size, plain = np.full(len(at), -1), np.zeros(len(at), int), np.zeros(len(at), bool)
    lemmas = [verb.split() for verb in verbs["verb"]]
    parts = sorted({lemma[1] for lemma in lemmas if len(lemma) > 1})
    second = _lookup(w.words, parts, range(1, len(parts) + 1))[w.code[at + 1]] * (at + 1 < w.end[at])
    for rank in range(max(map(len, forms.values()), default=0)):
        of = {form: rows[rank] for form, rows in forms.items() if len(rows) > rank}
        known = [(row, lemmas[row], form) for form, row in of.items()]
        wanted = [parts.index(lemma[1]) + 1 if len(lemma) > 1 else 0 for _, lemma, _ in known]
        columns = wanted, *zip(*((row, len(lemma), form == lemma[0]) for row, lemma, form in known), strict=True)
        form = _lookup(w.words, list(of), range(len(of)), -1)[w.code[at]]
        wanted, row, length, own = (np.array(column)[form] for column in columns)
        fits = (verb < 0) & (form >= 0) & ((wanted == 0) | (wanted == second))
        verb[fits], size[fits], plain[fits] = row[fits], length[fits], own[fits]
    return (x[verb >= 0] for x in (at, verb, size, plain))


def _find_reports(w, forms, verbs):
    """The reporting verbs in use, with their sources and what they report."""
    k, verb, size, plain = _choose_verbs(w, verbs, forms)
    frame, base = verbs["frame"].to_numpy(str)[verb], verbs["verb"].str.split().str[0].to_numpy(str)[verb]
    low, rest = np.maximum(w.low[k], k - FAR), k + size
    high = np.maximum(rest, np.minimum(w.high[k], k + FAR))

    # according to
    cited = frame == "source"
    named = _phrase_after(w, rest, high)
    comma = np.minimum(_next(w.places["comma"], named[:, 3]), high)
    front = sum(_count(w.places[x], low, k) for x in ("name", "pronoun")) + _count(w.places["lower case"], low, k)
    front = (front > 0)[:, None]
    cited_before, cited_after = np.where(front, _rows(low, k), k[:, None]), _rows(comma + 1, high)
    cited_after = np.where(front, k[:, None], cited_after)

    # says, was told
    turns = ((frame == "say") | (frame == "quote")) & ~np.isin(base, TOLD)
    source, edge, manner = _find_source(w, k, low, high, turns)
    be = k - 1 - ((w.kind[k - 1] == ADV) | (w.trait[k - 1] == LY))
    passive = (be >= low) & (w.trait[be] == BE) & ~_is_form(w, k, "ing$")  # is expected, was widely told
    by = _next(w.places["by"], k + 1)
    by = np.where(by < np.minimum(high, k + 12), by, high)
    source = _choose((passive, _phrase_after(w, by + 1, high)), (~passive, source))
    manner = np.where(passive, PASSIVE, manner)
    outlined = (manner == NONE) & (edge >= low) & (w.kind[edge] == COMMA) & _is_form(w, k, "ed$")
    inherits = ~cited & ~passive & (source[:, 0] < 0)
    source = _choose((cited, named), (~cited, source))
    rest = np.where(manner == AFTER, source[:, 3], rest)

    like = (edge > low) & (w.trait[edge] == AS) & w.free[edge]  # as Smith put it
    edge = edge - like
    touch = np.where(edge >= low, np.maximum(_last(w.places["no gap"], edge), low - 1), edge)
    tail = np.where(rest < high, np.minimum(_next(w.places["pause"], rest), high), high)
    that = _next(w.places["that"], rest)
    has_that = that < np.minimum(tail, rest + 6)
    adjunct = (rest >= high) | _among(w.kind[rest], COMMA, PREP, TIME, ADV, CONJ, STOP) | (base == "tell")
    quoted = (touch >= low) & ~w.free[touch]
    comma = (touch < edge) & _among(w.kind[edge], COMMA, DASH)
    opened = _last(w.places["quotation"], touch)  # nothing but marks before the quotation
    alone = quoted & (_count(w.places["word"], low, np.maximum(low, opened)) == 0)
    ends = quoted & ((w.kind[touch] >= COMMA) | (manner == AFTER) | comma & adjunct)
    short = comma & ~like & (touch - low >= 3) & adjunct & ((tail == rest) | (tail == high)) & (tail - rest <= 10)
    noun = (size == 1) & _is_noun(w, k, plain, low, (verbs["noun"] == "yes").to_numpy()[verb])
    noun &= ~(ends & (manner == BEFORE) & ((rest >= high) | (w.kind[rest] >= COMMA)))  # “…,” the letter states.
    used = np.where(cited, named[:, 0] >= 0, ~noun & ~outlined)  # outlined: the plan, outlined in May
    backward = ((manner == BEFORE) | (manner == AFTER)) & (touch >= low) & (frame != "act") & (alone | ~has_that)
    backward &= ends | short
    resume = np.minimum(_next(w.places["quoted"], tail), high)
    resume = np.where(~quoted & (tail + 1 < high) & (manner == BEFORE), tail + 1, resume)
    told = _phrase_after(w, rest, high)[:, 3]
    told = np.where(~has_that & np.isin(base, ADDRESSED) & (rest < high) & (told >= 0) & (told < high), told, rest)
    before = _choose((cited, cited_before), (backward, _rows(low, touch + 1)), (~backward, _rows(k, k)))
    after = _choose(
        (cited, cited_after),
        (backward, _rows(resume, high)),
        (~backward, _rows(np.where(has_that, that + 1, told), high)),
    )
    k, verb, source, before, after, low, inherits = (x[used] for x in (k, verb, source, before, after, low, inherits))
    return _Reports(k, verb, _inherit(w, k, source, low, inherits), before, after)


def _inherit(w, k, source, low, inherits):
    """The sources, those that a verb has none of taken from the verb before it in the sentence or its first phrase."""
    if not len(k):
        return source
    near = np.append(False, w.low[k[:-1]] == low[1:])
    new = np.flatnonzero(~(inherits & near))  # a chain of verbs takes up what its first has
    source = _choose((inherits, _first_phrase(w, low, k)), (~inherits, source))
    chain, known = np.cumsum(~(inherits & near)) - 1, np.where(source[:, 0] >= 0, np.arange(len(k)), len(k))
    first = np.minimum.reduceat(known, new)[chain]
    return _choose((first <= np.arange(len(k)), source[np.minimum(first, len(k) - 1)]))


class _Spoken(NamedTuple):
    """Quotations and reported clauses: tokens (first, end), number of the span (-1: no marks), kind, source, the verb's
    row and token (-1)."""

    first: np.ndarray
    end: np.ndarray
    span: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    verb: np.ndarray
    cue: np.ndarray


def _is_title(w, a, b, low, end):
    """Whether the words between marks are the name of a work: capitals throughout, and a word that says so beside."""
    words, lower = (_count(w.places[x], a, b) for x in ("word", "lower case"))
    capital = _count(w.places["name"], a, b) + _count(w.places["time"], a, b)
    low, high, before = np.maximum(low, a - 5), np.minimum(end, b + 4), _last(w.places["word"], a - 1)
    near = _count(w.places["work"], low, a) + _count(w.places["work"], b, high) > 0
    moved = _is_form(w, before, "^(on|in|from|to)$") & (words > 1)
    held = (before >= low) & (w.owner[before] | moved)
    adverb = w.kind[np.minimum(_next(w.places["word"], a), b)] == ADV
    # no title is longer than that, and marks nested in marks stay cheap
    return (b - a <= 100) & (lower == 0) & (capital > 0) & ~adverb & (near | held)


def _find_report(r, a, b, low, end):
    """The report that each quotation from token a to b belongs to, -1 if none does."""
    if not len(r.at):
        return np.full(len(a), -1)
    early, late = np.searchsorted(r.at, a), np.searchsorted(r.at, b)
    around, nearest, inside, close = np.full((4, len(a)), -1)
    for step in range(MOST - 1, -1, -1):  # the nearest is looked at last and stays
        i, j = np.maximum(early - 1 - step, -1), late + step
        here = (i >= 0) & (r.at[i] >= low)
        (_, there), (first, stop) = r.before[j := np.minimum(j, len(r.at) - 1)].T, r.after[i].T
        ahead = (late + step < len(r.at)) & (r.at[j] < end)
        for row, holds, report in (
            (around, ahead & (r.before[j, 0] < b) & (b <= there) & (there <= b + 3), j),
            (nearest, here & (first <= a) & (a < stop), i),
            (inside, ahead & (r.before[j, 0] < b) & (b <= there), j),
            (close, here & (a <= r.at[i] + NEAR), i),
        ):
            row[holds] = report[holds]
    return np.where(around >= 0, around, np.where(nearest >= 0, nearest, np.where(inside >= 0, inside, close)))


def _link_quotes(w, begin, end, spans, r, floor, frames):
    """Each quotation with words: tokens, number, kind, source, verb and cue."""
    number = np.flatnonzero(_count(w.places["word"], begin, end) > 0)
    level, goes_on = (spans[c].to_numpy()[number] for c in ("level", "continued"))
    a, b, floor = begin[number], end[number], floor[number]
    count, z, last = _count(w.places["word"], a, b), b - 1, w.end[b - 1]
    low = np.maximum(w.low[a], a - FAR)
    before = np.maximum(_last(w.places["no mark"], a - 1), low - 1)
    after = np.maximum(np.minimum(_next(w.places["no mark or stop"], b), last), b)
    pause = _among(w.kind[before], COMMA, COLON)
    title = _is_title(w, a, b, w.low[a], last)
    outer = level == 0
    spoken = (count >= 4) & (w.cue[before] | pause & w.cue[before - 1])
    kind = np.select([outer, spoken, title], ["speech", "speech", "title"], "scare").astype(object)

    report = _find_report(r, a, b, low, last)
    if len(r.at):  # not the source's words: seeks to build a "bridge", goes on "smoothly"
        frame, to = frames[r.verb[report]], w.trait[r.after[report, 0]] == TO
        gives = np.where(
            frame == "quote", pause | (count > 2), (frame != "think") | (count > 4) | ~to | (w.trait[before] == TO)
        )
        known = (r.source[report, 0] >= 0) | (count >= LONG) | (frame != "think")  # little is known of the "bridge"
        report = np.where((r.at[report] < a) & ~gives | ~known, -1, report)
    title &= ~((report >= 0) & pause)
    kind[outer & title] = "title"
    report = np.where(outer & ~title, report, -1)
    source = np.append(r.source, [[-1] * 4], 0)[report]
    continues = np.zeros(len(a), bool)  # the speech of the paragraph before
    continues[outer] = np.append(False, goes_on[outer][:-1])
    continues &= ~title

    # without a verb; free: the quotation stands for itself
    lone = outer & ~title & (report < 0) & ~continues
    free = lone & (before < low) & (after >= last) & (count > 1)
    early = np.where(low > floor, w.low[low - 1], 0)
    latest = np.searchsorted(r.at, a) - 1
    recent = (latest >= 0) & (np.append(r.at, -1)[latest] >= np.maximum(floor, early))
    recent = np.append(r.source, [[-1] * 4], 0)[np.where(recent, latest, -1)]
    opening = _choose((low > floor, _first_phrase(w, early, low)))
    noun = _last(w.places["remark"], before)
    holder = _choose(((noun + 2 < a) & _among(w.trait[noun + 1], OF, BY), _phrase_after(w, noun + 2, a)))
    first = _first_phrase(w, low, a)
    within = before >= low
    cases = [
        (free, recent),
        (within & (w.kind[before] == COLON), _first_phrase(w, low, before)),
        (within & (noun >= low), _choose((holder[:, 0] >= 0, holder), (holder[:, 0] < 0, first))),
        (within & w.owner[before] & (after < last) & (w.trait[after] == SPEECH), _phrase_before(w, before, low)),
        (~within & (count > 2) & _among(w.kind[z], COMMA, STOP), _phrase_after(w, after, last)),
        (count >= LONG, first),
    ]
    cases = [(lone & holds, rows) for holds, rows in cases]
    kind[lone & ~np.logical_or.reduce([holds for holds, _ in cases])] = "scare"
    source = _choose(*cases, (report >= 0, source))
    speech = _find(outer & (kind == "speech"))
    for x in np.flatnonzero((source[:, 0] < 0) & (continues | free)).tolist():  # whoever spoke last
        p = _last(speech, x - 1)
        follows = p >= 0 and source[p, 0] >= 0 and (continues[x] or a[p] >= floor[x] and a[x] - b[p] < 150)
        source[x] = source[p] if follows else opening[x] if free[x] else -1
    verb, cue = (np.append(x, -1)[report] for x in (r.verb, r.at))
    return _Spoken(a, b, number, kind, source[:, :3], verb, cue)


def _report_rows(w, r, frames):
    """What is reported without marks, outermost only."""
    low, high = np.concatenate([r.before, r.after]).T
    of = np.tile(np.arange(len(r.at)), 2)
    first, end = _next(w.places["word"], low), _last(w.places["word"], high - 1) + 1
    writer = (r.source[:, 0] >= 0) & _is_form(w, r.source[:, 1], "^(i|we|you)('|$)")
    keep = (high > low) & (end - first > 1) & (_next(w.places["quoted"], first) >= end)
    keep = np.flatnonzero(keep & ((frames[r.verb] != "quote") & ~writer)[of])
    keep = keep[np.lexsort((of[keep], -end[keep], first[keep]))]
    keep = keep[end[keep] > np.maximum.accumulate(np.append(-1, end[keep]))[:-1]]
    none, of = np.full(len(keep), -1), of[keep]
    kind = np.full(len(keep), "indirect", object)
    return _Spoken(first[keep], end[keep], none, kind, r.source[of, :3], r.verb[of], r.at[of])


def _find_people(w, doc, r, frames):
    """Persons by name, in the order of the text: first token, end, gender (MALE, FEMALE or 0, unknown)."""
    begins = w.places["name begins"][1:-1]
    alone = (w.kind == NAME) & w.free
    alone[begins] = False
    b = _next(_find(~alone), begins + 1)
    gender = np.where((w.trait == MALE) | (w.trait == FEMALE), w.trait, w.gender) * (w.kind == NAME) * w.free
    hint = np.maximum.reduceat(gender, begins) if len(begins) else begins
    named = (r.source[:, 0] >= 0) & (frames[r.verb] == "say") & (w.trait[r.source[:, 1] - 1] != THE)
    said = np.isin(begins, r.source[named, 1])
    # a gender is known from the first time on that a name of the document tells it
    key = doc[begins] << 32 | w.code[b - 1]
    order = np.argsort(key, kind="stable")
    new = np.flatnonzero(np.diff(key[order], prepend=-1))
    place, group = np.arange(len(key)), np.repeat(new, np.diff(new, append=len(key)))
    told = np.maximum.accumulate(np.where(hint[order] > 0, place, group))
    known = hint[order][told][np.argsort(order)]
    keep = (known > 0) | said
    return begins[keep], b[keep], known[keep]


def _resolve(w, at, people, floor):
    """The names meant by the pronouns at the tokens `at`: the last person (he, she) or plural source (they) before."""
    begins, ends, gender = people
    plural = _last(w.places["plural"], at - 1)
    they = _is_form(w, at, "^they")
    found = _choose((they & (plural > np.maximum(floor, at - 150)), _rows(plural, plural + 1)))
    wanted = np.select([_is_form(w, at, "^(him|he('|$))"), _is_form(w, at, "^(she|her)")], [MALE, FEMALE], 0)
    i, best = np.searchsorted(begins, at), np.full(len(at), -1)
    subject = best.copy()
    if not len(begins):
        return found
    for step in range(1, 13):
        p = np.maximum(i - step, 0)
        fits = (wanted > 0) & (i >= step) & (begins[p] >= floor) & ((gender[p] == wanted) | (gender[p] == 0))
        best = np.where(fits & (best < 0), p, best)
        sentence = np.where(best >= 0, w.low[begins[best]], -1)
        own = fits & (w.low[begins[p]] == sentence) & ~w.owner[ends[p] - 1]
        subject = np.where(own, p, subject)  # the subject comes first
    best = np.where(subject >= 0, subject, best)
    return _choose((best >= 0, _bare_name(w, begins[best], ends[best], 4)), (best < 0, found))


def _bare_name(w, a, b, longest=5):
    """Names without the office before and the place behind them: President Joe Biden of Delaware is Joe Biden. Two
    persons stay together; of a longer name the first word."""

    def bare(a, b):
        last, before = w.trait[b - 1], _last(w.places["office"], b - 2)
        office = (before >= a) & ~_among(w.trait[before + 1], OF, AND, JUNIOR, SENIOR) & ~_among(last, ROLE, BODY)
        point = (w.trait[before + 1] == POINT) & (before + 2 < b)
        start = np.where(office, before + 1 + point, a)
        given = _next(w.places["given"], start)
        known = (given < b - 1) & (last != BODY)
        given = np.where(known, given, start)
        return np.where(w.trait[given - 1] == POINT, start, given), office | known  # J. Edgar Hill

    cut = np.minimum(_next(w.places["joint"], a), b)
    (first, person), (start, _) = bare(a, cut), bare(a, b)
    joint = (w.trait[cut] == AND) & (cut < b) & (person | (start <= cut + 1))
    start = np.where(person | joint, first, start)
    b = np.where(person & _among(w.trait[cut], OF, FOR), cut, b)
    b += (
        _among(w.trait[b - 1], JUNIOR, SENIOR) & (w.trait[b] == POINT) & (b < w.end[b - 1])
    )  # Jr. at the end of a sentence
    short = b - start - _count(w.places["point"], start, b) <= longest
    whole = short | (cut < b) & ~_among(w.trait[start], ROLE)  # of a professor of much the first word, too
    return _rows(start, np.where(whole, b, start + 1))


def attribute_quotes(tokens, spans, verbs):
    """The quotations and reported clauses in order, and for each the tokens (first, end; -1 for none) of the name given
    as its source and of the name meant by a pronoun."""
    if not len(tokens):
        none, pairs = np.zeros(0, int), np.zeros((0, 2), int)
        return _Spoken(none, none, none, none.astype(object), pairs, none, none), pairs, pairs
    forms, written = {}, verbs["forms"].tolist()
    for v in verbs["verb"].str.count(" ").argsort(kind="stable")[::-1].tolist():  # two words before one
        for form in dict.fromkeys(written[v].split()):
            forms.setdefault(form, []).append(v)
    frames, doc = verbs["frame"].to_numpy(str), tokens["doc_id"].cat.codes.to_numpy("int64")
    w = _read_tokens(tokens, forms)
    place = doc << 32 | tokens["start"].to_numpy("int64")
    docs = tokens["doc_id"].cat.categories.get_indexer(spans["doc_id"]).astype("int64") << 32
    begin, end = (np.searchsorted(place, docs | spans[c].to_numpy("int64")) for c in ("start", "end"))
    reports = _find_reports(w, forms, verbs)
    floor = np.searchsorted(doc, doc[np.minimum(begin, len(doc) - 1)])
    rows = _link_quotes(w, begin, end, spans, reports, floor, frames), _report_rows(w, reports, frames)
    spoken = _Spoken(*map(np.concatenate, zip(*rows, strict=True)))
    order = np.lexsort((-spoken.end, spoken.first))
    spoken = _Spoken(*(x[order] for x in spoken))
    start, a, b = spoken.source.T
    pronoun, name = (np.flatnonzero((a >= 0) & (w.kind[a] == kind)) for kind in (PRON, NAME))
    given, meant = _rows(a, b), np.full((len(a), 2), -1)
    given[name] = _bare_name(w, a[name], b[name])
    floor = np.searchsorted(doc, doc[spoken.first[pronoun]])
    meant[pronoun] = _resolve(w, a[pronoun], _find_people(w, doc, reports, frames), floor)
    return spoken._replace(source=_rows(start, b)), given, meant
