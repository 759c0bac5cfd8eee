"""Who says what in a sentence: the rules behind quotes.py, over tokens.

No parser: each reporting verb looks for its source (the noun phrase before it, or after it when the order is turned
round) and for the part of the sentence that it reports; each quotation then looks for its verb.
"""

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

import numpy as np

from analysis import marks, resources

OTHER, NAME, DET, PRON, PREP, CONJ, REL, AUX, ADV, TIME, COMMA, COLON, DASH, STOP, MARK, PUNCT = range(16)
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
# what else matters of a word: that it can speak, names a work or a remark, or one of a few function words
TRAITS = ("", "plural", "role", "quantifier", "be", "speech", "title", "named", "honorific_male", "honorific_female")
TRAITS += ("ly", "of", "the", "and", "that", "to", "as", "by", "after", "before")
PLURAL, ROLE, QUANTIFIER, BE, SPEECH, TITLE, NAMED, MALE, FEMALE, LY, OF, THE, AND, THAT, TO, AS, BY = range(1, 18)
ADDRESSED = ("tell", "remind", "inform", "assure", "ask", "warn", "notify", "reassure")
LONG, NEAR, FAR = (
    6,
    3,
    200,
)  # words from which marks without a source are speech; tokens a verb looks for its words, at most


@cache
def _given_names():
    names = resources.read_list("given_names", required=("name", "gender"))
    return dict(zip(names["name"].str.lower(), names["gender"].map({"male": MALE, "female": FEMALE}), strict=True))


class _Words(NamedTuple):
    """What the rules ask of each token: bytes and views, one entry a token, to be read without making objects."""

    kind: bytes  # class of grammar or punctuation
    trait: bytes
    owner: bytes  # has a possessive 's
    span: memoryview  # number of the outermost quotation, -1 outside
    cue: bytes  # is a form of a reporting verb
    low: memoryview  # first token of its sentence
    high: memoryview  # end of its sentence, without the closing point
    end: memoryview  # end of its sentence
    pause: memoryview  # next comma, colon or quotation
    count: memoryview  # words before the token
    code: memoryview
    words: list


def _next(mask):
    """For each place the next one where mask holds (the length of it when there is none)."""
    places = np.append(np.flatnonzero(mask), len(mask)).astype("int32")
    return np.repeat(places, np.diff(places, prepend=-1))[: len(mask)]


