"""Names as sequences of words: found in a token table all at once, with what stands around each of them.

The tokens are parted into words at hyphens; what stands between two words is a byte of bits. A name is a path through
a tree whose steps are numbers of words, so that all places of a corpus walk down the tree together.
"""

import re
import unicodedata
from functools import cache
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import resources, text, typography

NAME_WORD = re.compile(r"([,&]?)[^\w,&]*([^\W_][\w.']*)")
LETTERS = dict(zip("øØłŁıđĐ", "oOlLidD", strict=True))
SHAPES = {
    "capital": "^[A-Z]", "upper": "^[^a-z]*[A-Z][^a-z]*$", "small": "^[a-z][^A-Z]+$", "past": "[a-z]ed$",
    "digit": "^[0-9]", "verbal": "[a-z](?:ing|ed|ly)$", "initial": r"^(?:[A-Z]\.)+$", "letter": "^[A-Z]$",
    "stop": r"\.$", "lone": "^[B-HJ-PR-UWY]$",
}  # fmt: skip
WINDOW = 12  # tokens looked at on either side of a name
# what stands between two words: bits
PAUSE, COMMA, AND, OTHER, BREAK, HYPHEN, APOSTROPHE, PERIOD = (1 << n for n in range(8))
BETWEEN = {'"': PAUSE, "'": PAUSE | APOSTROPHE, **dict.fromkeys("[:;—–…?!.", PAUSE), "(": PAUSE | OTHER}
BETWEEN |= {",": COMMA, "&": AND}
JOINTS = ("", ",", "&", "'")  # what may part the words of a name: nothing (a hyphen, the period of an abbreviation)
JOINT = np.full(256, len(JOINTS))
JOINT[[0, PERIOD, HYPHEN]], JOINT[[COMMA, COMMA | PERIOD]], JOINT[AND] = range(3)
PLAIN = np.isin(np.arange(256), [0, PERIOD])
# what stands beside a name in one or more words: bits
PHRASES = {
    kind: 1 << n for n, kind in enumerate(["title", "office", "region", "body", "team", "learning", "noun_pair"])
}


@cache
def read_context():
    """The words of each kind of name_context.csv; given names with those of given_names.csv."""
    rows = resources.read_list("name_context", required=("kind", "words"))
    lists = {kind: frozenset("|".join(words).split("|")) for kind, words in rows.groupby("kind")["words"]}
    known = resources.read_list("given_names", required=("name", "gender"))
    lists |= {sex: lists[sex] | set(known.loc[known["gender"] == sex, "name"]) for sex in ("male", "female")}
    lists["given"] = lists["given"] | lists["male"] | lists["female"]
    lists["noun_pair"] = lists["noun_pair"] | {pair + "s" for pair in lists["noun_pair"]}
    lists["title"] = lists["office"] | lists["honorific"] | lists["honorific_male"] | lists["honorific_female"]
    lists["bare_title"] = {t.rstrip(".") for t in lists["title"]}
    lists["apart"] = lists["day"] | lists["party_word"] | lists["office"] | lists["region"]
    lists |= {who: lists[sex] | lists[f"honorific_{sex}"] for who, sex in (("man", "male"), ("woman", "female"))}
    return lists


