"""Quotations and reported speech: what is said, who says it, and with which verb.

No parser: marks and reporting verbs are found for the whole corpus at once; then each verb looks for its source (the
noun phrase before it, or after it when the order is turned round) and for the part of the sentence that it reports.
"""

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import body, marks, resources, schema, text

OTHER, NAME, DET, PREP, CONJ, REL, PRON, AUX, ADV, TIME, COMMA, COLON, DASH, STOP, MARK, PUNCT = range(16)
CLASSES = {
    "determiner": DET,
    "quantifier": DET,
    "preposition": PREP,
    "conjunction": CONJ,
    "relative": REL,
    "time": TIME,
}
CLASSES |= {"pronoun": PRON, "auxiliary": AUX, "be": AUX, "adverb": ADV}
SIGNS = dict(zip(",:.?!;\u2013\u2014-()", [COMMA, COLON, STOP, STOP, STOP, STOP, *[DASH] * 5], strict=True))
SIGNS |= dict.fromkeys(marks.SINGLE + marks.DOUBLE, MARK)
LONG, NEAR = 5, 3  # words from which marks without a source are speech; sentences over which a speaker goes on


def load_verbs(source="reporting_verbs"):
    """One row per reporting verb: `verb, stance, frame, noun, forms, note, line`, with all `forms` written out.

    `source` is a CSV path or a table with at least the column `verb`; stance is neutral (default), doubt or endorse,
    frame say (default), think, act, quote or source. Raises ValueError with file and line.
    """
    defaults = {"stance": "neutral", "frame": "say", "noun": "", "forms": "", "note": ""}
    verbs = resources.read_list(source, required=("verb",), unique=("verb",), defaults=defaults)
    known = {"stance": ("neutral", "doubt", "endorse"), "frame": ("say", "think", "act", "quote", "source")}
    for column, allowed in known.items():
        for row in verbs[~verbs[column].isin(allowed)].itertuples():
            where = "table" if isinstance(source, pd.DataFrame) else source
            raise ValueError(f"{where}, line {row.line}: {column} {getattr(row, column)!r}; use {', '.join(allowed)}")
    regular = verbs["verb"].str.split().str[0].where(verbs["frame"] != "source", "")
    verbs["forms"] = [" ".join([*_inflect(v), *f.split()]) for v, f in zip(regular, verbs["forms"], strict=True)]
    return verbs