def _read_tokens(tokens, spans, forms):
    """The words, the reporting verbs outside quotations, the runs of capitalised words, and the spans' tokens."""
    listed = resources.read_list("quote_words", required=("word", "class"))
    listed = dict(zip(listed["word"], listed["class"], strict=True))
    code, shape = (tokens[c].cat.codes.to_numpy() for c in ("word", "token"))
    words, printed = (tokens[c].cat.categories.tolist() for c in ("word", "token"))
    kind = np.array([CLASSES.get(listed.get(w), OTHER) for w in words], "uint8")[code]
    traits = [w if w in TRAITS[11:] else listed.get(w, "ly" * (w.endswith("ly") and len(w) > 4)) for w in words]
    trait = np.array([TRAITS.index(t) if t in TRAITS else 0 for t in traits], "uint8")[code]
    upper = np.array([t[0].isupper() or t[0].isdigit() and t[-1].isupper() for t in printed])[shape]
    owner = np.array([t.endswith(("'s", "\u2019s")) for t in printed])[shape]
    sign, is_word = np.zeros(len(printed), "uint8"), tokens["is_word"].to_numpy()
    for i in np.unique(shape[~is_word]).tolist():
        t = printed[i]
        sign[i] = next((SIGNS[c] for c in t if SIGNS.get(c, MARK) != MARK), SIGNS.get(t[0], PUNCT))
    doc, sentence = tokens["doc_id"].cat.codes.to_numpy("int64"), tokens["sentence_id"].to_numpy()
    first = np.append(True, (doc[1:] != doc[:-1]) | (sentence[1:] != sentence[:-1]))
    plain = (kind == OTHER) | (kind == AUX) & ~first
    kind = np.where(is_word, np.where(upper & plain, NAME, kind), sign[shape]).astype("uint8")
    inner = np.isin(code, [i for i, w in enumerate(words) if w in (".", "jr", "sr")]) & ~first  # Mr. Trump, Trump, Jr.
    at = np.flatnonzero(inner[1:-1] & ~first[2:]) + 1
    at = np.where(kind[at] == NAME, at - 1, at)
    kind[at[np.isin(kind[at], (STOP, COMMA)) & (kind[at - 1] == NAME)]] = NAME

    place = doc << 32 | tokens["start"].to_numpy("int64")
    docs = tokens["doc_id"].cat.categories.get_indexer(spans["doc_id"]).astype("int64") << 32
    begin, end = (np.searchsorted(place, docs | spans[c].to_numpy("int64")) for c in ("start", "end"))
    outer = np.flatnonzero((spans["level"] == 0) & (end > begin))
    edge = np.zeros(len(doc) + 1, "int32")
    np.add.at(edge, begin[outer], outer + 1)
    np.add.at(edge, end[outer], -outer - 1)
    span = np.cumsum(edge, dtype="int32")[:-1] - np.int32(1)
    cue = np.array([w in forms for w in words])[code] & is_word

    starts = np.flatnonzero(first).astype("int32")
    stops, length = np.append(starts[1:], np.int32(len(doc))), np.diff(starts, append=len(doc))
    weight = np.flatnonzero((kind != STOP) & (kind != MARK) | (span >= 0))
    content = np.maximum(starts, np.append(weight, -1)[np.searchsorted(weight, stops) - 1] + 1)
    pause = _next((kind == COMMA) | (kind == COLON) | (kind == MARK) | (span >= 0))
    count = np.append(np.int32(0), np.cumsum(kind < COMMA, dtype="int32"))
    views = [np.repeat(x, length) for x in (starts, content, stops)] + [pause, count, code]
    views = (memoryview(np.ascontiguousarray(x, "int32")) for x in views)
    w = _Words(*(x.tobytes() for x in (kind, trait, owner)), memoryview(span), cue.tobytes(), *views, words)

    name = (kind == NAME) & (span < 0)
    begins = name & ~(np.append(False, (name & ~owner)[:-1]) & ~first)
    return w, np.flatnonzero(cue & (span < 0)).tolist(), (name, begins), begin.tolist(), end.tolist()


def _speaks(w, i):
    return w.kind[i] in (NAME, PRON) or w.trait[i] in (PLURAL, ROLE, QUANTIFIER)


def _phrase_before(w, i, low):
    """The noun phrase that ends with token i: (start, name start, name end), its head up the chain of of, for, in."""
    found = None
    while i >= low and w.span[i] < 0 and w.kind[i] <= PRON:
        if w.kind[i] >= DET:  # she, many; not a bare article
            return found or ((i, i, i + 1) if _speaks(w, i) else None)
        a = i
        while w.kind[i] == NAME and a > low and w.span[a - 1] < 0 and not w.owner[a - 1]:
            back = a - 1 - (w.trait[a - 1] in (OF, AND)) - 2 * (w.trait[a - 1] == THE and w.trait[a - 2] == OF)
            if back < low or w.kind[back] != NAME:  # Bank of England, Department of the Interior
                break
            a = back
        start = a
        while start > max(low, i - 9) and (w.kind[start - 1] <= DET or w.owner[start - 1]) and not w.cue[start - 1]:
            if w.span[start - 1] >= 0:
                break
            start -= 1
            if w.kind[start] == DET:
                break
        if w.kind[i] == OTHER:  # people close to him: the noun that can speak
            a = next((j for j in range(i, start - 1, -1) if w.trait[j] in (PLURAL, ROLE, QUANTIFIER)), i)
        found = (start, a, i + 1 if w.kind[i] == NAME else a + 1)
        i = start - 2
        if i < low or w.kind[i + 1] != PREP or w.cue[i] or w.trait[i + 1] > BY:
            break
        if w.trait[i + 1] == TO and not _speaks(w, i):  # ambassador to Spain
            break
    return found