@cache
def match_lists():
    """The lists by the `numbers` of their words: `flags` by kind, the `tree` of PHRASES with the `bits` of its nodes.

    A kind whose words are all in small letters is met in `any_case`, the others as printed.
    """
    lists = read_context()
    split = {kind: [split_name(entry) for entry in entries] for kind, entries in lists.items()}
    numbers = {w: n for n, w in enumerate(dict.fromkeys(w for e in split.values() for ws in e for _, w in ws), 1)}
    flags = {kind: np.zeros(len(numbers) + 2, bool) for kind in [*split, "short"]}
    for kind, entries in split.items():
        flags[kind][[numbers[ws[0][1]] for ws in entries if len(ws) == 1]] = True
    short = {w[:-1] for entries in lists.values() for e in entries for w in e.split() if w.endswith(".")}
    flags["short"][[numbers[w] for w in short & numbers.keys()]] = True
    any_case = {kind for kind, entries in lists.items() if all(e == e.lower() for e in entries)}
    split["office"] += [[*ws[:-1], (ws[-1][0], ws[-1][1] + "s")] for ws in split["office"]]
    tree = plant(((ws, bit) for kind, bit in PHRASES.items() for ws in split[kind]), numbers)
    bits = np.zeros(len(tree[0]) + 1, "uint8")
    np.bitwise_or.at(bits, np.repeat(np.arange(len(bits)), np.diff(tree[2])), tree[3].astype("uint8"))
    return SimpleNamespace(numbers=numbers, flags=flags, any_case=any_case, tree=tree, bits=bits)


@cache
def _plain(char):
    base = unicodedata.normalize("NFD", typography.fold(char))[0]
    return " " if base.isspace() else LETTERS.get(base, base)


def fold_name(string):
    """`string` without accents and typographic variants, of the same length."""
    return string if string.isascii() else "".join(map(_plain, string))


def split_name(name):
    """The words a name is matched by, each with what parts it from the one before: , or & or 's, or nothing."""
    name, words, owned = fold_name(name), [], ""
    for mark, word in NAME_WORD.findall(name):
        bare = word.removesuffix("'s")
        words.append((owned or mark, bare if text.DOTTED(bare) else bare.rstrip(".'")))
        owned = "'" * (bare != word)
    return words


def plant(names, numbers):
    """A tree of the names (words, value): its sorted steps from node to node, where each leads; where the values of
    each node begin, and the values."""
    tree, ends, joint = {}, {}, {mark: n for n, mark in enumerate(JOINTS)}
    for words, value in names:
        node = 0
        for mark, w in words:
            step = node << 36 | numbers.setdefault(w, len(numbers) + 1) << 3 | joint[mark]
            node = tree.setdefault(step, len(tree) + 1)
        ends.setdefault(node, []).append(value)
    steps, found = np.array(sorted(tree), "int64"), [ends.get(node, []) for node in range(len(tree) + 1)]
    leads = np.array([tree[s] for s in steps.tolist()], "int64")
    return steps, leads, np.cumsum([0, *map(len, found)]), np.array([v for values in found for v in values], "int64")


def walk(tree, number, joint, at):
    """The longest name of the tree from each of the words `at` on: the node where it ends (0: none), how many words."""
    steps, leads, begin, _ = tree
    is_end = np.diff(begin) > 0
    begins = np.zeros(int(number.max(initial=0)) + 2, bool)
    begins[np.minimum(steps[steps < 1 << 36] >> 3, len(begins) - 1)] = True
    begins[-1] = False
    node, best, size = (np.zeros(len(at), "int64") for _ in range(3))
    live, n = np.flatnonzero(begins[number[at]]), 0
    while len(live):
        word = at[live] + n
        step = node[live] << 36 | number[word] << 3 | (joint[word] if n else 0)
        place = np.minimum(np.searchsorted(steps, step), len(steps) - 1)
        going = steps[place] == step
        live, n = live[going], n + 1
        node[live] = leads[place[going]]
        done = live[is_end[node[live]]]
        best[done], size[done] = node[done], n
    return best, size


def _split_tokens(distinct):
    """Each distinct token folded and its first word; of each word: itself without 's, its place, if it had 's."""
    odd = pc.invert(pc.string_is_ascii(distinct))
    folded = pa.array(map(fold_name, distinct.filter(odd).to_pylist()), distinct.type)
    plain = pc.replace_with_mask(distinct, odd, folded)
    lists = pc.split_pattern(plain, "-")
    first, parts = lists.offsets.to_numpy(), lists.values
    size = pc.utf8_length(parts).to_numpy()
    place = np.cumsum(size + 1) - size - 1
    marked = pc.match_substring(parts, "'")
    words = pc.replace_substring_regex(parts.filter(marked), "'[sS]?$", "")
    words = pc.replace_with_mask(parts, marked, words)
    place -= np.repeat(place[first[:-1]], np.diff(first))
    return plain, first, words, place, pc.utf8_length(words).to_numpy() < size


