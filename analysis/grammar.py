"""What the rules on quotations ask of each token: what kind of word it is, how it is printed, what is a name.

No parser: kind and trait of a word stand in a list, and a name is what is in capitals and nothing else. The tokens of
many documents are read at once into `w`, arrays with an entry a token (`read_tokens`), and a rule asks of many tokens
`at` at once: `is_kind`, `has_trait`, `is_form`, `is_printed`. By `find_last` and `find_next` it goes to the last token
before or the first behind that is a comma, a name and so on, over places: numbers of tokens in order.
"""

from collections import namedtuple
from functools import cache, reduce
from operator import or_
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import marks, resources
from analysis.text import _ranges

SIGNS = {"comma": ",", "colon": ":", "stop": ".?!;", "dash": "\u2013\u2014-()", "mark": marks.SINGLE + marks.DOUBLE}
SIGNS["punctuation"] = ""  # any other
WORDS = ("common", "name", "determiner", "pronoun", "preposition", "conjunction")  # common: any other
WORDS += ("relative", "auxiliary", "adverb", "time")
OFFICES = ("role", "honorific_male", "honorific_female")
SOURCES = ("role", "plural", "quantifier", "body")  # nouns that can speak
OTHERS = ("be", "speech", "title", "named", "particle", "place", "ly")


def _number(names, **groups):
    """A bit for each name, and for each group the bits of its names."""
    bits = {name: 1 << n for n, name in enumerate(names)}
    return bits | {group: sum(bits[name] for name in members) for group, members in groups.items()}


KINDS = _number([*WORDS, *SIGNS], word=WORDS, sign=SIGNS, noun=WORDS[:2])  # each token is of one
TRAITS = _number([*OFFICES, *SOURCES[1:], *OTHERS], office=OFFICES, source=SOURCES)  # a word has one at most
MALE, FEMALE = 1, 2
LOOKS = {  # of a token as printed
    "upper": "^(al-|el-|d['\u2019])?\\p{Lu}|^\\d.*\\p{Lu}$",
    "owner": "['\u2019]s$",
    "number": "^[0-9]+$",
    "party and state": "^[DRI][-\u2013]\\p{Lu}",
    "opening": "^\\($",
    "closing": "^\\)$",
    "dash": "^[-\u2013\u2014]+$",
    "capitals": "^\\p{Lu}\\P{Ll}+$|^\\P{Ll}+\\p{Lu}\\P{Ll}*$",
    "lower": "^\\P{Lu}*\\p{Ll}\\P{Lu}*$",
}
ASIDE = 14  # tokens of a dateline, or of what stands in brackets behind a name, at most
BEYOND = 1 << 30  # a place behind all tokens
PAD = 4  # tokens after the last that a rule may look at
ALL = slice(None)

Places = namedtuple("Places", "at count")


def find_places(mask):
    """The tokens `at` where a mask holds, with a place before and one beyond all, and how many are before a token."""
    count = np.zeros(len(mask) + 1, "int32")
    np.cumsum(mask, out=count[1:])
    at = np.full(count[-1] + 2, BEYOND, "int32")
    at[0], at[1:-1] = -1, np.flatnonzero(mask)
    return Places(at, count)


def find_last(places, at):
    """The last of the places up to `at`, -1 if there is none."""
    return places.at[places.count.take(at + 1, mode="clip")]


def find_next(places, at):
    """The first of the places from `at` on, BEYOND if there is none."""
    return places.at[places.count.take(at, mode="clip") + 1]


def count_places(places, low, high):
    """How many of the places lie from `low` to `high`."""
    return places.count.take(high, mode="clip") - places.count.take(low, mode="clip")


def is_kind(w, at, *kinds):
    """Whether the tokens are of one of the KINDS."""
    return (w.kind[at] & reduce(or_, map(KINDS.get, kinds))) > 0


def has_trait(w, at, *traits):
    """Whether the words at the tokens have one of the TRAITS."""
    return (w.trait[at] & reduce(or_, map(TRAITS.get, traits))) > 0


def is_form(w, at, *forms):
    """Whether the words at the tokens are one of the forms, or end or begin as those with a hyphen: -ing, they-."""
    if forms not in w.known:
        found = pc.is_in(w.words, pa.array(forms, w.words.type))
        for form in forms:
            if form.startswith("-"):
                found = pc.or_(found, pc.ends_with(w.words, form[1:]))
            if form.endswith("-"):
                found = pc.or_(found, pc.starts_with(w.words, form[:-1]))
        w.known[forms] = found.to_numpy(False)
    return w.known[forms].take(w.code[at])


