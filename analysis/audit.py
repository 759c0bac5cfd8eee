"""What a careful reader should know of a corpus before any figure: what was read, left out, repeated or doubtful."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import corpus, schema
from analysis.body import split_paragraphs
from analysis.resources import read_list, word_set

FINDINGS = ["file", "doc_id", "outlet", "finding", "detail", "fix"]
MOST_ROWS = 500  # of a table drawn with lines; longer ones are printed with tabs
LEAST_WORDS, LEAST_ENGLISH = 50, 0.2  # words of body; share of English function words (English news: 0.31 to 0.59)
SPEAKER = r"^\W*\p{Lu}[\pL.'’-]*(,? \p{Lu}[\pL.'’-]*){0,4}( ?\([^)]*\))? ?:"  # Q: MR. BECK: Anna Weiss (host):
CHARACTERS = {  # finding: pattern, fix
    "text decoded wrongly (mojibake)": (
        r"Ã[\x{80}-\x{bf}]|â€[œ™˜“”¦\x{9d}]|Â[\x{a0}-\x{bf}]|ðŸ",
        "save the file anew as UTF-8",
    ),
    "undecodable bytes": ("\ufffd", "save the file anew as UTF-8"),
    "invisible characters": ("[\u200b\u2060\ufeff\u00ad\u180e]", "remove them: they split words"),
    "characters that reverse the direction": ("[\u202a-\u202e\u2066-\u2069]", "remove them"),
    "control characters": (r"[\x00-\x08\x0e-\x1f\x7f]", "remove them"),
    "look-alike letters of another script in a word": (r"[A-Za-z][Ͱ-ϿЀ-ӿ]|[Ͱ-ϿЀ-ӿ][A-Za-z]", "retype the word"),
    "HTML in the text": (
        r"&(#\d{2,6}|#x[\da-fA-F]{2,6}|[a-zA-Z]{2,8});|</?(p|br|div|span|b|i|em|strong|a|ul|li|h\d|img)\b[^<>]*>",
        "its tags and entities count as words: take them out, or save the article as .html",
    ),
}


def audit_documents(documents, paragraphs=None, findings=None):
    """One row per finding: `file, doc_id, outlet, finding, detail, fix`; no row, nothing to report.

    Needs `doc_id` and `text`. `findings` are those of `corpus.read_documents` (default: those that the documents carry
    along). Reported: encodings that were guessed, undecodable bytes, mojibake, suspicious characters, articles that are
    near-empty or do not look English, of which most was left out, that share paragraphs with another one, that are
    transcripts, whose outlet is unknown, and lines kept in doubt.
    """
    if findings is None:
        findings = pd.DataFrame(json.loads(documents.attrs.get("findings", "[]")), columns=corpus.FINDINGS)
    documents = schema.take_documents(documents).reset_index(drop=True)
    ids = documents["doc_id"]
    paragraphs = _count_words(documents, paragraphs)
    body = paragraphs[paragraphs["kind"] == "body"]
    unknown = documents["outlet"].isna() if "outlet" in documents else ids.notna()
    checks = [  # of each: which documents have it, the finding, its detail and the fix
        *_check_characters(documents),
        *_check_words(documents, paragraphs, body),
        (
            unknown,
            "outlet unknown",
            "shown as the article",
            "name it in a column outlet (of documents.csv), or use a folder an outlet",
        ),
        *_check_paragraphs(documents, body),
    ]
    who = documents[[c for c in ("file", "doc_id", "outlet") if c in documents]]
    which = (ids + ": ").where(documents.get("file", ids).duplicated(keep=False), "")  # of many rows of a table
    found = [findings.rename(columns={"problem": "finding"})]
    for where, finding, detail, fix in checks:
        found.append(who.assign(finding=finding, detail=which + detail, fix=fix)[where])
    return pd.concat(found).reindex(columns=FINDINGS).reset_index(drop=True).astype("str")


def _check_characters(documents):
    if "encoding" in documents:
        guessed = ~documents["encoding"].fillna("utf-8").str.fullmatch(r"ascii|utf-(8|16|32)[\w-]*")
        yield guessed, "encoding guessed", documents["encoding"], "look for odd letters; save the file as UTF-8"
    text = pa.array(documents["text"])
    for finding, (pattern, fix) in CHARACTERS.items():
        n = pd.Series(pc.count_substring_regex(text, pattern).to_numpy())
        yield n > 0, finding, n.astype("str") + " place(s)", fix


def _check_words(documents, paragraphs, body):
    words, of_all = (_by_article(documents, part.groupby("doc_id")["n_words"].sum()) for part in (body, paragraphs))
    few = words < LEAST_WORDS
    yield few, "near-empty article", words.astype("str") + " words of body", "complete or remove it"
    english = documents["text"].map(share_of_stop_words)
    detail = "only " + _percent(english) + "English function words"
    yield english < LEAST_ENGLISH / (1 + few), "not English?", detail, "readability and tone mean nothing here"
    left_out = 1 - words / of_all
    detail = _percent(left_out) + "of the words left out"
    yield left_out > 0.5, "most of the file left out", detail, "see which rules decided"


def _check_paragraphs(documents, body):
    long = body[body["n_words"] >= 8]
    shared = long[long.groupby("text")["doc_id"].transform("nunique") > 1]
    n = _by_article(documents, shared.groupby("doc_id").size())
    yield n > 0, "paragraphs shared with other articles", n.astype("str") + " paragraph(s)", "see which is the reprint"
    labelled = body[pc.match_substring_regex(pa.array(body["text"]), SPEAKER).to_numpy(False)]
    n, of = (_by_article(documents, part.groupby("doc_id").size()) for part in (labelled, body))
    detail = "in " + n.astype("str") + " of " + of.astype("str") + " paragraphs who speaks stands before a colon"
    detail += "; such speech is not counted as quoted"
    yield (n >= 5) & (3 * n >= of), "transcript", detail, "leave it out of figures on who is quoted"
    doubt = body[(body["n_words"] <= 8) & ~body["text"].str.contains(r"[.!?:…]\W*$", regex=True)]
    lines = doubt.groupby("doc_id")["text"].agg(lambda t: f"{len(t)} short line(s), the first: {t.iloc[0]}")
    detail = documents["doc_id"].map(lines).astype("str")
    yield detail.notna(), "kept in doubt", detail, "a rule in boilerplate.csv would leave such lines out"


def _by_article(documents, counts):
    return documents["doc_id"].map(counts).fillna(0).astype(int)


def _percent(shares):
    return (100 * shares).round().fillna(0).astype(int).astype("str") + " % "


def share_of_stop_words(text):
    """Share of English function words among the first words of `text`; NaN under 20 words."""
    words = [word.strip('.,;:!?"“”«»()') for word in text[:6000].lower().replace("’", "'").split()]
    return sum(map(word_set("stopwords").__contains__, words)) / len(words) if len(words) >= 20 else float("nan")


def house_style(documents, styles="house_style"):
    """One row per outlet and feature (quotation marks, dash, US or U.S. …): the variant it prefers.

    `outlet, feature, preferred, count, total, share`; share of `preferred` among all variants of `styles` (a list of
    `feature, variant, pattern`); an article without outlet stands for itself. Features that do not occur have no row.
    """
    schema.require(documents, "documents", "doc_id", "text")
    outlet = schema.label_documents(documents, "outlet" if "outlet" in documents else "doc_id").to_numpy()
    text, counts = pa.array(documents["text"]), []
    listed = read_list(styles, required=("feature", "variant", "pattern"), unique=("feature", "variant"))
    for row in listed.itertuples():
        n = pc.count_substring_regex(text, row.pattern).to_numpy()
        counts.append(pd.DataFrame({"outlet": outlet, "feature": row.feature, "preferred": row.variant, "count": n}))
    table = pd.concat(counts).groupby(["outlet", "feature", "preferred"], sort=False, as_index=False)["count"].sum()
    table["total"] = table.groupby(["outlet", "feature"])["count"].transform("sum")
    table = table[table["total"] > 0].sort_values("count", ascending=False, kind="stable")
    table = table.drop_duplicates(["outlet", "feature"]).sort_values(["outlet", "feature"], ignore_index=True)
    return table.assign(share=table["count"] / table["total"])


def count_kinds(features):
    """One row per article and kind of paragraph: `doc_id, kind, n_paragraphs, n_characters`. Needs no text."""
    table = _count_characters(features).groupby(["doc_id", "kind"], as_index=False)
    return table.agg(n_paragraphs=("paragraph_id", "size"), n_characters=("n_characters", "sum"))


def list_left_out(features):
    """One row per paragraph that is not body: `doc_id, paragraph_id, kind, rule, n_characters`. Needs no text."""
    table = _count_characters(features)
    return table[table["kind"] != "body"].reset_index(drop=True)


def _count_characters(features):
    table = features.paragraphs.assign(n_characters=features.paragraphs["end"] - features.paragraphs["start"])
    return table[["doc_id", "paragraph_id", "kind", "rule", "n_characters"]]


def print_audit(path):
    """Print the audit of a folder or table of articles; the exit code is 1 when there are findings, else 0."""
    documents, problems = corpus.read_documents(path)
    paragraphs = split_paragraphs(documents)
    findings = audit_documents(documents, paragraphs, problems)
    words = _count_words(documents, paragraphs).pivot_table("n_words", "doc_id", "kind", "sum", 0)
    words["body"] = words.get("body", 0)
    left = words.drop(columns="body").apply(lambda row: ", ".join(f"{k} {n}" for k, n in row.items() if n), axis=1)
    articles = documents[["doc_id", "outlet", "encoding"]].assign(
        body=documents["doc_id"].map(words["body"]), left_out=documents["doc_id"].map(left)
    )
    style = house_style(documents)
    style["preferred"] += style["share"].map(lambda share: "" if share == 1 else f" {share:.0%}").astype("str")
    style = style.pivot_table("preferred", "outlet", "feature", "first").reset_index()
    _print_table(f"{len(documents)} article(s): words of body, and of what was left out", articles)
    _print_table("House style: the preferred variant", style)
    _print_table(f"{len(findings)} finding(s)", findings[["file", "finding", "detail", "fix"]])
    return int(len(findings) > 0)


def _print_table(title, table):
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [[printable(cell) for cell in row] for row in table.astype("str").fillna("").to_numpy()]
    if len(table) > MOST_ROWS:  # drawing takes 2 ms a row
        print(title, *("\t".join(row) for row in [table.columns, *rows]), sep="\n")
        return
    grid = Table(title=title, title_justify="left")
    for column in table.columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    Console().print(grid)


def printable(text):
    """`text` on one line, without anything that a terminal would obey or cannot show."""
    text = " ".join(str(text).split())
    return text if text.isprintable() else "".join(ch if ch.isprintable() else "\ufffd" for ch in text)


def _count_words(documents, paragraphs):
    """The paragraphs with their `text` and `n_words`."""
    paragraphs = split_paragraphs(documents) if paragraphs is None else paragraphs
    texts = dict(zip(documents["doc_id"], documents["text"], strict=True))
    places = paragraphs[["doc_id", "start", "end"]].itertuples(index=False)
    text = pd.Series([texts[d][s:e] for d, s, e in places], paragraphs.index, dtype="str")
    plain = pc.replace_substring_regex(pa.array(text), r"(\pL+://|(?i:www)\.|[^\s@]*[\pL\pN]@[\pL\pN])\S*", " ")
    n_words = pc.count_substring_regex(plain, r"[\pL\pN]+((\.?['’-]|[.,])[\pL\pN]+)*").to_numpy()
    return paragraphs.assign(text=text, n_words=n_words)