def _phrase_after(w, i, high):
    """The noun phrase that begins with token i: (start, name start, name end, end)."""
    j = i
    while j < high and w.span[j] < 0 and (
        w.kind[j] <= DET and not (w.cue[j] and j > i and not _is_noun(w, j, w.words[w.code[j]], i, True))
        or j > i and w.trait[j] == OF and w.kind[j - 1] == NAME
    ):  # fmt: skip
        j += 1
    if j == i:
        return (i, i, i + 1, i + 1) if i < high and w.span[i] < 0 and w.kind[i] == PRON else None
    heads = [k for k in range(i, j) if w.kind[k] == OTHER and _speaks(w, k)] or [
        k for k in range(i, j) if w.kind[k] == NAME
    ]
    a = heads[-1] if heads and w.kind[j - 1] != NAME else j - 1
    if w.kind[a] == DET and not _speaks(w, a):
        return None
    b = a + 1
    while a > i and w.kind[a] == NAME and w.kind[a - 1] == NAME and not w.owner[a - 1]:
        a -= 1
    return i, a, b, j


def _first_phrase(w, low, k):
    """The likely subject of a sentence: its first name, pronoun or noun that can speak before token k."""
    if w.kind[low] == PREP:
        low = next((j for j in range(low, k) if w.kind[j] == COMMA), low)
    a = next((j for j in range(low, k) if w.span[j] < 0 and _speaks(w, j) and w.trait[j] != LY), None)
    if a is None:
        return None
    b = a + 1
    while b < k and w.kind[a] == NAME and w.kind[b] == NAME and w.span[b] < 0 and not w.owner[b - 1]:
        b += 1
    return a, a, b


def _is_noun(w, k, verb, low, noun):
    """Whether a form that may be a noun (a report, her claims, state) is one here, by the word before it."""
    p = k - 1
    if w.kind[k] == NAME and k > low:
        return True
    if p < low or w.span[p] >= 0 or w.words[w.code[k]].endswith(("ed", "ing")):
        return False
    if w.owner[p] or w.kind[p] == DET and w.trait[p] != QUANTIFIER or w.kind[p] == PREP and w.trait[p] != TO:
        return True
    if w.kind[p] > NAME or w.trait[p] == LY:
        return False
    before, form = w.words[w.code[p]], w.words[w.code[k]]
    return (
        form == verb
        and not before.endswith("s")
        and w.trait[p] != PLURAL
        or noun
        and w.kind[p] == OTHER
        and not _speaks(w, p)
    )


def _find_source(w, k, low, high, speech):
    """(source, last token before it, manner) of the verb at k; manner: before, after, relative or none."""
    i = k - 1
    while i >= low and w.span[i] < 0 and (
        w.kind[i] in (AUX, ADV, TIME) or w.trait[i] == LY or w.kind[i] == PREP and w.kind[i + 1] == TIME
    ):  # fmt: skip
        i -= 1
    kind = MARK if i < low or w.span[i] >= 0 else w.kind[i]
    verb = kind == OTHER and w.cue[i] and not _is_noun(w, i, w.words[w.code[i]], low, True)  # will continue warning
    if kind <= PRON and not verb and (source := _phrase_before(w, i, low)):
        return source, source[0] - 1, "before"
    if kind == REL:
        source = _phrase_before(w, i - 1 - (i > low and w.kind[i - 1] in (COMMA, DASH)), low)
        return source, source[0] - 1 if source else i, "relative"
    ing = w.words[w.code[k]].endswith("ing")
    turned = _phrase_after(w, k + 1, high) if speech and not ing else None
    if turned and (
        not _speaks(w, turned[1])
        or turned[3] < high
        and w.span[turned[3]] < 0
        and w.kind[turned[3]] in (OTHER, PRON, AUX)
    ):
        turned = None
    if kind in (COMMA, DASH) and not ing:  # Smith, the director, said
        closed = turned and (turned[3] >= high or w.kind[turned[3]] >= COMMA)
        m = i
        for _ in range(4):
            m = next((j for j in range(m - 1, low, -1) if w.kind[j] in (COMMA, DASH) or w.span[j] >= 0), low)
            if m == low or w.span[m] >= 0:
                break
            source = _phrase_before(w, m - 1, low)
            if not source or not _speaks(w, source[1]) or source[0] > low and w.kind[source[0] - 1] == PREP:
                continue
            if w.kind[m + 1] in (OTHER, DET, REL) or not closed and w.kind[m + 1] in (NAME, PREP, ADV):
                if w.kind[source[1]] == OTHER and all(w.kind[j] == NAME for j in range(m + 1, i)):
                    source = source[0], m + 1, i  # the director, Ann Smith, said
                return source, source[0] - 1, "before"
    if turned and (kind in (COMMA, DASH) or kind == MARK and i >= low):
        return turned, i, "after"
    return None, i, "none"