def _inflect(verb):
    """The regular forms of an English verb: plain, -s, -ed, -ing."""
    if not verb:
        return []
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    stem = verb[:-1] if verb[-1] == "e" and verb[-2] != "e" else verb
    return [verb, verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s"), stem + "ed", stem + "ing"]


class _Words(NamedTuple):
    """One plain list a property, over all tokens."""

    word: list
    kind: list  # class of grammar or punctuation
    trait: list  # the class in quote_words.csv, "ly" for adverbs
    owner: list  # has a possessive 's
    span: list  # number of the outermost quotation, -1 outside
    cue: list  # is a form of a reporting verb
    low: list  # first token of its sentence
    high: list  # end of its sentence


def _read_tokens(tokens, spans, forms):
    classes = resources.read_list("quote_words", required=("word", "class"))
    classes = dict(zip(classes["word"], classes["class"], strict=True))
    word, printed = tokens["word"].cat, tokens["token"].cat
    words, forms_seen = word.categories.tolist(), printed.categories.tolist()
    traits = [classes.get(w) or ("ly" if w.endswith("ly") and len(w) > 4 else "") for w in words]
    kind = np.array([CLASSES.get(c, OTHER) for c in traits], "int8")[word.codes]
    upper, owner, sign = (
        np.array([f(t) for t in forms_seen] or [0])[printed.codes]
        for f in (
            lambda t: t[0].isupper() or t[0].isdigit() and t[-1].isupper(),
            lambda t: t.endswith(("'s", "\u2019s")),
            lambda t: next((SIGNS[c] for c in t if SIGNS.get(c, MARK) != MARK), SIGNS.get(t[0], PUNCT)),
        )
    )
    doc = tokens["doc_id"].cat.codes.to_numpy("int64")
    sentence = tokens["sentence_id"].to_numpy()
    first = np.r_[True, (doc[1:] != doc[:-1]) | (sentence[1:] != sentence[:-1])][: len(doc)]
    plain = (kind == OTHER) | (kind == AUX) & ~first
    kind = np.where(tokens["is_word"], np.where(upper & plain, NAME, kind), sign)
    point = np.flatnonzero((kind[:-1] == STOP) & ~first[1:] & (np.r_[0, kind[:-2]] == NAME))
    kind[point[printed.codes.to_numpy()[point] == printed.categories.get_indexer(["."])[0]]] = NAME  # Mr. Trump
    junior = np.flatnonzero(np.isin(word.codes, word.categories.get_indexer(["jr", "sr"])))
    junior = junior[(junior > 1) & (kind[junior - 1] == COMMA) & (kind[junior - 2] == NAME)]
    kind[junior - 1] = NAME  # Donald Trump, Jr.
    place = doc << 32 | tokens["start"].to_numpy("int64")
    begin, end = (
        np.searchsorted(place, tokens["doc_id"].cat.categories.get_indexer(spans["doc_id"]).astype("int64") << 32 | x)
        for x in (spans["start"].to_numpy("int64"), spans["end"].to_numpy("int64"))
    )
    outer = np.flatnonzero(spans["level"] == 0)
    span = np.full(len(doc), -1)
    edges = np.repeat(begin[outer], end[outer] - begin[outer])
    steps = np.arange(len(edges)) - np.repeat(np.cumsum(np.r_[0, (end - begin)[outer]])[:-1], (end - begin)[outer])
    span[edges + steps] = np.repeat(outer, (end - begin)[outer])
    cue = np.array([w in forms for w in words] or [0], bool)[word.codes] & tokens["is_word"].to_numpy()
    starts = np.flatnonzero(first)
    stops, which = np.r_[starts[1:], len(doc)], np.cumsum(first) - 1
    lists = (np.array(words, object)[word.codes], kind, np.array(traits, object)[word.codes], owner)
    w = _Words(*(x.tolist() for x in (*lists, span, cue, starts[which], stops[which])))
    name = (kind == NAME) & (span < 0)
    begins = name & ~(np.r_[False, (name & ~owner)[:-1]] & ~first)
    ends = np.flatnonzero(name & ~np.r_[(name & ~begins)[1:], False]) + 1
    runs = list(zip(doc[begins].tolist(), np.flatnonzero(begins).tolist(), ends.tolist(), strict=True))
    return w, np.flatnonzero(cue & (span < 0)).tolist(), runs, begin.tolist(), end.tolist()


def _phrase_before(w, i, low):
    """The noun phrase that ends with token i: (start, name start, name end), its head up the chain of of, for, in."""
    found = None
    while i >= low and w.span[i] < 0 and w.kind[i] <= DET or i >= low and w.kind[i] == PRON and w.span[i] < 0:
        if w.kind[i] in (PRON, DET):
            return found or (i, i, i + 1)
        a = i
        if w.kind[i] == NAME:
            while a > low and w.span[a - 1] < 0 and not w.owner[a - 1] and (
                w.kind[a - 1] == NAME
                or a - 2 >= low and w.word[a - 1] in ("of", "and") and w.kind[a - 2] == NAME
                or a - 3 >= low and w.word[a - 2 : a] == ["of", "the"] and w.kind[a - 3] == NAME
                or a - 2 >= low and w.word[a - 1] == "the" and w.word[a - 2] == "of" and a - 3 >= low and w.kind[a - 3] == NAME
            ):  # fmt: skip
                a -= 1
            while w.word[a] in ("of", "the"):
                a += 1
        start = a
        while (
            start > max(low, i - 9)
            and (w.kind[start - 1] <= DET or w.owner[start - 1])
            and w.span[start - 1] < 0
            and not w.cue[start - 1]
        ):
            start -= 1
            if w.kind[start] == DET:
                break
        b = i + 1
        if w.kind[i] == OTHER:  # people close to him: the noun that can speak
            a = next((j for j in range(i, start - 1, -1) if w.trait[j] in SPEAKERS), i)
            b = a + 1
        found = (start, a, b)
        i = start - 2
        if i < low or w.kind[i + 1] != PREP or w.cue[i] or w.word[i + 1] in ("after", "before"):
            break
        if w.word[i + 1] == "to" and w.trait[i] not in SPEAKERS:  # ambassador to Spain
            break
    return found


def _phrase_after(w, i, high):
    """The noun phrase that begins with token i: (start, name start, name end, end)."""
    j = i
    if i < high and w.span[i] < 0 and w.kind[i] == PRON:
        return i, i, i + 1, i + 1
    while j < high and w.span[j] < 0 and (
        w.kind[j] <= DET and not (w.cue[j] and j > i and not _is_noun(w, j, w.word[j], i, True))
        or j > i and w.word[j] == "of" and w.kind[j - 1] == NAME
    ):  # fmt: skip
        j += 1
    if j == i:
        return None
    heads = [k for k in range(i, j) if w.trait[k] in SPEAKERS and w.kind[k] == OTHER]
    names = [k for k in range(i, j) if w.kind[k] == NAME]
    a = j - 1 if w.kind[j - 1] == NAME or not (heads or names) else heads[-1] if heads else names[-1]
    b = a + 1
    while a > i and w.kind[a] == NAME and w.kind[a - 1] == NAME and not w.owner[a - 1]:
        a -= 1
    return i, a, b, j


SPEAKERS = ("plural", "role", "quantifier")


def _speaks(w, i):
    return w.kind[i] in (NAME, PRON) or w.trait[i] in SPEAKERS


def _find_source(w, k, low, high, frame):
    """(source, last token before it, manner) of the verb at k; manner: before, after, relative or none."""
    i = k - 1
    while i >= low and w.span[i] < 0 and (
        w.kind[i] in (AUX, ADV, TIME) or w.trait[i] == "ly" or w.kind[i] == PREP and w.kind[i + 1] == TIME
    ):  # fmt: skip
        i -= 1
    kind = MARK if i < low or w.span[i] >= 0 else w.kind[i]
    if kind <= DET or kind == PRON:
        source = _phrase_before(w, i, low)
        return source, source[0] - 1, "before"
    if kind == REL:
        source = _phrase_before(w, i - 1 - (i > low and w.kind[i - 1] in (COMMA, DASH)), low)
        return source, source[0] - 1 if source else i, "relative"
    ing = w.word[k].endswith("ing")
    turned = None if ing or frame not in ("say", "quote") else _phrase_after(w, k + 1, high)
    if turned and (turned[3] < high and w.kind[turned[3]] in (OTHER, AUX, PRON) and w.span[turned[3]] < 0
                   or not _speaks(w, turned[1])):  # fmt: skip
        turned = None
    if turned and kind == MARK and i >= low:
        return turned, i, "after"
    if kind in (COMMA, DASH) and not ing:  # Smith, the director, said
        closed = turned and (turned[3] >= high or w.kind[turned[3]] >= COMMA)
        m = i
        for _ in range(4):
            m = next((j for j in range(m - 1, low, -1) if w.kind[j] in (COMMA, DASH) or w.span[j] >= 0), low)
            if m == low or w.span[m] >= 0:
                break
            source = _phrase_before(w, m - 1, low)
            if (source and w.kind[m + 1] in (OTHER, DET, REL) + (() if closed else (NAME, PREP, ADV)) and _speaks(w, source[1])
                    and not (source[0] > low and w.kind[source[0] - 1] == PREP)):  # fmt: skip
                if w.kind[source[1]] == OTHER and all(w.kind[j] == NAME for j in range(m + 1, i)):
                    source = source[0], m + 1, i  # the director, Ann Smith, said
                return source, source[0] - 1, "before"
        if turned:
            return turned, i, "after"
    return None, i, "none"


def _first_phrase(w, low, k):
    """The likely subject of a sentence: its first name, pronoun or noun that can speak before token k."""
    if w.kind[low] == PREP:
        low = next((j for j in range(low, k) if w.kind[j] == COMMA), low)
    for a in range(low, k):
        if w.span[a] < 0 and (w.kind[a] in (NAME, PRON) or w.trait[a] in SPEAKERS):
            b = a + 1
            while w.kind[a] == NAME and b < k and w.kind[b] == NAME and w.span[b] < 0 and not w.owner[b - 1]:
                b += 1
            return a, a, b
    return None


class _Report(NamedTuple):
    """A reporting verb: its token, verb, source and the token ranges it reports, the one before the verb first."""

    at: int
    verb: int
    source: tuple
    before: tuple
    after: tuple


def _is_noun(w, k, verb, low, noun):
    """Whether a form that may be a noun (a report, her claims, state) is one here, by the word before it."""
    p = k - 1
    if w.kind[k] == NAME and k > low:
        return True
    if p < low or w.span[p] >= 0 or w.word[k].endswith(("ed", "ing")):
        return False
    plural = w.word[p].endswith("s") or w.kind[p] == PRON or w.trait[p] in ("plural", "quantifier")
    return (
        w.owner[p]
        or w.kind[p] == DET and w.trait[p] != "quantifier"
        or w.kind[p] == PREP and w.word[p] != "to"
        or w.word[k] == verb and w.kind[p] <= NAME and not plural and w.trait[p] != "ly"
        or noun and w.kind[p] == OTHER and w.trait[p] not in (*SPEAKERS, "ly")
    )  # fmt: skip


def _find_reports(w, cues, forms, verbs):
    """The reporting verbs in use, in the order of the text."""
    frames, nouns, lemmas = (
        verbs["frame"].tolist(),
        (verbs["noun"] == "yes").tolist(),
        verbs["verb"].str.split().tolist(),
    )
    out = []
    for k in cues:
        low, high = w.low[k], w.high[k]
        fits = [v for v in forms[w.word[k]] if w.word[k + 1 : k + len(lemmas[v])] == lemmas[v][1:]]
        if not fits:
            continue
        verb = max(fits, key=lambda v: len(lemmas[v]))
        frame, base, rest = frames[verb], lemmas[verb][0], k + len(lemmas[verb])
        while high > rest and w.kind[high - 1] in (STOP, MARK) and w.span[high - 1] < 0:
            high -= 1
        if frame == "source":
            source = _phrase_after(w, rest, high)
            comma = next((j for j in range(source[3], high) if w.kind[j] == COMMA), high) if source else high
            front = any(w.kind[j] <= NAME or w.kind[j] == PRON for j in range(low, k))
            if source:
                after = (k, k) if front else (comma + 1, high)
                out.append(_Report(k, verb, source[:3], (low, k) if front else (k, k), after))
            continue
        if len(lemmas[verb]) == 1 and _is_noun(w, k, base, low, nouns[verb]):
            continue
        source, edge, manner = _find_source(w, k, low, high, frame)
        if k > low and w.trait[k - 1] == "be" and not w.word[k].endswith("ing"):  # is expected, was told
            by = next((j for j in range(k + 1, min(high, k + 12)) if w.word[j] == "by"), None)
            source, manner = by and _phrase_after(w, by + 1, high), "passive"
            source = source and source[:3]
        elif manner == "none" and edge >= low and w.kind[edge] == COMMA and w.word[k].endswith("ed"):
            continue  # the plan, outlined in May
        elif source is None:
            same = out and w.low[out[-1].at] == low and out[-1].source
            source = same or _first_phrase(w, low, k)
        rest = source[3] if manner == "after" else rest
        like = edge > low and w.word[edge] == "as" and w.span[edge] < 0  # as Smith put it
        edge -= like
        touch = edge
        while touch >= low and w.span[touch] < 0 and COMMA <= w.kind[touch]:
            touch -= 1
        tail = next((j for j in range(rest, high) if w.span[j] >= 0 or w.kind[j] in (COMMA, COLON, MARK)), high)
        that = next((j + 1 for j in range(rest, min(tail, rest + 6)) if w.word[j] == "that"), None)
        adjunct = rest >= high or w.kind[rest] in (COMMA, PREP, TIME, ADV, CONJ, STOP) or base == "tell"
        quoted = touch >= low and w.span[touch] >= 0
        whole = quoted and all(w.span[j] == w.span[touch] or w.kind[j] >= MARK for j in range(low, touch))
        comma = touch < edge and w.kind[edge] in (COMMA, DASH)
        if manner in ("before", "after") and (whole or not that) and frame != "act" and touch >= low and (
            quoted and (w.kind[touch] >= COMMA or manner == "after" or comma and adjunct)
            or comma and not like and touch - low >= 3 and adjunct and (tail in (rest, high)) and tail - rest <= 10
        ):  # fmt: skip
            resume = next((j for j in range(tail, high) if w.span[j] >= 0), high)
            resume = tail + 1 if not quoted and tail + 1 < high and manner == "before" else resume
            out.append(_Report(k, verb, source[:3], (low, touch + 1), (resume, high)))
            continue
        if not that and base in ADDRESSED and rest < high:
            found = _phrase_after(w, rest, high)
            rest = found[3] if found and found[3] < high else rest
        out.append(_Report(k, verb, source and source[:3], (k, k), (that or rest, high)))
    return out


ADDRESSED = ("tell", "remind", "inform", "assure", "ask", "warn", "notify", "reassure")


@cache
def _given_names():
    names = resources.read_list("given_names", required=("name", "gender"))
    return dict(zip(names["name"].str.lower(), names["gender"].str[0], strict=True))


def _find_people(w, runs, speakers):
    """Persons by name, in the order of the text: (first token, end, gender); gender m, f or unknown."""
    names = _given_names()
    out, known, document = [], {}, None
    for doc, a, b in runs:
        known, document = known if doc == document else {}, doc
        titles = [t[10:11] for t in w.trait[a:b] if t.startswith("honorific")]
        gender = titles[0] if titles else next((names[x] for x in w.word[a:b] if x in names), "")
        if gender or w.word[b - 1] in known or a in speakers and w.word[a - 1] != "the":
            known[w.word[b - 1]] = gender = gender or known.get(w.word[b - 1], "")
            out.append((a, b, gender))
    return out


def _resolve(w, at, people, starts, floor):
    """The tokens of the last person (he, she) or plural source (they) named before the pronoun at `at`."""
    if w.word[at] in ("they", "they've", "they're"):
        j = next((j for j in range(at - 1, max(floor, at - 150), -1) if w.trait[j] == "plural" and w.span[j] < 0), None)
        return None if j is None else (j, j + 1)
    gender = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}.get(w.word[at])
    fits = [p for p in people[max(0, bisect_left(starts, at) - 12) : bisect_left(starts, at)]
            if p[0] >= floor and p[2] in (gender, "")] if gender else []  # fmt: skip
    same = [p for p in fits if w.low[p[0]] == w.low[fits[-1][0]]]
    best = next((p for p in same if not w.owner[p[1] - 1]), fits[-1] if fits else None)  # the subject comes first
    return best and best[:2]