def is_printed(w, at, look):
    """Whether the tokens have one of the LOOKS."""
    if look not in w.known:
        w.known[look] = pc.match_substring_regex(w.printed, LOOKS[look]).to_numpy(False)
    return w.known[look].take(w.shape[at])


def look_up(words, keys, values, default=0):
    """The value of each word: that of the first equal key, else the default."""
    at = pc.index_in(words, pa.array(keys, words.type)).fill_null(len(keys)).to_numpy()
    return np.array([*values, default])[at]


def read_tokens(tokens, cues):
    """What the rules ask of each token: arrays with an entry a token and `PAD` more.

    `kind`, `trait`: see KINDS, TRAITS; `code`, `shape`: in `words` and `printed`; `owner`: has a possessive 's;
    `gender`: of a given name (MALE, FEMALE or 0); `speaks`: can be a source (a name, a pronoun, officials); `free`:
    outside quotations; `cue`: a form of a reporting verb (`cues`); `first`: begins a sentence; `low`, `end`: first
    token and end of its sentence; `high`: its end without the closing point; `link`: the token of the same name that
    comes before (Bank of England, Ann Lee and Bob Hill), else -1; `places`: by what they have; `known`: asked before.
    """
    w = SimpleNamespace(known={})
    words, w.code = _read_codes(tokens["word"])
    w.printed, w.shape = _read_codes(tokens["token"])
    w.words = pc.replace_substring_regex(words, "'s$", "")  # that's is that
    is_word, quoted = (np.append(tokens[c].to_numpy(), [False] * PAD) for c in ("is_word", "in_quote"))
    w.free, w.cue = ~quoted, is_form(w, ALL, *cues)
    starts, stops, size = _part_sentences(tokens)
    w.low, w.end = np.repeat(starts, size), np.repeat(stops, size)
    w.first = np.zeros(len(w.code), bool)
    w.first[starts] = True
    _classify(w, is_word)
    _join_names(w)
    _drop_brackets(w)
    _drop_parties(w)
    _drop_datelines(w)
    inner = find_places(~is_kind(w, ALL, "stop", "mark"))
    w.high = np.repeat(find_last(inner, stops - 1) + 1, size)
    w.speaks = is_kind(w, ALL, "name", "pronoun") | has_trait(w, ALL, "source")
    w.gender[np.flatnonzero(has_trait(w, ALL, "place"))[:, None] + [1, 2]] = 0  # San Antonio, St. Paul
    w.link = _link_names(w)
    w.places = _note_places(w)
    return w


def _read_codes(column):
    """The distinct words of a column, with an empty one for what is beyond the tokens, and the code of each token."""
    words = pa.array(column.cat.categories, pa.string())
    codes = np.append(column.cat.codes.to_numpy("int32"), np.full(PAD, len(words), "int32"))
    return pa.concat_arrays([words, pa.array([""], pa.string())]), codes


def _part_sentences(tokens):
    """First token, end and length of each sentence; what is beyond the tokens is one of its own."""
    doc, sentence = tokens["doc_id"].cat.codes.to_numpy(), tokens["sentence_id"].to_numpy()
    starts = np.flatnonzero((np.diff(doc, prepend=-1) != 0) | (np.diff(sentence, prepend=-1) != 0))
    starts = np.append(starts, len(doc)).astype("int32")
    return starts, np.append(starts[1:], starts[-1]), np.diff(starts, append=len(doc) + PAD)


@cache
def _read_lists():
    """The listed words with their kinds and with their traits; given names with MALE or FEMALE."""
    listed = resources.read_list("quote_words", required=("word", "class"))
    kinds = listed["class"].replace({"quantifier": "determiner", "be": "auxiliary"}).map(KINDS)
    names = resources.read_list("given_names", required=("name", "gender"))
    genders = names["gender"].map({"male": MALE, "female": FEMALE})
    words, common = listed["word"].tolist(), KINDS["common"]
    traits = listed["class"].map(TRAITS).fillna(0)
    return (words, kinds.fillna(common), common), (words, traits), (names["name"].str.lower().tolist(), genders)


