"""Who says what in a sentence: the rules behind quotes.py, over tokens.

No parser: each reporting verb looks for its source (the noun phrase before it, or after it when the order is turned
round) and for the part of the sentence that it reports; each quotation then looks for its verb. All verbs, and all
quotations, go through a rule together: places are arrays of token numbers, and a phrase is a row `start, name start,
name end, end` of token numbers, all -1 where there is none.
"""

from collections import namedtuple
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
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
TRAITS += ("of", "the", "and", "that", "to", "as", "by", "for", ".", "jr", "sr", "after", "before")
PLURAL, ROLE, QUANTIFIER, BE, SPEECH, TITLE, NAMED, MALE, FEMALE, BODY, PARTICLE, PLACE = range(1, 13)
LY, OF, THE, AND, THAT, TO, AS, BY, FOR, POINT, JUNIOR, SENIOR = range(13, 25)
LOOKS = {
    "upper": "^(al-|el-|d['\u2019])?\\p{Lu}|^\\d.*\\p{Lu}$",
    "owner": "['\u2019]s$",
    "party": "^[DRI]$",
    "party and state": "^[DRI][-\u2013]\\p{Lu}",
    "opening": "^\\($",
    "closing": "^\\)$",
    "dash": "^[-\u2013\u2014]+$",
    "capitals": "^\\p{Lu}\\P{Ll}+$|^\\P{Ll}+\\p{Lu}\\P{Ll}*$",
    "lower": "^\\P{Lu}*\\p{Ll}\\P{Lu}*$",
}  # of a token as printed
TOLD = ("tell", "remind", "inform", "assure", "notify", "reassure")  # whom they address stands after them
ADDRESSED = (*TOLD, "ask", "warn")
REPLIES = ("say", "comment", "respond", "reply", "answer")  # that one does not, tells nothing
LONG = 6  # words from which marks without a source are speech
FAR, MOST = 200, 9  # tokens a verb looks for its words, and verbs a quotation looks at, at most
NONE, BEFORE, AFTER, ELSEWHERE = range(4)  # where a verb has its source
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
    return places.take(np.searchsorted(places, at), mode="clip")


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
def _listed():
    """The listed words with their kinds; the same and the function words with their traits; given names with MALE or
    FEMALE."""
    listed = resources.read_list("quote_words", required=("word", "class"))
    words, classes = listed["word"].tolist(), listed["class"].tolist()
    traits = [*range(OF, len(TRAITS)), *(TRAITS.index(c) if c in TRAITS else 0 for c in classes)]
    names = resources.read_list("given_names", required=("name", "gender"))
    genders = names["name"].str.lower().tolist(), names["gender"].map({"male": MALE, "female": FEMALE}).tolist()
    return (words, [CLASSES.get(c, OTHER) for c in classes]), ([*TRAITS[OF:], *words], traits), genders


def _lookup(words, keys, values, default=0):
    """The value of each word: that of the first equal key, else the default."""
    at = pc.index_in(words, pa.array(keys, words.type)).fill_null(len(keys)).to_numpy()
    return np.array([*values, default])[at]


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
    words = pc.replace_substring_regex(words, "'s$", "")  # that's is that
    code, shape = (np.append(tokens[c].cat.codes.to_numpy("int32"), [0] * PAD) for c in ("word", "token"))
    is_word, quoted = (np.append(tokens[c].to_numpy(), [False] * PAD) for c in ("is_word", "in_quote"))
    starts = np.flatnonzero((np.diff(doc, prepend=-1) != 0) | (np.diff(sentence, prepend=-1) != 0))
    starts = np.append(starts, n)  # what is beyond the tokens is a sentence of its own
    stops, size = np.append(starts[1:], n), np.diff(starts, append=n + PAD)
    first = np.zeros(n + PAD, bool)
    first[starts] = True
    cue = _lookup(words, list(cues), [True] * len(cues), False)[code] & is_word
    w = SimpleNamespace(code=code, words=words, is_word=is_word, free=~quoted, first=first, cue=cue, forms={})
    w.low, w.end = np.repeat(starts, size), np.repeat(stops, size)
    _classify(w, printed, shape)
    _join_names(w)
    _drop_parties(w)
    _drop_datelines(w)
    inner = _find(~(w.free & _among(w.kind, STOP, MARK)))
    w.high = np.repeat(_last(inner, stops - 1) + 1, size)
    w.speaks = _among(w.kind, NAME, PRON) | _among(w.trait, PLURAL, ROLE, QUANTIFIER, BODY)
    w.gender[np.flatnonzero(w.trait == PLACE)[:, None] + [1, 2]] = 0  # San Antonio, St. Paul
    _link_names(w)
    _note_places(w)
    return w


def _classify(w, printed, shape):
    """The kind, trait and gender of each token, and its LOOKS."""
    kinds, traits, genders = (_lookup(w.words, *listed).astype("uint8") for listed in _listed())
    traits[(traits == 0) & pc.match_substring_regex(w.words, ".{3}ly$").to_numpy(False)] = LY
    looks = {name: pc.match_substring_regex(printed, pattern) for name, pattern in LOOKS.items()}
    w.looks = {name: mask.to_numpy(False)[shape] for name, mask in looks.items()}
    w.owner, w.trait, w.gender, kind = w.looks["owner"], traits[w.code], genders[w.code], kinds[w.code]
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
    at = np.flatnonzero((w.trait[:-1] == PARTICLE) & ~first[1:])
    for _ in range(2):  # von der Leyen
        kind[at[kind[at + 1] == NAME]] = NAME
    # Doctors Without Borders, Ann Long, but no heading in capitals
    at = np.flatnonzero(upper & _among(kind, PREP, ADV))
    at = at[(kind[at - 1] == NAME) & ~first[at]]
    end = at + 1
    for _ in range(4):
        end += (kind[end] == NAME) & ~first[end]
    kind[at[((end > at + 1) | (kind[at] == ADV)) & (~upper[end] | first[end])]] = NAME