class _Report(NamedTuple):
    """A reporting verb in use: its token, verb, source, and the token ranges it reports before and after itself."""

    at: int
    verb: int
    source: tuple
    before: tuple
    after: tuple


def _find_reports(w, cues, forms, verbs):
    """The reporting verbs in use, in the order of the text."""
    frames, nouns, lemmas = (
        verbs["frame"].tolist(),
        (verbs["noun"] == "yes").tolist(),
        verbs["verb"].str.split().tolist(),
    )
    out = []
    for k in cues:
        low = max(w.low[k], k - FAR)
        for verb in forms[w.words[w.code[k]]]:
            rest = k + len(lemmas[verb])
            if rest == k + 1 or k + 1 < w.end[k] and w.words[w.code[k + 1]] == lemmas[verb][1]:
                break
        else:
            continue
        frame, base, high = frames[verb], lemmas[verb][0], max(rest, min(w.high[k], k + FAR))
        if frame == "source":  # according to
            if source := _phrase_after(w, rest, high):
                comma = next((j for j in range(source[3], high) if w.kind[j] == COMMA), high)
                front = any(w.kind[j] <= PRON and w.kind[j] != DET for j in range(low, k))
                out.append(
                    _Report(k, verb, source[:3], (low, k) if front else (k, k), (k, k) if front else (comma + 1, high))
                )
            continue
        if rest == k + 1 and _is_noun(w, k, base, low, nouns[verb]):
            continue
        source, edge, manner = _find_source(w, k, low, high, frame in ("say", "quote"))
        if k > low and w.trait[k - 1] == BE and not w.words[w.code[k]].endswith("ing"):  # is expected, was told
            by = next((j for j in range(k + 1, min(high, k + 12)) if w.trait[j] == BY), None)
            source, manner = by and _phrase_after(w, by + 1, high), "passive"
        elif manner == "none" and edge >= low and w.kind[edge] == COMMA and w.words[w.code[k]].endswith("ed"):
            continue  # the plan, outlined in May
        elif source is None:
            same = out and w.low[out[-1].at] == low and out[-1].source
            source = same or _first_phrase(w, low, k)
        rest = source[3] if manner == "after" else rest
        source = source and source[:3]
        like = edge > low and w.trait[edge] == AS and w.span[edge] < 0  # as Smith put it
        edge -= like
        touch = edge
        while touch >= low and w.span[touch] < 0 and w.kind[touch] >= COMMA:
            touch -= 1
        tail = min(w.pause[rest], high) if rest < high else high
        that = w.trait.find(THAT, rest, min(tail, rest + 6)) + 1
        adjunct = rest >= high or w.kind[rest] in (COMMA, PREP, TIME, ADV, CONJ, STOP) or base == "tell"
        quoted = touch >= low and w.span[touch] >= 0
        comma = touch < edge and w.kind[edge] in (COMMA, DASH)
        alone = quoted and all(w.span[j] == w.span[touch] or w.kind[j] >= MARK for j in range(low, touch))
        if manner in ("before", "after") and touch >= low and frame != "act" and (alone or not that) and (
            quoted and (w.kind[touch] >= COMMA or manner == "after" or comma and adjunct)
            or comma and not like and touch - low >= 3 and adjunct and tail in (rest, high) and tail - rest <= 10
        ):  # fmt: skip
            resume = next((j for j in range(tail, high) if w.span[j] >= 0), high)
            if not quoted and tail + 1 < high and manner == "before":
                resume = tail + 1
            out.append(_Report(k, verb, source, (low, touch + 1), (resume, high)))
            continue
        if not that and base in ADDRESSED and rest < high:
            found = _phrase_after(w, rest, high)
            rest = found[3] if found and found[3] < high else rest
        out.append(_Report(k, verb, source, (k, k), (that or rest, high)))
    return out