def _find_near(code, number, first, tree):
    """The tokens within WINDOW tokens of one that may begin a name of the tree: alone, or with a word soon after it.

    `number`: of the distinct words, `first`: that of each distinct token.
    """
    (steps, leads, begin, _), near = tree, np.zeros(len(code) + 2 * WINDOW, bool)
    if len(number) and len(steps):
        opening, whole = steps < 1 << 36, np.diff(begin)[leads] > 0
        opens, ends = (
            np.logical_or.reduceat(np.isin(number, steps[kind] >> 3), first[:-1]) for kind in (opening, opening & whole)
        )
        several, number = np.diff(first) > 1, number[first[:-1]]
        found = np.flatnonzero(opens[code])
        kept = (ends | several)[code[found]]
        ahead = code.take(found[~kept, None] + np.arange(1, 4), mode="clip")  # two marks at most part its words
        node = leads[np.searchsorted(steps, number[code[found[~kept]]] << 3)]
        step = node[:, None] << 33 | number[ahead]
        goes_on = steps[np.minimum(np.searchsorted(steps, step << 3), len(steps) - 1)] >> 3 == step
        kept[~kept] = (several[ahead] | goes_on).any(1)
        for n in range(2 * WINDOW + 1):
            near[found[kept] + n] = True
    return np.flatnonzero(near[WINDOW:-WINDOW])


def _read_gaps(tokens, near, plain):
    """What stands before each word of the tokens `near`, as bits; `plain`: the distinct tokens."""
    code, doc = (tokens[c].cat.codes.to_numpy()[near] for c in ("token", "doc_id"))
    is_word, sentence, start, end = (tokens[c].to_numpy()[near] for c in ("is_word", "sentence_id", "start", "end"))
    before = np.append(-1, end)[:-1]
    # a line break inside a name parts two "sentences" and does not count
    goes_on = is_word & np.append(False, is_word)[:-1] & (start == before + 1)
    broken = (np.diff(doc, prepend=-1) != 0) | (np.diff(near, prepend=-9) != 1)
    broken |= (np.diff(sentence, prepend=-1) != 0) & ~goes_on
    signs = pa.array(BETWEEN, plain.type)
    sign = pc.index_in(pc.utf8_slice_codeunits(plain, 0, 1), signs).fill_null(len(signs)).to_numpy()
    bits = np.array([*BETWEEN.values(), OTHER], "uint8")[sign]
    bits[pc.equal(plain, ".").to_numpy(False)] |= PERIOD
    bits = np.where(is_word, 0, bits[code])
    closing = (sign[code] < 2) & (start == before)  # quotation marks after a word
    bits[closing] = bits[closing] & ~np.uint8(PAUSE) | OTHER
    bits |= broken * np.uint8(BREAK)
    at = np.flatnonzero(is_word)
    return np.bitwise_or.reduceat(bits[: at[-1] + 1], np.append(0, at[:-1] + 1)) if len(at) else bits[:0]


def _part_tokens(tokens, near, gap, first, place, owned):
    """The words in the tokens `near`, as arrays with one that stands for none before them and WINDOW after them."""
    of_word = tokens["is_word"].to_numpy()[near]
    at = near[of_word]
    code = tokens["token"].cat.codes.to_numpy()[at]
    begin, count = first[code], np.diff(first)[code]
    of, part = np.repeat(np.arange(len(at)), count), text._ranges(begin, count)
    start = tokens["start"].to_numpy()[at][of] + place[part]
    gap = np.where(part > begin[of], HYPHEN, gap[of])
    columns = {"token": at[of], "start": start, "owned": owned[part], "word": part + 1, "gap": gap}
    return {c: np.pad(x, (1, WINDOW), constant_values=BREAK * (c == "gap")) for c, x in columns.items()}