def _classify(w, is_word):
    """The kind, trait and gender of each token, and whether it has a possessive 's."""
    kinds, traits, genders = (look_up(w.words, *listed).astype("uint16") for listed in _read_lists())
    traits[(traits == 0) & pc.match_substring_regex(w.words, ".{3}ly$").to_numpy(False)] = TRAITS["ly"]
    signs = {sign: KINDS[kind] for kind, group in SIGNS.items() for sign in group}
    initials = pc.utf8_slice_codeunits(w.printed, 0, 1)
    signs = look_up(initials, list(signs), signs.values(), KINDS["punctuation"]).astype("uint16")
    w.kind = np.where(is_word, kinds.take(w.code), signs.take(w.shape))
    w.kind[-PAD:] = KINDS["stop"]
    w.trait, w.gender, w.owner = traits.take(w.code), genders.take(w.code), is_printed(w, ALL, "owner")
    unlisted = is_kind(w, ALL, "common") | is_kind(w, ALL, "auxiliary") & ~w.first  # Will Smith
    w.kind[unlisted & is_printed(w, ALL, "upper")] = KINDS["name"]


def _goes_on(w, at, *kinds):
    """Whether the tokens `at` go on with their sentence, and are of one of the kinds."""
    return is_kind(w, at, *kinds) & ~w.first[at]


def _ends_short(w, at):
    """Whether the tokens are what may stand within or behind names: Mr. Trump, Trump, Jr."""
    return is_form(w, at, ".", "jr", "sr") & ~w.first[at]


def _join_names(w):
    """What stands within names belongs to them: the point of Mr. Trump, the comma of Trump, Jr., von der of Leyen."""
    at = np.flatnonzero(_ends_short(w, ALL)[1:-1] & ~w.first[2:]) + 1
    at = np.where(is_kind(w, at, "name"), at - 1, at)
    w.kind[at[_goes_on(w, at, "stop", "comma") & is_kind(w, at - 1, "name")]] = KINDS["name"]
    at = np.flatnonzero(has_trait(w, ALL, "particle")[:-1] & ~w.first[1:])
    for _ in range(2):  # von der Leyen
        w.kind[at[is_kind(w, at + 1, "name")]] = KINDS["name"]
    _join_prepositions(w)


def _join_prepositions(w):
    """Doctors Without Borders and Ann Long are names, but no heading in capitals."""
    upper = is_printed(w, ALL, "upper")
    at = np.flatnonzero(upper & is_kind(w, ALL, "preposition", "adverb"))
    at = at[is_kind(w, at - 1, "name") & ~w.first[at]]
    end = at + 1
    for _ in range(4):
        end += _goes_on(w, end, "name")
    heading = upper[end] & ~w.first[end]
    w.kind[at[((end > at + 1) | is_kind(w, at, "adverb")) & ~heading]] = KINDS["name"]


def _drop_brackets(w):
    """What stands in brackets behind a name and says nothing is as an adverb, no words of the sentence: Ann Lee (Lab,
    Bay North)."""
    at = np.flatnonzero(is_printed(w, ALL, "opening"))
    at = at[is_kind(w, at - 1, "name") & ~w.first[at]]
    close = find_next(find_places(is_printed(w, ALL, "closing")), at)
    good = (close < np.minimum(at + ASIDE, w.end[at])) & (count_places(find_places(w.cue), at, close) == 0)
    w.kind[_ranges(at[good], (close - at)[good] + 1)] = KINDS["adverb"]


def _drop_parties(w):
    """So is the party of a Senator, R-Ohio, with its commas."""
    at = np.flatnonzero(is_printed(w, ALL, "party and state"))
    at = at[is_kind(w, at - 1, "comma") & is_kind(w, at - 2, "name") & ~w.first[at]]
    end = at + 1 + _ends_short(w, at + 1)
    resumes = w.cue[end + 1] | _goes_on(w, end + 1, "auxiliary", "adverb", "time")
    end += _goes_on(w, end, "comma") & resumes
    w.kind[_ranges(at - 1, end - at + 1)] = KINDS["adverb"]


def _drop_datelines(w):
    """The place and agency of a dateline (DUNAU, Elba (RTV) —) are punctuation: no words of the sentence."""
    dash = is_printed(w, ALL, "dash")
    at = np.flatnonzero(w.first & is_kind(w, ALL, "name"))
    end = find_next(find_places(dash), at)
    near = end < np.minimum(at + ASIDE, w.end[at])
    at, end = at[near], end[near] + 1
    end += dash[end]  # two dashes
    capitals, lower = (count_places(find_places(is_printed(w, ALL, x)), at, end) for x in ("capitals", "lower"))
    begins = ~w.first[end] & (is_printed(w, end, "upper") | is_kind(w, end, "mark"))
    good = (capitals > 0) & (lower == 0) & begins
    w.kind[_ranges(at[good], (end - at)[good])] = KINDS["punctuation"]