def _drop_parties(w):
    """The party of a Senator (R-Ohio) or Senator, R-Ohio, is as an adverb: no words of the sentence. So is what else
    stands in brackets behind a name and says nothing: Ann Lee (Lab, Bay North)."""
    kind, first = w.kind, w.first
    at = np.flatnonzero(w.looks["opening"][:-PAD] & (np.append(0, kind[: -PAD - 1]) == NAME) & ~first[:-PAD])
    close = _next(_find(w.looks["closing"]), at)
    good = (close < np.minimum(at + 10, w.end[at])) & (_count(_find(w.cue), at, close) == 0)
    kind[text._ranges(at[good], (close - at)[good] + 1)] = ADV

    def ahead(x, *kinds):
        return _among(kind[x], *kinds) & ~first[x]

    at = np.flatnonzero((w.looks["party"] | w.looks["party and state"])[:-PAD])
    at = at[_among(kind[at - 1], COMMA, DASH) & (kind[at - 2] == NAME) & ~first[at]]
    bracket, end = kind[at - 1] == DASH, at + 1 + w.inner[at + 1]
    state = bracket & ahead(end, COMMA) & ahead(end + 1, NAME)  # (R., Ohio)
    end += state * (2 + w.inner[end + 2])
    close = bracket & ahead(end, DASH)
    end += close | ~bracket & ahead(end, COMMA) & (w.cue[end + 1] | ahead(end + 1, AUX, ADV, TIME))
    good = w.looks["party and state"][at] | close
    kind[text._ranges(at[good] - 1, (end - at)[good] + 1)] = ADV


def _drop_datelines(w):
    """The place and agency of a dateline (DUNAU, Elba (RTV) —) are marks: no words of the sentence."""
    kind, dash = w.kind, w.looks["dash"]
    at = np.flatnonzero(w.first[:-PAD] & (kind[:-PAD] == NAME))
    end = _next(_find(dash), at)
    near = end < np.minimum(at + 10, w.end[at])
    at, end = at[near], end[near] + 1
    end += dash[end]  # two dashes
    capitals, lower = (_count(_find(w.looks[x]), at, end) for x in ("capitals", "lower"))
    good = (capitals > 0) & (lower == 0) & ~w.first[end] & (w.looks["upper"][end] | (kind[end] == MARK))
    kind[text._ranges(at[good], (end - at)[good])] = PUNCT


def _link_names(w):
    """The token of the same name that comes before each token of a name, -1 if there is none."""
    names = np.flatnonzero(w.kind == NAME)
    before = names - 1
    back = before - _among(w.trait[before], OF, AND, FOR)
    back -= 2 * ((w.trait[before] == THE) & _among(w.trait[before - 1], OF, AND))
    joined = ~w.owner[before] & (w.kind[back] == NAME) & (back >= w.low[names])
    w.link = np.full(len(w.kind), -1)
    w.link[names[joined]] = back[joined]


def _note_places(w):
    """The places that the rules look up."""
    kind, trait, free = w.kind, w.trait, w.free
    after_name, after_owner = (np.append(False, x[:-1]) for x in (kind == NAME, w.owner))
    noun, at = np.zeros(len(kind), bool), np.flatnonzero(w.cue)
    noun[at] = _is_noun(w, at, True, w.low[at], True)
    who = _among(trait, PLURAL, ROLE, QUANTIFIER, BODY)
    of, joint = (trait == OF) & after_name, np.zeros(len(kind), bool)
    phrase = (kind <= DET) & ~(w.cue & ~noun) & ~((kind == DET) & after_name)  # told Ann Smith the board
    joint[w.link[w.link >= 0] + 1] = True  # within a name: Bank of England
    joint &= kind != NAME
    adverb = _among(kind, AUX, ADV, TIME) | (trait == LY) | (kind == PREP) & np.append(kind[1:] == TIME, False)
    places = {
        "name": kind == NAME,
        "name over": (kind != NAME) | after_owner,
        "comma": kind == COMMA,
        "who": who,
        "who in lower case": (kind == OTHER) & who,
        "speaker": free & w.speaks & (trait != LY),
        "phrase over": ~(phrase | of | joint),
        "of": of,
        "joint": joint,
        "point": trait == POINT,
        "office": _among(trait, ROLE, MALE, FEMALE),
        "given": w.gender > 0,
        "word": kind < COMMA,
        "quoted": ~free,
        "no adverb": ~adverb,
    }
    w.places = {name: _find(mask) for name, mask in places.items()}


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
    verb = (p < low) | _is_form(w, k, "(ed|ing)$")
    attribute = (w.kind[k + 1] <= NAME) & (kind == DET) & (trait != QUANTIFIER)  # the promised deal
    attribute |= (
        (w.kind[k + 1] <= NAME) & _is_form(w, k, "ing$") & _is_form(w, p, "^(tells?|told)$")
    )  # told cheering supporters
    after = w.owner[p] | (kind == DET) & (trait != QUANTIFIER) | (kind == PREP) & (trait != TO)
    singular = plain & ~_is_form(w, p, "s$") & (trait != PLURAL)
    compound = (kind <= NAME) & (trait != LY) & (singular | noun & ~w.speaks[p])
    return (w.kind[k] == NAME) & (k > low) | attribute & (p >= low) | ~verb & (after | compound)