def _is_title(w, a, b):
    """Whether the words between marks are the name of a work: capitals throughout, and a word that says so beside."""
    words = [j for j in range(a, b) if w.kind[j] < COMMA]
    if not words or w.kind[words[0]] not in (NAME, DET, PREP, PRON, REL, AUX) or any(w.kind[j] == OTHER for j in words):
        return False
    low, high = max(w.low[a], a - 5), min(w.high[b - 1], b + 4)
    near = {w.trait[j] for j in (*range(low, a), *range(b, high)) if w.span[j] < 0}
    before = next((j for j in range(a - 1, low - 1, -1) if w.kind[j] < COMMA), None)
    held = before is not None and (w.owner[before] or w.word[before] in ("on", "in", "from", "to") and len(words) > 1)
    return bool(near & {"title", "named"}) or held


def _gives_words(w, report, frame, before, count):
    """Whether marks after the verb hold words of its source: not for seeks to build a "bridge", continues "smoothly"."""
    if frame == "quote":
        return w.kind[before] in (COMMA, COLON) or count > 2
    return frame != "think" or count > 4 or w.word[report.after[0]] != "to" or w.word[before] == "to"


def _link_quotes(w, begin, end, spans, reports, floors, frames):
    """One tuple per quotation: span number, kind, source tokens, verb, verb token."""
    by_sentence = {}
    for r in reports:
        by_sentence.setdefault(w.low[r.at], []).append(r)
    at, out, last, waiting = [r.at for r in reports], [], None, []
    levels, goes_on = spans["level"].tolist(), spans["continued"].tolist()
    continues = False
    for s, (a, b) in enumerate(zip(begin, end, strict=True)):
        count = sum(w.kind[j] < COMMA for j in range(a, b))
        if not count:
            continue
        before = a - 1
        while before >= w.low[a] and w.kind[before] == MARK:
            before -= 1
        if levels[s]:
            spoken = w.cue[before] or w.kind[before] in (COMMA, COLON) and w.cue[before - 1]
            kind = "speech" if count >= 4 and spoken else "title" if _is_title(w, a, b) else "scare"
            out.append((s, kind, None, None, None))
            continue
        z = b - 1
        report = next(
            (r for r in by_sentence.get(w.low[z], ()) if b <= r.before[1] <= b + 3 and r.before[0] < r.before[1]), None
        )
        here = by_sentence.get(w.low[a], ())
        report = report or next((r for r in reversed(here) if r.at < a and r.after[0] <= a < r.after[1]), None)
        report = report or next((r for r in by_sentence.get(w.low[z], ()) if r.before[0] <= z < r.before[1]), None)
        report = report or next((r for r in reversed(here) if r.at < a <= r.at + NEAR), None)
        after = b
        while after < w.high[z] and w.kind[after] in (MARK, STOP):
            after += 1
        if report is None and after >= w.high[z] and w.kind[z] == STOP and w.word[z] != "." and w.high[z] < len(w.word):
            report = next((r for r in by_sentence.get(w.high[z], ()) if r.source and min(r.source[0], r.at) == w.high[z]
                           and r.after[1] - r.after[0] <= 6), None)  # fmt: skip
        if report and report.at < a and not _gives_words(w, report, frames[report.verb], before, count):
            report = None
        source, verb, cue = (report.source, report.verb, report.at) if report else (None, None, None)
        kind = "speech" if report else None
        if _is_title(w, a, b) and not (report and w.kind[before] in (COMMA, COLON)):
            kind, source, verb, cue = "title", None, None, None
        elif continues:
            kind, source = "speech", source or (last and last[2])
        elif report is None:
            free = before < w.low[a] and after >= w.high[z]
            noun = next((j for j in range(before, w.low[a] - 1, -1) if w.trait[j] == "speech" and w.span[j] < 0), None)
            if free and count > 1:
                i = bisect_left(at, a) - 1
                recent = i >= 0 and at[i] >= floors[s] and w.low[at[i]] >= w.low[w.low[a] - 1] and reports[i].source
                spoke = last and last[0] >= floors[s] and a - last[1] < 150 and last[2]
                kind, source = "speech", recent or spoke or None
                if not source and w.low[a] > floors[s]:
                    source = _first_phrase(w, w.low[w.low[a] - 1], w.low[a])
            elif before >= w.low[a] and w.kind[before] == COLON:
                kind, source = "speech", _first_phrase(w, w.low[a], before)
            elif noun is not None:
                holder = noun + 2 < a and w.word[noun + 1] in ("of", "by", "from") and _phrase_after(w, noun + 2, a)
                kind, source = "speech", holder[:3] if holder else _first_phrase(w, w.low[a], a)
            elif before >= w.low[a] and w.owner[before] and after < w.high[z] and w.trait[after] == "speech":
                kind, source = "speech", _phrase_before(w, before, w.low[a])  # Smith's "no deal" remark
            elif before < w.low[a] and count > 2 and w.kind[z] in (COMMA, STOP):
                found = _phrase_after(w, after, w.high[z])
                kind, source = "speech", found and found[:3]
            elif count >= LONG:
                kind, source = "speech", _first_phrase(w, w.low[a], a)
            else:
                kind = "scare"
        out.append((s, kind, source, verb, cue))
        if kind == "speech":
            last = (a, b, source)
        continues = goes_on[s]
    return out