def _link_names(w):
    """The token of the same name that comes before each token of a name, -1 if there is none."""
    names = np.flatnonzero(is_kind(w, ALL, "name"))
    before = names - 1
    back = before - is_form(w, before, "of", "and", "for")
    back -= 2 * (is_form(w, before, "the") & is_form(w, before - 1, "of", "and"))
    joined = ~w.owner[before] & is_kind(w, back, "name") & (back >= w.low[names])
    link = np.full(len(w.kind), -1, "int32")
    link[names[joined]] = back[joined]
    return link


def _note_places(w):
    """The places that the rules look up."""
    name = is_kind(w, ALL, "name")
    after_name, after_owner = (np.append(False, x[:-1]) for x in (name, w.owner))
    before_time = np.append(is_kind(w, ALL, "time")[1:], False)
    source, ly = has_trait(w, ALL, "source"), has_trait(w, ALL, "ly")
    adverb = is_kind(w, ALL, "auxiliary", "adverb", "time") | ly | is_kind(w, ALL, "preposition") & before_time
    of = is_form(w, ALL, "of") & after_name
    joint = np.zeros(len(name), bool)
    joint[w.link[w.link >= 0] + 1] = True  # within a name: Bank of England
    joint &= ~name
    verb, cues = w.cue.copy(), np.flatnonzero(w.cue)
    verb[cues] = ~is_noun(w, cues, True, w.low[cues], True)
    told = is_kind(w, ALL, "determiner") & after_name  # told Ann Smith the board
    phrase = is_kind(w, ALL, "noun", "determiner") & ~verb & ~told
    return {
        "name": find_places(name),
        "name ends": find_places(~name | after_owner),
        "comma": find_places(is_kind(w, ALL, "comma")),
        "source": find_places(source),
        "common source": find_places(is_kind(w, ALL, "common") & source),
        "speaker": find_places(w.free & w.speaks & ~ly),
        "phrase ends": find_places(~(phrase | of | joint)),
        "of": find_places(of),
        "joint": find_places(joint),
        "point": find_places(is_form(w, ALL, ".")),
        "office": find_places(has_trait(w, ALL, "office")),
        "given": find_places(w.gender > 0),
        "word": find_places(is_kind(w, ALL, "word")),
        "quoted": find_places(~w.free),
        "no adverb": find_places(~adverb),
    }


def is_noun(w, k, plain, low, listed):
    """Whether a form that may be a noun (a report, her claims, state) is one here, by the word before it.

    `plain`: the form is the verb's own, without an ending; `listed`: the list says that it may be a noun.
    """
    p = k - 1
    ending = is_form(w, k, "-s") & ~is_form(w, k, "-ss")
    determiner = is_kind(w, p, "determiner") & ~has_trait(w, p, "quantifier")
    determiner &= ~(ending & is_form(w, p, "one", "another", "this"))  # one says so
    governs = is_kind(w, p, "preposition") & ~is_form(w, p, "to")
    # the promised deal, in added time
    attribute = (determiner | governs & is_form(w, k, "-ed")) & is_kind(w, k + 1, "noun")
    governed = w.owner[p] | determiner | governs
    several = has_trait(w, p, "quantifier") & ~is_form(w, p, "each", "none")  # two reports, costs and claims
    plural = (several | is_form(w, p, "and", "or") & w.first[p - 1]) & ending
    singular = plain & ~is_form(w, p, "-s") & ~has_trait(w, p, "plural")
    compound = is_kind(w, p, "noun") & ~has_trait(w, p, "ly") & (singular | listed & ~w.speaks[p])
    # records of the game show he left
    clause = is_form(w, k + 1, "he", "she", "they", "we", "it", "the", "there")
    compound &= ~(plain & (clause | is_form(w, k + 1, "that") & np.logical_not(listed)))
    by_place = attribute | ~is_form(w, k, "-ed", "-ing") & (governed | compound | plural)
    return is_kind(w, k, "name") & (k > low) | by_place & (p >= low)