def _start_name(w, at, floor):
    """The first token of the names that end with the tokens `at`, these themselves where there is no name."""
    a, moving = at.copy(), np.arange(len(at))
    while len(moving):
        back = w.link[a[moving]]
        moving, back = moving[back >= floor[moving]], back[back >= floor[moving]]
        a[moving] = back
    return a


def _start_phrase(w, names, floor):
    """The first token of the noun phrases whose names begin with the tokens `names`."""
    start, moving = names.copy(), np.arange(len(names))
    while len(moving):
        s = start[moving] - 1
        joins = ((w.kind[s] <= DET) | w.owner[s]) & ~w.cue[s] | (w.link[start[moving]] == s - 1)
        moving = moving[joins & (s >= floor[moving])]
        start[moving] -= 1
        moving = moving[w.kind[start[moving]] != DET]
    return start


def _phrase_before(w, at, low):
    """The noun phrases that end with the tokens `at`, their head up the chain of of, for, in."""
    found, lanes, i = np.full((len(at), 4), -1), np.arange(len(at)), at
    while len(lanes):
        held = i >= low[lanes]
        alone = held & w.speaks[i] & (found[lanes, 0] < 0)  # she, many; not a bare article
        found[lanes[alone]] = _rows(i, i, i + 1, i + 1)[alone]
        some = held & (w.kind[i] == DET) & (w.trait[i + 1] == OF) & (found[lanes, 0] > i)
        found[lanes[some], 0] = i[some]
        nobody = held & (found[lanes, 0] > i) & _is_form(w, i, "^(nobody|none)$")
        found[lanes[nobody], :3] = _rows(i, i, i + 1)[nobody]
        held &= (w.kind[i] < DET) | (w.kind[i] == PRON) & (w.trait[i - 1] == OF) & (w.kind[i - 2] == DET)  # one of them
        lanes, i = lanes[held], i[held]
        floor, name = low[lanes], w.kind[i] == NAME
        a = _start_name(w, i, floor)
        start = _start_phrase(w, a, np.maximum(floor, i - 9))  # nine words at most
        who = _last(w.places["who"], i)  # people close to him: the noun that can speak
        a = np.where(name, a, np.where(who >= start, who, i))
        found[lanes] = _rows(start, a, np.where(name, i, a) + 1, i + 1)
        gerund = _is_form(w, start - 1, "ing$") & ~w.cue[start - 1] & _is_form(w, start - 3, "ed$")
        gerund &= w.kind[start - 2] == PREP  # a man accused of robbing his aunt
        i = start - 2 - gerund
        up = (w.kind[i + 1] == PREP) & (~w.cue[i] | gerund) & (w.trait[i + 1] <= FOR)
        up &= (w.trait[i + 1] != TO) | w.speaks[i]  # not: ambassador to Spain
        lanes, i = lanes[up], i[up]
    return found


def _holds_office(w, found, comma, end, speaks):
    """Whether names from a comma to `end` tell who holds the office before it: the Prime Minister of Elba, Ann Lee.

    `speaks`: whether the noun before it can.
    """
    name, last = found[:, 1], np.minimum(_next(w.places["joint"], found[:, 1]), found[:, 2]) - 1
    office = (w.kind[name] == OTHER) & speaks | _among(w.trait[last], ROLE, MALE, FEMALE)
    place = (w.kind[comma - 1] == NAME) & ~_among(w.trait[comma - 1], ROLE, MALE, FEMALE)  # mayor of Austin, Texas
    two = _is_form(w, comma + 1, "^(new|north|south|east|west|puerto|rhode)$")
    return office & (end > comma + 1 + place * (1 + two))


def _phrase_after(w, i, high, anyone=False):
    """The noun phrases that begin with the tokens `i`; `anyone`: any noun can speak there."""
    inside = (i < high) & w.free[i]
    j = np.where(inside & (w.kind[i] <= DET), np.minimum(_next(w.places["phrase over"], i + 1), high), i)
    of, e = _next(w.places["of"], i), j.copy()
    cut = np.flatnonzero((of < j) & (_next(w.places["given"], i) <= of))
    e[cut] = of[cut]  # of Ann Lee of nearby Springfield the person
    who, name = (_last(w.places[x], e - 1) for x in ("who in lower case", "name"))
    a = np.where(who >= i, who, np.where(name >= i, name, e - 1))
    a = np.where(w.kind[e - 1] == NAME, e - 1, a)
    head = _start_name(w, a, i)
    found = (j > i) & ~((w.kind[a] == DET) & ~w.speaks[a])
    out = _choose((found, _rows(i, head, a + 1, j)), (inside & (w.kind[i] == PRON), _rows(i, i, i + 1, i + 1)))
    over = w.places["name over"]
    comma = np.where(w.trait[j] == OF, _next(over, j + 1 + (w.trait[j + 1] == THE)), j)
    m = np.flatnonzero(found & (comma < high) & (w.kind[comma] == COMMA))
    comma, end = comma[m], np.minimum(_next(over, comma[m] + 1), high[m])
    held = ((end == high[m]) | (w.kind[end] >= COMMA)) & ~w.owner[end - 1]
    held &= _holds_office(w, out[m], comma, end, (w.speaks[a] | anyone)[m])
    out[m[held], 1:] = _rows(comma + 1, end, end)[held]  # said the director, Ann Smith
    return out