def _report_rows(w, reports, frames):
    """What is reported without marks: (first token, end, report), outermost only."""
    found = []
    for r in reports:
        for a, b in (r.before, r.after):
            while b > a and w.kind[b - 1] >= COMMA:
                b -= 1
            while a < b and w.kind[a] >= COMMA:
                a += 1
            if frames[r.verb] != "quote" and b - a > 1 and max(w.span[a:b]) < 0:
                found.append((a, b, r))
    found.sort(key=lambda x: (x[0], -x[1]))
    out, reach = [], -1
    for a, b, r in found:
        if b > reach:
            out.append((a, b, r))
            reach = b
    return out


def _bare_name(w, a, b):
    """A name without the office before it: President Joe Biden is Joe Biden; at most five words."""
    given = next((j for j in range(b - 2, a, -1) if w.word[j] in _given_names()), None)
    office = next((j for j in range(b - 2, a - 1, -1) if w.trait[j] == "role" or w.trait[j].startswith("hon")), None)
    if given is None and office is not None and w.word[office + 1] not in ("of", "for", "and"):
        given = office + 1 + (w.word[office + 1] == "." and office + 2 < b)
    a = given or a
    return (a, b) if b - a <= 5 else (a, a + 1)


def _analyse(tokens, spans, verbs):
    forms = {}
    for v, listed in enumerate(verbs["forms"]):
        for form in dict.fromkeys(listed.split()):
            forms.setdefault(form, []).append(v)
    w, cues, runs, begin, end = _read_tokens(tokens, spans, forms)
    reports = _find_reports(w, cues, forms, verbs)
    frames, lemmas = verbs["frame"].tolist(), verbs["verb"].tolist()
    doc = tokens["doc_id"].cat.codes.to_numpy()
    first_of = np.searchsorted(doc, np.arange(len(tokens["doc_id"].cat.categories)))
    floor_of = first_of[doc].tolist()
    floors = [floor_of[min(a, len(floor_of) - 1)] for a in begin] if floor_of else []
    linked = _link_quotes(w, begin, end, spans, reports, floors, frames)
    rows = [(begin[s], end[s], s, kind, source, verb, cue) for s, kind, source, verb, cue in linked]
    rows += [(a, b, -1, "indirect", r.source, r.verb, r.at) for a, b, r in _report_rows(w, reports, frames)]
    rows.sort(key=lambda r: (r[0], -r[1]))
    speakers = {r.source[1] for r in reports if r.source and w.kind[r.source[1]] == NAME and frames[r.verb] == "say"}
    people = _find_people(w, runs, speakers)
    starts = [p[0] for p in people]
    out = []
    for a, b, s, kind, source, verb, cue in rows:
        name = meant = None
        if source:
            name = source[1:]
            if w.kind[name[0]] == PRON:
                meant = _resolve(w, name[0], people, starts, floor_of[a])
                meant = meant and _bare_name(w, *meant)
            else:
                name = _bare_name(w, *name)
        out.append((a, b, s, kind, source, name, meant, verb, cue))
    return out