def _find_people(w, runs, doc, reports, frames):
    """Persons by name, in the order of the text: (first token, end, gender); gender MALE, FEMALE or 0 (unknown)."""
    name, begins = runs
    a, b = np.flatnonzero(begins), np.flatnonzero(name & ~np.append(name[1:] & ~begins[1:], False)) + 1
    names = _given_names()
    gender = np.array([names.get(x, 0) for x in w.words] or [0], "uint8")[np.asarray(w.code)]
    trait = np.frombuffer(w.trait, "uint8")
    gender = np.where((trait == MALE) | (trait == FEMALE), trait, gender) * name
    said = {r.source[1] for r in reports if r.source and frames[r.verb] == "say" and w.trait[r.source[1] - 1] != THE}
    hint = np.maximum.reduceat(gender, a) if len(a) else a
    last = np.asarray(w.code)[b - 1]
    keep = np.isin(last, last[hint > 0]) | np.isin(a, list(said))
    out, known = [], {}
    for d, x, y, z, g in zip(*(v[keep].tolist() for v in (doc[a], a, b, last, hint)), strict=True):
        g = g or known.get((d, z), 0)
        if g or x in said or (d, z) in known:
            known[d, z] = g
            out.append((x, y, g))
    return out


def _resolve(w, at, people, starts, floor):
    """The tokens of the last person (he, she) or plural source (they) named before the pronoun at `at`."""
    word = w.words[w.code[at]]
    if word.startswith("they"):
        j = next((j for j in range(at - 1, max(floor, at - 150), -1) if w.trait[j] == PLURAL and w.span[j] < 0), None)
        return j and (j, j + 1)
    gender = {"he": MALE, "him": MALE, "she": FEMALE, "her": FEMALE}.get(word[:3].rstrip("'"))
    i = bisect_left(starts, at) if gender else 0
    fits = [p for p in people[max(0, i - 12) : i] if p[0] >= floor and p[2] in (gender, 0)]
    same = [p for p in fits if w.low[p[0]] == w.low[fits[-1][0]]]
    best = next((p for p in same if not w.owner[p[1] - 1]), fits[-1] if fits else None)  # the subject comes first
    return best and _bare_name(w, *best[:2], longest=4)


def _bare_name(w, a, b, longest=5):
    """A name without the office before it: President Joe Biden is Joe Biden; of a longer one the first word."""
    names = _given_names()
    given = next((j for j in range(b - 2, a, -1) if w.words[w.code[j]] in names), None)
    office = next((j for j in range(b - 2, a - 1, -1) if w.trait[j] in (ROLE, MALE, FEMALE)), None)
    if given is None and office is not None and w.trait[office + 1] not in (OF, AND):
        given = office + 1 + (w.words[w.code[office + 1]] == "." and office + 2 < b)
    a = given or a
    return (a, b) if b - a <= longest else (a, a + 1)