def _first_phrase(w, low, k):
    """The likely subject of a sentence: its first name, pronoun or noun that can speak before token k."""
    comma = _next(w.places["comma"], low)
    a = _next(w.places["speaker"], np.where((w.kind[low] == PREP) & (comma < k), comma, low))
    found = a < k
    a = np.where(found, a, 0)
    b = np.where(w.kind[a] == NAME, _next(w.places["name over"], a + 1), a + 1)
    m = named = np.flatnonzero((w.kind[a] == NAME) & ~w.owner[b - 1])
    for _ in range(3):  # Senate leaders, the Smith campaign aide
        m = m[(w.kind[b[m]] == OTHER) & w.speaks[b[m]] & ~w.cue[b[m]]]
        a[m], b[m] = b[m], b[m] + 1
    m = named[w.kind[b[named]] == NAME]  # Texas delegate Ann Smith
    a[m], b[m] = b[m], _next(w.places["name over"], b[m])
    return _choose((found, _rows(a, a, b, b)))


def _list_forms(verbs):
    """The forms of the reporting verbs, with the second word if there is one: row, number of words, whether plain."""
    known = {}
    for row, (verb, forms) in enumerate(zip(verbs["verb"], verbs["forms"], strict=True)):
        first, *more = verb.split()
        known |= {" ".join([form, *more[:1]]): (row, 1 + len(more), form == first) for form in forms.split()}
    return known


def _choose_verbs(w, verbs, forms):
    """The reporting verbs outside quotations: token `k`, `row` of the list, its `frame` and first word `base`.

    `noun`: may be a noun here; `low`, `rest`, `high`: what may belong to it begins, goes on after the verb, and ends.
    """
    at = np.flatnonzero(w.cue & w.free)
    word, following = (w.words.take(pa.array(w.code[x])) for x in (at, at + 1))
    pair = pc.binary_join_element_wise(word, following, " ")
    one, two = (_lookup(x, list(forms), range(len(forms)), -1) for x in (word, pair))
    form = np.where((two >= 0) & (at + 1 < w.end[at]), two, one)
    k, (row, size, plain) = at[form >= 0], np.array([*forms.values()], int).reshape(-1, 3)[form[form >= 0]].T
    frame, base = verbs["frame"].to_numpy(str)[row], verbs["verb"].str.split().str[0].to_numpy(str)[row]
    v = SimpleNamespace(k=k, row=row, frame=frame, base=base, rest=k + size)
    v.low, v.high = np.maximum(w.low[k], k - FAR), np.minimum(w.high[k], k + FAR)
    v.noun = (size == 1) & _is_noun(w, k, plain > 0, v.low, (verbs["noun"] == "yes").to_numpy()[row])
    v.noun |= (plain > 0) & w.first[k]  # Rail passengers wait: nobody says it before the verb
    return v


def _find_source(w, v):
    """Source, last token before it and manner of the verbs."""
    k, low, high = v.k, v.low, v.high
    i = _last(w.places["no adverb"], k - 1)
    kind = np.where(i < low, MARK, w.kind[i])
    ing = _is_form(w, k, "ing$")
    source, manner = np.full((len(k), 4), -1), np.full(len(k), NONE)

    def settle(lanes, rows, how):
        lanes, rows = lanes[rows[:, 0] >= 0], rows[rows[:, 0] >= 0]
        source[lanes], manner[lanes] = rows, how

    continues = w.cue[i] & ~_is_noun(w, i, True, low, True)  # will continue warning
    lanes = np.flatnonzero((kind <= PRON) & ~continues)
    settle(lanes, _phrase_before(w, i[lanes], low[lanes]), BEFORE)
    lanes = np.flatnonzero(kind == REL)
    settle(lanes, _phrase_before_who(w, i[lanes], low[lanes]), ELSEWHERE)
    marked = (kind == MARK) & _among(w.kind[i - 1], COMMA, STOP) | (kind == COMMA) & (w.kind[i - 1] == MARK)
    turned = _phrase_behind(w, k, high, marked & (i >= low) & (i == k - 1))
    turned[ing | ~((v.frame == "say") | (v.frame == "quote")) | np.isin(v.base, TOLD)] = -1
    stop, pause = turned[:, 3], _among(kind, COMMA, DASH)
    closed = (stop >= 0) & ((stop >= high) | (w.kind[stop] >= COMMA))
    lanes = np.flatnonzero(pause & ~ing)
    settle(lanes, _phrase_over_commas(w, i[lanes], low[lanes], closed[lanes]), BEFORE)
    lanes = np.flatnonzero((manner == NONE) & (pause | (kind == MARK) & (i >= low)))
    settle(lanes, turned[lanes], AFTER)
    ahead = (source[:, 0] >= 0) & (manner != AFTER)
    return source, np.where(ahead, source[:, 0] - 1, i), manner


def _phrase_before_who(w, i, low):
    """The noun phrases before the relative words `i`: Ann Smith of Austin, Texas, who said."""
    skip = _among(w.kind[i - 1], COMMA, DASH)
    aged = skip & _is_form(w, i - 2, "^[0-9]+$") & (w.kind[i - 3] == COMMA) & (i - 3 > low)  # Ann Lee, 30, who said
    found = _phrase_before(w, i - 1 - skip - 2 * aged, low)
    start = found[:, 0]
    place = skip & (w.kind[start - 1] == COMMA) & (w.kind[start - 2] == NAME) & (w.kind[start] == NAME)
    place &= (start > low + 1) & (found[:, 3] - (w.trait[start + 1] == POINT) == start + 1)
    found[place] = _phrase_before(w, start[place] - 2, low[place])
    return found