def find_quotes(documents, actors=None, *, paragraphs=None, tokens=None, mentions=None, quoted=None, verbs=None):
    """One row per quotation or reported clause: `doc_id, quote_id, sentence_id, start, end, kind, speaker, actor, cue, n_words`.

    kind: `speech` (words given as a source's), `scare` (a few words in marks, no speaker), `title` (name of a work) or
    `indirect` (reported without marks; span = the clause). start, end: offsets of the words, without the marks.
    speaker: the name or the noun as printed; a pronoun is followed by whom it was resolved to, `he [Ann Smith]`; NaN
    when there is none. actor: registry id of the speaker, by overlap with `mentions` or else by an alias of `actors`.
    cue: lemma of the reporting verb. n_words: words in the span. A quotation inside another has its own row.
    Already computed tables may be given: `paragraphs`, `tokens`, `mentions`, `quoted` (marks.quoted_spans); `verbs` is
    the user's own list (see load_verbs). Raises ValueError for a missing column.
    """
    schema.require(documents, "documents", "doc_id", "text")
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    tokens = text.tokenize(documents, paragraphs) if tokens is None else tokens
    quoted = marks.quoted_spans(documents, paragraphs) if quoted is None else quoted
    frame = _locate_quotes(documents, tokens, quoted, load_verbs("reporting_verbs" if verbs is None else verbs))
    if mentions is not None:
        frame["actor"] = _overlapping_actor(frame, mentions)
    elif actors is not None:
        schema.require(actors, "actors", "actor", "alias")
        alias = actors.drop_duplicates("alias").set_index("alias")["actor"]
        frame["actor"] = frame["speaker"].str.extract(r"\[(.*)\]", expand=False).fillna(frame["speaker"]).map(alias)
    return schema.conform(frame, "quotes")