def _find_numbers(words, known):
    return pc.fill_null(pc.index_in(words, known), -1).to_numpy().astype("int64") + 1


@typography.remember
def _find_shapes(words):
    return {name: pc.match_substring_regex(words, shape).to_numpy(False) for name, shape in SHAPES.items()}


def read_words(tokens, numbers, tree):
    """The words within WINDOW tokens of one that may begin a name of `tree`, as arrays; word 0 stands for none.

    `number`, `low`: of the word and of its lower case in `numbers`; `gap`: bits, what stands between it and the word
    before, `joint`: the same as in JOINTS; `token`, `start`, `size`: where it is; `owned`: with 's or before an
    apostrophe; `word`: a number of the distinct word, by which `shape` tells SHAPES; `phrase`: bits, the PHRASES that
    begin here; `opened`: where the longest title begins that ends before the word, else the word itself.
    """
    code = tokens["token"].cat.codes.to_numpy()
    plain, first, words, place, owned = _split_tokens(pa.array(tokens["token"].cat.categories, pa.string()))
    known = pa.array(numbers, words.type)
    near = _find_near(code, _find_numbers(words, known), first, tree)
    gap = _read_gaps(tokens, near, plain)
    w = SimpleNamespace(**_part_tokens(tokens, near, gap, first, place, owned))

    used = np.zeros(len(words) + 1, bool)
    used[w.word] = True
    w.word = (np.cumsum(used) - 1)[w.word]
    seen = pa.concat_arrays([pa.array([""], words.type), words]).filter(pa.array(used))
    w.number, w.low = (_find_numbers(x, known)[w.word] for x in (seen, pc.utf8_lower(seen)))
    w.size = pc.utf8_length(seen).to_numpy()[w.word]
    w.shape = _find_shapes(seen)
    w.owned[:-1] |= w.gap[1:] & APOSTROPHE > 0
    pause = np.flatnonzero((w.gap & ~np.uint8(COMMA)) == PAUSE | PERIOD)  # none after an abbreviation
    pause = pause[is_a(w, "short", pause - 1) | is_a(w, "letter", pause - 1)]
    w.gap[pause] &= ~np.uint8(PAUSE)
    w.joint = JOINT[w.gap]
    w.joint[np.flatnonzero(w.owned[:-1] & (w.joint[1:] == 0)) + 1] = JOINTS.index("'")

    at = np.flatnonzero(w.number)
    w.phrase, w.opened = np.zeros(len(w.gap), "uint8"), np.arange(len(w.gap))
    node, size = walk(match_lists().tree, w.number, w.joint, at)
    w.phrase[at] = match_lists().bits[node]
    title = is_a(w, "title", at)
    np.minimum.at(w.opened, at[title] + size[title], at[title])
    return w


def is_a(w, kind, at):
    """Whether each of the words `at` is of this kind of name_context.csv, or of SHAPES; or begins one of PHRASES."""
    if kind in PHRASES:
        return w.phrase[at] & PHRASES[kind] > 0
    if kind in SHAPES:
        return w.shape[kind][w.word[at]]
    lists = match_lists()
    return lists.flags[kind].take((w.low if kind in lists.any_case else w.number)[at], mode="clip")


def beside(w, at, by):
    """The word `by` (-1 or 1) from each of the words `at`; 0, which stands for none, beyond the sentence."""
    return np.where((at > 0) & (w.gap[at + (by > 0)] & BREAK == 0), at + by, 0)


def pick(table, at):
    """The columns of `table` at these rows."""
    return SimpleNamespace(**{name: column[at] for name, column in vars(table).items()})