def _phrase_behind(w, k, high, marked):
    """The noun phrases behind the verbs that can be their source: said Ann Smith; -1 where the clause goes on.

    `marked`: right behind a quotation, where any noun can that ends the clause: said the baker.
    """
    found = _phrase_after(w, k + 1, high, marked)
    name, stop = found[:, 1], found[:, 3]
    goes_on = _among(w.kind[stop], OTHER, PRON, AUX) | w.cue[_next(w.places["no adverb"], stop)]
    marked &= (stop >= high) | (w.kind[stop] >= COMMA) | (w.trait[stop] == OF)
    speaks = w.speaks[name] | _among(w.trait[name], SPEECH, TITLE) | marked  # said the statement
    found[~speaks | goes_on & (stop < high)] = -1
    return found


def _phrase_over_commas(w, i, low, closed):
    """The noun phrases before what stands between commas, the second at `i`: Smith, the director, said.

    `closed`: behind the verb stands a phrase that may be its source.
    """
    out, spare = np.full((2, len(i), 4), -1)
    end = _last(w.places["no adverb"], i - 1) + 1
    lanes, m, breaks = np.arange(len(i)), i, _find(_among(w.kind, COMMA, DASH) | ~w.free)
    for _ in range(4):
        m = _last(breaks, m - 1)
        held = (m > low[lanes]) & w.free[m]
        lanes, m = lanes[held], m[held]
        found = _phrase_before(w, _last(w.places["no adverb"], m - 1), low[lanes])
        start, a, opens, e = found[:, 0], found[:, 1], w.kind[m + 1], end[lanes]
        good = w.speaks[a] & ~((start > low[lanes]) & (w.kind[start - 1] == PREP))
        good &= _among(opens, OTHER, DET, REL) | ~closed[lanes] & _among(opens, NAME, PREP, ADV)
        role = _holds_office(w, found, m, e, w.speaks[a]) & (_count(w.places["name"], m + 1, e) == e - m - 1)
        found[role, 1:3] = _rows(m + 1, e)[role]
        apposed = good & (w.kind[a] == OTHER) & (opens == NAME) & (w.kind[start - 1] == COMMA)
        spare[lanes[apposed]] = found[apposed]
        good &= ~apposed
        out[lanes[good]] = found[good]
        lanes, m = lanes[~good], m[~good]
    return np.where(out[:, :1] >= 0, out, spare)


# the reporting verbs in use, in the order of the text: token, row of the list and source of each, and the token ranges
# it reports before and after itself
_Reports = namedtuple("_Reports", "at verb source before after")


def _find_reports(w, forms, verbs):
    """The reporting verbs in use, with their sources and what they report."""
    v = _choose_verbs(w, verbs, forms)
    k, low = v.k, v.low
    v.source, v.edge, v.manner = _find_source(w, v)
    be = k - 1 - ((w.kind[k - 1] == ADV) | (w.trait[k - 1] == LY))
    passive = (be >= low) & (w.trait[be] == BE) & ~_is_form(w, k, "ing$")  # is expected, was widely told
    v.manner[passive] = ELSEWHERE
    by = _next(_find(w.trait == BY), k + 1)
    v.source[passive] = _phrase_after(w, np.where(by < k + 12, by, v.high) + 1, v.high)[passive]
    outlined = (v.manner == NONE) & (v.edge >= low) & (w.kind[v.edge] == COMMA) & _is_form(w, k, "ed$")
    cited = v.frame == "source"
    inherits = ~cited & ~passive & (v.source[:, 0] < 0)
    named = _phrase_after(w, v.rest, v.high)
    v.source[cited] = named[cited]
    v.rest = np.where(v.manner == AFTER, v.source[:, 3], v.rest)

    before, after, is_verb, unsaid_until = _limit_said(w, v)
    used = np.where(cited, named[:, 0] >= 0, (~v.noun | is_verb) & ~outlined)  # outlined: the plan, outlined in May
    # according to somebody: what stands before it, or where only a but does, what is behind the comma
    opens, none = cited & (_count(_find(w.kind <= PRON), low, k) == 0), _rows(k, k)
    before = _choose((opens, none), (cited, _rows(low, k)), (~cited, before))
    after = _choose((opens, _rows(_next(w.places["comma"], named[:, 3]) + 1, v.high)), (cited, none), (~cited, after))
    named_until = np.maximum.accumulate(np.where(cited & used & (after[:, 0] < v.high), after[:, 0], -1))
    used &= cited | (k >= named_until)  # according to people who know him
    used &= k >= np.maximum.accumulate(np.append(-1, unsaid_until))[:-1]  # did not respond to requests for comment
    k, row, source, before, after, low, inherits = (x[used] for x in (k, v.row, v.source, before, after, low, inherits))
    return _Reports(k, row, _inherit(w, k, source, low, inherits), before, after)