def _overlapping_actor(frame, mentions):
    """The actor of the last mention that overlaps the speaker's name, NaN when there is none."""
    ids = pd.Index(frame["doc_id"].unique())
    doc = ids.get_indexer(mentions["doc_id"]).astype("int64")
    key = doc << 32 | mentions["start"].to_numpy("int64")
    order = np.argsort(key)
    own = ids.get_indexer(frame["doc_id"]).astype("int64") << 32
    which = np.searchsorted(key[order], own | frame["name_end"].to_numpy("int64")) - 1
    end = np.r_[doc << 32 | mentions["end"].to_numpy("int64"), -1][np.r_[order, -1][which]]
    hit = (which >= 0) & (end > (own | frame["name_start"].to_numpy("int64"))) & frame["speaker"].notna().to_numpy()
    return mentions["actor"].iloc[order].reset_index(drop=True).reindex(np.where(hit, which, -1)).to_numpy()


def _locate_quotes(documents, tokens, quoted, verbs):
    """The quotes table with the places of source, name (the one resolved to) and cue beside it."""
    rows = _analyse(tokens, quoted, verbs) if len(tokens) else []
    columns = [
        np.array(x)
        for x in zip(*[(a, b, s, -1 if v is None else v) for a, b, s, _, _, _, _, v, _ in rows], strict=True)
    ]
    a, b, s, verb = columns if rows else [np.empty(0, int)] * 4
    first, last = np.r_[tokens["start"].to_numpy("int64"), 0], np.r_[tokens["end"].to_numpy("int64"), 0]
    start, end = (np.r_[quoted[c].to_numpy("int64"), 0][s] for c in ("start", "end"))
    count = np.r_[0, np.cumsum(tokens["is_word"].to_numpy())]
    frame = pd.DataFrame(
        {
            "doc_id": tokens["doc_id"].take(a).astype("str").to_numpy(),
            "sentence_id": tokens["sentence_id"].to_numpy()[a],
            "start": np.where(s >= 0, start, first[a]),
            "end": np.where(s >= 0, end, last[b - 1]),
            "kind": [r[3] for r in rows],
            "actor": None,
            "cue": verbs["verb"].reindex(np.where(verb >= 0, verb, -1)).to_numpy(),
            "n_words": count[b] - count[a],
        }
    )
    places = {
        "source": [(r[4][0], r[4][2]) if r[4] else (-1, 0) for r in rows],
        "given": [r[5] or (-1, 0) for r in rows],
        "name": [r[6] or r[5] or (-1, 0) for r in rows],
        "cue": [(-1, 0) if r[8] is None else (r[8], r[8] + 1) for r in rows],
    }
    for name, pairs in places.items():
        pairs = np.array(pairs, int).reshape(-1, 2)
        frame[f"{name}_start"], frame[f"{name}_end"] = first[pairs[:, 0]], last[pairs[:, 1] - 1]
    texts = documents.drop_duplicates("doc_id").set_index("doc_id")["text"].reindex(frame["doc_id"])
    given, name = (
        pd.Series(
            [
                t[x:y].removesuffix("'s").removesuffix("\u2019s")
                for t, x, y in zip(texts, frame[f"{c}_start"], frame[f"{c}_end"], strict=True)
            ],
            dtype="str",
        )
        for c in ("given", "name")
    )
    known, meant = np.array([r[5] is not None for r in rows], bool), np.array([r[6] is not None for r in rows], bool)
    frame["speaker"] = given.where(~meant, given + " [" + name + "]").where(known)
    frame["quote_id"] = frame.groupby("doc_id", sort=False).cumcount()
    return frame