def _is_title(w, a, b):
    """Whether the words between marks are the name of a work: capitals throughout, and a word that says so beside."""
    if b - a > 100:  # no title is that long, and marks nested in marks stay cheap
        return False
    words = [j for j in range(a, b) if w.kind[j] < COMMA]
    kinds = {w.kind[j] for j in words}
    if OTHER in kinds or not kinds & {NAME, TIME} or w.kind[words[0]] == ADV:
        return False
    low, high = max(w.low[a], a - 5), min(w.end[b - 1], b + 4)
    near = {w.trait[j] for j in (*range(low, a), *range(b, high)) if w.span[j] < 0}
    before = next((j for j in range(a - 1, low - 1, -1) if w.kind[j] < COMMA), None)
    held = before is not None and (
        w.owner[before] or w.words[w.code[before]] in ("on", "in", "from", "to") and len(words) > 1
    )
    return TITLE in near or NAMED in near or held


def _gives_words(w, report, frame, before, count):
    """Whether marks after a verb hold its source's words: not so in seeks to build a "bridge", goes on "smoothly"."""
    if frame == "quote":
        return w.kind[before] in (COMMA, COLON) or count > 2
    return frame != "think" or count > 4 or w.trait[report.after[0]] != TO or w.trait[before] == TO


def _link_quotes(w, begin, end, spans, reports, floors, frames):
    """One tuple per quotation: its tokens and number, kind, source, and the verb's number and token."""
    at, out, last, continues = [r.at for r in reports], [], None, False
    for s, (a, b, level, goes_on) in enumerate(zip(begin, end, spans["level"], spans["continued"], strict=True)):
        count = w.count[b] - w.count[a]
        if not count:
            continue
        low, z, before, after = max(w.low[a], a - FAR), b - 1, a - 1, b
        while before >= low and w.kind[before] == MARK:
            before -= 1
        if level:
            spoken = w.cue[before] or w.kind[before] in (COMMA, COLON) and w.cue[before - 1]
            kind = "speech" if count >= 4 and spoken else "title" if _is_title(w, a, b) else "scare"
            out.append((a, b, s, kind, None, -1, -1))
            continue
        while after < w.end[z] and w.kind[after] in (MARK, STOP):
            after += 1
        i, j = bisect_left(at, a), bisect_left(at, b)
        here = [r for r in reports[max(0, i - 9) : i] if r.at >= low]
        there = [r for r in reports[j : j + 9] if r.at < w.end[z]]
        report = next((r for r in there if r.before[0] < b <= r.before[1] <= b + 3), None)
        report = report or next((r for r in reversed(here) if r.after[0] <= a < r.after[1]), None)
        report = report or next((r for r in there if r.before[0] <= z < r.before[1]), None)
        report = report or next((r for r in reversed(here) if a <= r.at + NEAR), None)
        if report and report.at < a and not _gives_words(w, report, frames[report.verb], before, count):
            report = None
        source, verb, cue = (report.source, report.verb, report.at) if report else (None, -1, -1)
        kind = "speech"
        if _is_title(w, a, b) and not (report and w.kind[before] in (COMMA, COLON)):
            kind, source, verb, cue = "title", None, -1, -1
        elif continues:
            source = source or last and last[2]
        elif report is None:
            noun = next((j for j in range(before, low - 1, -1) if w.trait[j] == SPEECH and w.span[j] < 0), None)
            if before < low and after >= w.end[z] and count > 1:  # stands free: whoever spoke last
                early = low > floors[s] and w.low[low - 1]
                recent = i > 0 and at[i - 1] >= max(floors[s], early) and reports[i - 1].source
                spoke = last and last[0] >= floors[s] and a - last[1] < 150 and last[2]
                source = recent or spoke or (_first_phrase(w, early, low) if low > floors[s] else None)
            elif before >= low and w.kind[before] == COLON:
                source = _first_phrase(w, low, before)
            elif noun is not None:  # the statement of the office is that
                holder = noun + 2 < a and w.trait[noun + 1] in (OF, BY) and _phrase_after(w, noun + 2, a)
                source = holder[:3] if holder else _first_phrase(w, low, a)
            elif before >= low and w.owner[before] and after < w.end[z] and w.trait[after] == SPEECH:
                source = _phrase_before(w, before, low)  # Smith's "no deal" remark
            elif before < low and count > 2 and w.kind[z] in (COMMA, STOP):
                source = (_phrase_after(w, after, w.end[z]) or ())[:3]
            elif count >= LONG:
                source = _first_phrase(w, low, a)
            else:
                kind = "scare"
        out.append((a, b, s, kind, source or None, verb, cue))
        if kind == "speech":
            last = (a, b, source)
        continues = goes_on
    return out