def _limit_said(w, v):
    """The tokens that the verbs report before and after themselves; whether words in marks say that it is a verb; until
    where nothing is reported, as nobody says it."""
    k, low, high, rest, manner = v.k, v.low, v.high, v.rest, v.manner
    like = w.trait[v.edge] == AS  # as Smith put it
    edge = v.edge - like
    touch = _last(_find(~w.free | (w.kind < COMMA)), edge)
    tail = np.minimum(_next(_find(_among(w.kind, COMMA, COLON, MARK)), rest), high)
    that = _next(_find(w.trait == THAT), rest)
    has_that = that < np.minimum(tail, rest + 6)
    adjunct = (rest >= high) | _among(w.kind[rest], COMMA, PREP, TIME, ADV, CONJ, STOP) | (v.base == "tell")
    quoted, comma = (touch >= low) & ~w.free[touch], _among(w.kind[edge], COMMA, DASH)
    ends = quoted & ((w.kind[touch] >= COMMA) | (manner == AFTER) | comma & adjunct)
    short = comma & ~like & (touch - low >= 3) & adjunct & ((tail == rest) | (tail == high)) & (tail - rest <= 10)
    opened = _last(_find(w.free), touch) + 1
    alone = quoted & (_count(w.places["word"], low, opened) <= 0)  # nothing but marks before the quotation
    backward = ((manner == BEFORE) | (manner == AFTER)) & (v.frame != "act") & (alone | ~has_that) & (ends | short)
    resume = np.minimum(_next(w.places["quoted"], tail), high)
    resume = np.where(~quoted & (manner == BEFORE), tail + 1, resume)
    told = _phrase_after(w, rest, high)[:, 3]
    told = np.where(np.isin(v.base, ADDRESSED) & (told >= 0) & (told < high), told, rest)
    before = np.where(backward[:, None], _rows(low, touch + 1), k[:, None])
    after = np.where(backward, resume, np.where(has_that, that + 1, told))
    who = np.where(v.source[:, 0] >= 0, v.source[:, 0], v.edge - 1)  # no official, no one
    nobody = (who >= low) & _is_form(w, who, "^(no|none|nobody)$")
    negations = _find(_is_form(w, slice(None), "^(not|never|cannot|.*n't)$"))
    unsaid = (v.frame == "say") & ~np.isin(v.base, ("deny", "dispute"))
    unsaid &= _last(negations, k - 1) > _last(w.places["no adverb"], k - 1)
    asks = _among(w.kind[rest], CONJ, REL, PREP) & (w.trait[rest] != THAT)  # would not say if
    denied = (nobody | unsaid) & (has_that | np.isin(v.base, REPLIES)) & ~(asks & (v.base == "say")) & ~backward
    silent = _find(_is_form(w, slice(None), "^(declin|refus)(e|es|ed|ing)$"))  # declined to comment
    denied |= (w.trait[k - 1] == TO) & (_last(silent, k - 2) == k - 2)
    denied |= (_last(silent, k) == k) & (w.trait[rest] == TO) & _is_form(w, rest + 1, f"^({'|'.join(REPLIES)})$")
    is_verb = ends & (manner == BEFORE) & ((rest >= high) | (w.kind[rest] >= COMMA))  # “…,” the letter states.
    aside = (w.kind[_last(w.places["no adverb"], k - 1)] == REL) & (w.kind[tail] == COMMA) & w.cue[tail + 1]
    high = np.where(aside, tail, high)  # Ann Lee, who denied it, said
    return before, _rows(np.where(denied, high, after), high), is_verb, np.where(denied, tail, -1)


def _inherit(w, k, source, low, inherits):
    """The sources, those that a verb has none of taken from the verb before it in the sentence or its first phrase."""
    each, linked = np.arange(len(k)), inherits & np.append(False, w.low[k[:-1]] == low[1:])[: len(k)]
    source = _choose((inherits, _first_phrase(w, low, k)), (~inherits, source))
    known = np.where(source[:, 0] >= 0, each, len(k))
    first = np.minimum.reduceat(known, np.flatnonzero(~linked))  # a chain of verbs takes up what its first has
    first = first[np.cumsum(~linked) - 1]
    return _choose((first <= each, source[np.minimum(first, len(k) - 1)]))


# quotations and reported clauses: tokens (first, end), number of the span (-1: no marks), kind, source, the verb's row
# and token (-1)
_Spoken = namedtuple("_Spoken", "first end span kind source verb cue")


def _read_quotes(w, doc, tokens, spans):
    """The quotations with words as arrays: number of the span, tokens `a` to `b`, `count` of words, and what is around.

    `low`, `last`: the sentence's first token (not far before) and end; `before`, `after`: the tokens around, marks not
    counted; `floor`: the first token of the document; `outer`: in no other; `continues`: reopens the one before.
    """
    place = doc << 32 | tokens["start"].to_numpy("int64")
    docs = tokens["doc_id"].cat.categories.get_indexer(spans["doc_id"]).astype("int64") << 32
    a, b = (np.searchsorted(place, docs | spans[c].to_numpy("int64")) for c in ("start", "end"))
    count = _count(w.places["word"], a, b)
    number = np.flatnonzero(count > 0)
    a, b, count, outer = (x[number] for x in (a, b, count, spans["level"].to_numpy() == 0))
    q = SimpleNamespace(number=number, a=a, b=b, count=count, low=np.maximum(w.low[a], a - FAR), last=w.end[b - 1])
    q.before = np.maximum(_last(_find(w.kind != MARK), a - 1), q.low - 1)
    q.after = np.minimum(_next(_find(~_among(w.kind, MARK, STOP)), b), q.last)
    q.floor, q.outer, q.continues = np.searchsorted(doc, doc[a]), outer, np.zeros(len(a), bool)
    q.continues[outer] = np.append(False, spans["continued"].to_numpy()[number][outer])[:-1]
    return q


def _is_title(w, q):
    """Whether the words between marks are the name of a work: capitals throughout, and a word that says so beside."""
    a, b, low = q.a, q.b, np.maximum(w.low[q.a], q.a - 5)
    capital = _count(_find(_among(w.kind, NAME, TIME)), a, b) > 0
    before = _last(w.places["word"], a - 1)
    work = _find(w.free & _among(w.trait, TITLE, NAMED))
    near = (_count(work, low, a) + _count(work, b, np.minimum(q.last, b + 4))) > 0
    moved = _is_form(w, before, "^(on|in|from|to)$") & (q.count > 1)
    held = (before >= low) & (w.owner[before] | moved)
    adverb = w.kind[_next(w.places["word"], a)] == ADV
    return (_count(_find(w.kind == OTHER), a, b) == 0) & capital & ~adverb & (near | held)