def quote_shares(quotes, documents, by="outlet"):
    """One row per speaker and value of `by` (columns of documents): who is quoted, and how much.

    Columns: by, `actor` (the speaker as printed when no actor is known), `named` (False: a pronoun left open or a noun
    such as officials), `n_quotes, n_words`, `share` (of the words of this value of `by` that have a speaker) and
    `share_of_words` (of all its words; NaN without documents.n_words). Speech and indirect speech count, each word once.
    """
    by = [by] if isinstance(by, str) else list(by)
    said = _attributed(quotes, documents, by)
    said = said[said["actor"].notna()]
    out = said.groupby([*by, "actor", "named"], as_index=False).agg(
        n_quotes=("n_words", "size"), n_words=("n_words", "sum")
    )
    out["share"] = out["n_words"] / out.groupby(by)["n_words"].transform("sum")
    total = documents.groupby(by)["n_words"].sum().rename("total") if "n_words" in documents else None
    out["share_of_words"] = (
        out["n_words"] / out.merge(total, on=by, how="left", validate="m:1")["total"] if total is not None else np.nan
    )
    return out.sort_values([*by, "n_words"], ascending=[True] * len(by) + [False], ignore_index=True)


def reporting_verbs(quotes, documents, by="outlet", *, verbs=None):
    """One row per speaker, reporting verb and value of `by`: by, `actor, cue, stance, n_quotes, n_words`.

    stance: neutral, doubt or endorse, from the list of verbs (`verbs`: the user's own).
    """
    by = [by] if isinstance(by, str) else list(by)
    said = _attributed(quotes, documents, by)
    stance = load_verbs("reporting_verbs" if verbs is None else verbs).set_index("verb")["stance"]
    said = said.assign(stance=said["cue"].map(stance).astype("str"))
    out = said.groupby([*by, "actor", "cue", "stance"], as_index=False).agg(
        n_quotes=("n_words", "size"), n_words=("n_words", "sum")
    )
    return out.sort_values([*by, "n_quotes"], ascending=[True] * len(by) + [False], ignore_index=True)


def _attributed(quotes, documents, by):
    """The speech, direct and indirect, outermost only, with `by`, `actor` filled from the speaker, and `named`."""
    schema.require(quotes, "quotes", "doc_id", "start", "end", "kind", "speaker", "actor", "cue", "n_words")
    schema.require(documents, "documents", "doc_id", *by)
    said = quotes[quotes["kind"].isin(["speech", "indirect"])].sort_values(["doc_id", "start"])
    inside = said.groupby("doc_id")["end"].cummax().groupby(said["doc_id"]).shift(fill_value=0) >= said["end"]
    said = said[~inside].merge(documents[list(dict.fromkeys(["doc_id", *by]))], on="doc_id", how="left", validate="m:1")
    name = said["speaker"].str.extract(r"\[(.*)\]", expand=False).fillna(said["speaker"])
    said["named"] = said["actor"].notna() | name.str[:1].str.isupper() & ~name.str.lower().isin(
        ["he", "she", "they", "it", "i", "we"]
    )
    return said.assign(actor=said["actor"].fillna(name))