def _report_rows(w, reports, frames):
    """What is reported without marks, outermost only: rows like those of _link_quotes, with span number -1."""
    kind, quoted = np.frombuffer(w.kind, "uint8"), np.append(0, np.cumsum(np.asarray(w.span) >= 0))
    area = np.array([x for r in reports for x in (r.before, r.after)], int).reshape(-1, 2)
    after = _next(kind < COMMA)
    before = len(kind) - _next((kind < COMMA)[::-1])[::-1]  # end of the last word up to here
    a = np.append(after, len(kind))[area[:, 0]]
    b = np.append(0, before)[area[:, 1]]
    voice = [
        bool(r.source) and w.words[w.code[r.source[1]]].split("'")[0] in ("i", "we", "you") for r in reports
    ]  # the writer's
    spoken = np.repeat(
        np.array([frames[r.verb] != "quote" and not v for r, v in zip(reports, voice, strict=True)], bool), 2
    )
    keep = np.flatnonzero(
        (area[:, 1] > area[:, 0]) & (b - a > 1) & (quoted[b] == quoted[np.minimum(a, len(kind))]) & spoken
    )
    keep = keep[np.lexsort((-b[keep], a[keep]))]
    keep = keep[b[keep] > np.maximum.accumulate(np.append(-1, b[keep]))[:-1]]
    found = [(*x, reports[i]) for *x, i in zip(a[keep].tolist(), b[keep].tolist(), (keep // 2).tolist(), strict=True)]
    return [(a, b, -1, "indirect", r.source, r.verb, r.at) for a, b, r in found]


def attribute_quotes(tokens, spans, verbs):
    """One tuple per quotation or reported clause: its tokens (first, end), number of its span (-1: no marks), kind, and
    the tokens of its source, of the name given and of the name meant (None), the verb's row (-1) and token (-1)."""
    if not len(tokens):
        return []
    forms = {}
    for v in verbs["verb"].str.count(" ").argsort(kind="stable")[::-1]:  # two words before one
        for form in dict.fromkeys(verbs["forms"].iloc[v].split()):
            forms.setdefault(form, []).append(v)
    frames, doc = verbs["frame"].tolist(), tokens["doc_id"].cat.codes.to_numpy("int64")
    w, cues, runs, begin, end = _read_tokens(tokens, spans, forms)
    reports = _find_reports(w, cues, forms, verbs)
    floors = np.searchsorted(doc, doc[np.minimum(np.array(begin, int), len(doc) - 1)]).tolist()
    rows = _link_quotes(w, begin, end, spans, reports, floors, frames) + _report_rows(w, reports, frames)
    people = _find_people(w, runs, doc, reports, frames)
    starts, out = [p[0] for p in people], []
    for a, b, s, kind, source, verb, cue in sorted(rows, key=lambda r: (r[0], -r[1])):
        given = meant = None
        if source and w.kind[source[1]] == PRON:
            given = source[1:]
            meant = _resolve(w, given[0], people, starts, int(np.searchsorted(doc, doc[a])))
        elif source:
            given = _bare_name(w, *source[1:]) if w.kind[source[1]] == NAME else source[1:]
        out.append((a, b, s, kind, source and (source[0], source[2]), given, meant, verb, cue))
    return out