def _pick(values, at):
    """The values or rows at the places `at`, -1 where there is no place."""
    return np.append(values, np.full((1, *values.shape[1:]), -1), 0)[at]


def _find_report(r, a, b):
    """The report that each quotation from token a to b belongs to, -1 if none does."""
    early, late = np.searchsorted(r.at, a), np.searchsorted(r.at, b)
    around, nearest, inside = np.full((3, len(a)), -1)
    for step in range(MOST)[::-1]:  # the nearest is looked at last and stays
        i, j = np.maximum(early - 1 - step, -1), np.where(late + step < len(r.at), late + step, -1)
        (first, end), (start, stop) = _pick(r.before, j).T, _pick(r.after, i).T
        inside = np.where(held := (first < b) & (b <= end), j, inside)
        around = np.where(held & (end <= b + 3), j, around)
        nearest = np.where((start <= a) & (a < stop), i, nearest)
    return np.select([around >= 0, nearest >= 0], [around, nearest], inside)


def _link_quotes(w, q, r, frames):
    """The quotations with their kind, source, verb and cue."""
    pause = _among(w.kind[q.before], COMMA, COLON)
    title, report = _is_title(w, q), _find_report(r, q.a, q.b)
    spoken = q.outer | (q.count >= 4) & (w.cue[q.before] | pause & w.cue[q.before - 1])
    kind = np.select([spoken, title], ["speech", "title"], "scare").astype(object)
    # not the source's words: seeks to build a "bridge", goes on "smoothly"
    frame, to = frames[_pick(r.verb, report)], w.trait[_pick(r.after, report)[:, 0]] == TO
    think = frame == "think"
    gives = np.where(frame == "quote", pause | (q.count > 2), ~think | (q.count > 4) | ~to | (w.trait[q.before] == TO))
    known = (_pick(r.source, report)[:, 0] >= 0) | (q.count >= LONG) | ~think  # little is known of the "bridge"
    called = _is_form(w, q.before, "^so-called$") & (q.count < LONG)  # the so-called "bridge"
    report[(_pick(r.at, report) < q.a) & ~gives | ~known | called] = -1
    title &= q.outer & ~((report >= 0) & pause)
    kind[title] = "title"
    speech = q.outer & ~title
    report[~speech] = -1

    lone = speech & (report < 0) & ~q.continues
    free = lone & (q.before < q.low) & (q.after >= q.last) & (q.count > 1)  # the quotation stands for itself
    source, held = _find_holder(w, q, r, free)
    kind[lone & ~held] = "scare"
    source = _choose((lone, source), (report >= 0, _pick(r.source, report)))
    _follow(w, q, source, speech & (kind == "speech"), free)
    return _Spoken(q.a, q.b, q.number, kind, source[:, :3], _pick(r.verb, report), _pick(r.at, report))


def _find_holder(w, q, r, free):
    """The source of quotations without a verb, by what stands around them, and whether anything there tells of one."""
    a, low, before, after = q.a, q.low, q.before, q.after
    latest = np.searchsorted(r.at, a) - 1
    recent = _pick(r.at, latest) >= np.maximum(q.floor, w.low[low - 1])
    noun = _last(_find(w.free & (w.trait == SPEECH)), before)
    holder = _choose((_among(w.trait[noun + 1], OF, BY), _phrase_after(w, noun + 2, a)))
    first, within = _first_phrase(w, low, a), before >= low
    cases = [
        (free, _pick(r.source, np.where(recent, latest, -1))),
        (within & (w.kind[before] == COLON), _first_phrase(w, low, before)),
        (noun >= low, np.where(holder[:, :1] >= 0, holder, first)),
        (within & w.owner[before] & (after < q.last) & (w.trait[after] == SPEECH), _phrase_before(w, before, low)),
        (~within & (q.count > 2) & _among(w.kind[q.b - 1], COMMA, STOP), _phrase_after(w, after, q.last)),
        (q.count >= LONG, first),
    ]
    return _choose(*cases), np.logical_or.reduce([holds for holds, _ in cases])


def _follow(w, q, source, speech, free):
    """Give quotations that go on, or stand for themselves, the source of the `speech` before."""
    opening = _choose((q.low > q.floor, _first_phrase(w, w.low[q.low - 1], q.low)))
    before = _find(speech)
    for x in np.flatnonzero((source[:, 0] < 0) & (q.continues & speech | free)).tolist():
        p = _last(before, x - 1)
        follows = p >= 0 and source[p, 0] >= 0 and q.a[p] >= q.floor[x]  # of the same document
        follows = follows and (q.continues[x] or q.a[x] - q.b[p] < 150)
        source[x] = source[p] if follows else opening[x] if free[x] else -1


def _report_rows(w, r, frames):
    """What is reported without marks, outermost only."""
    low, high = np.concatenate([r.before, r.after]).T
    of = np.tile(np.arange(len(r.at)), 2)
    first, end = _next(w.places["word"], low), _last(w.places["word"], high - 1) + 1
    writer = (r.source[:, 0] >= 0) & _is_form(w, r.source[:, 1], "^(i|we|you)('|$)")
    keep = (end - first > 1) & (_next(w.places["quoted"], first) >= end)
    keep = np.flatnonzero(keep & ((frames[r.verb] != "quote") & ~writer)[of])
    keep = keep[np.lexsort((-end[keep], first[keep]))]
    keep = keep[end[keep] > np.maximum.accumulate(np.append(-1, end[keep]))[:-1]]
    none, of = np.full(len(keep), -1), of[keep]
    kind = np.full(len(keep), "indirect", object)
    return _Spoken(first[keep], end[keep], none, kind, r.source[of, :3], r.verb[of], r.at[of])


def _find_people(w, doc, r, frames):
    """Persons by name, in the order of the text: first token, end, gender (MALE, FEMALE or 0, unknown)."""
    name = w.kind == NAME
    goes_on = np.append(False, (name & ~w.owner)[:-1]) & ~w.first
    begins = name & w.free & ~goes_on
    over, begins = _find(~name | begins), np.flatnonzero(begins)
    ends = _next(over, begins + 1)
    gender = np.where(_among(w.trait, MALE, FEMALE), w.trait, w.gender) * (name & w.free)
    hint = np.maximum.reduceat(gender, begins)
    named = np.isin(frames[r.verb], ("say", "act")) & (w.trait[r.source[:, 1] - 1] != THE)
    said = np.isin(begins, r.source[named, 1])
    # a gender is known from the first time on that a name of the document tells it
    key = doc[begins] << 32 | w.code[ends - 1]
    known = pd.Series(hint).where(hint > 0).groupby(key).ffill().fillna(0).to_numpy("uint8")
    keep = (known > 0) | said
    return begins[keep], ends[keep], known[keep]


def _resolve(w, at, people, floor):
    """The names meant by the pronouns at the tokens `at`: the last person (he, she) or plural source (they) before."""
    begins, ends, gender = (np.append(x, len(w.kind) - 1) for x in people)  # and nobody, beyond the text
    plural = _last(_find(w.free & (w.trait == PLURAL)), at - 1)
    they = _is_form(w, at, "^they")
    found = _choose((they & (plural > np.maximum(floor, at - 150)), _rows(plural, plural + 1)))
    wanted = np.select([_is_form(w, at, "^(him|he('|$))"), _is_form(w, at, "^(she|her)")], [MALE, FEMALE], 0)
    i, (best, subject) = np.searchsorted(begins, at), np.full((2, len(at)), -1)
    for step in range(1, 13):
        p = np.maximum(i - step, 0)
        fits = (wanted > 0) & (i >= step) & (begins[p] >= floor) & ((gender[p] == wanted) | (gender[p] == 0))
        best = np.where(fits & (best < 0), p, best)
        own = fits & (w.low[begins[p]] == w.low[begins[best]]) & ~w.owner[ends[p] - 1]
        subject = np.where(own, p, subject)  # the subject comes first
    best = np.where(subject >= 0, subject, best)
    return _choose((best >= 0, _bare_name(w, begins[best], ends[best], 4)), (best < 0, found))


def _bare_person(w, a, b):
    """The first token of names without the office before them, and whether the name is a person's by its words."""
    last, before = w.trait[b - 1], _last(w.places["office"], b - 2)
    office = (before >= a) & ~_among(w.trait[before + 1], OF, AND, JUNIOR, SENIOR) & ~_among(last, ROLE, BODY)
    point = (w.trait[before + 1] == POINT) & (before + 2 < b)
    start = np.where(office, before + 1 + point, a)
    given = _next(w.places["given"], start)
    known = (given < b - 1) & (last != BODY)
    given = np.where(known, given, start)
    return np.where(w.trait[given - 1] == POINT, start, given), office | known  # J. Edgar Hill


def _bare_name(w, a, b, longest=5):
    """Names without the office before and the place behind them: President Joe Biden of Delaware is Joe Biden. Two
    persons stay together; of a longer name the first word."""
    cut = np.minimum(_next(w.places["joint"], a), b)
    (first, person), (start, _) = _bare_person(w, a, cut), _bare_person(w, a, b)
    joint = (w.trait[cut] == AND) & (cut < b) & (person | (start <= cut + 1))
    start = np.where(person | joint, first, start)
    b = np.where(person & _among(w.trait[cut], OF, FOR), cut, b)
    # Jr. at the end of a sentence
    b += _among(w.trait[b - 1], JUNIOR, SENIOR) & (w.trait[b] == POINT) & (b < w.end[b - 1])
    short = b - start - _count(w.places["point"], start, b) <= longest
    whole = short | (cut < b) & ~_among(w.trait[start], ROLE)  # of a professor of much the first word, too
    return _rows(start, np.where(whole, b, start + 1))


def attribute_quotes(tokens, spans, verbs):
    """The quotations and reported clauses in order, and for each the tokens (first, end; -1 for none) of the name given
    as its source and of the name meant by a pronoun."""
    if not len(tokens):
        none, pairs = np.zeros(0, int), np.zeros((0, 2), int)
        return _Spoken(none, none, none, none.astype(object), pairs, none, none), pairs, pairs
    forms = _list_forms(verbs)
    frames, doc = np.append(verbs["frame"].to_numpy(str), ""), tokens["doc_id"].cat.codes.to_numpy("int64")
    w = _read_tokens(tokens, {form.split()[0] for form in forms})
    reports = _find_reports(w, forms, verbs)
    quoted = _read_quotes(w, doc, tokens, spans)
    rows = _link_quotes(w, quoted, reports, frames), _report_rows(w, reports, frames)
    spoken = _Spoken(*map(np.concatenate, zip(*rows, strict=True)))
    order = np.lexsort((-spoken.end, spoken.first))
    spoken = _Spoken(*(x[order] for x in spoken))
    start, a, b = spoken.source.T
    pronoun, name = (np.flatnonzero(w.kind[a] == kind) for kind in (PRON, NAME))
    given, meant = _rows(a, b), np.full((len(a), 2), -1)
    given[name] = _bare_name(w, a[name], b[name])
    floor = np.searchsorted(doc, doc[spoken.first[pronoun]])
    meant[pronoun] = _resolve(w, a[pronoun], _find_people(w, doc, reports, frames), floor)
    return spoken._replace(source=_rows(start, b)), given, meant
