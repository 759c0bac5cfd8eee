"""Measure the package on annotated sets beside the usual alternatives: data/validity.csv and docs/validity.md.

python scripts/validity.py [FOLDER] [--accept] [--page]     (default FOLDER: ../shared/testdata)

Every figure comes from sums by document (article, page, paragraph, case), of which 2,000 resamples give the interval
and, paired, which side is better. A set that is missing keeps its rows, marked `stale`; so does one with another
checksum, until --accept. --page writes the page from the table and measures nothing.
"""

import hashlib
import re
import sys
import time
from datetime import date
from pathlib import Path

import pandas as pd
import validity_measures

import analysis
from analysis import validity
from analysis.resources import read_list

ROOT = Path(__file__).parents[1]
SETS = ROOT / "scripts/validity_sets.csv"
COLUMNS = [
    *("topic", "functions", "measure", "set", "unit", "licence", "n", "ours", "low", "high", "alternative"),
    *("alternative_value", "better", "version", "date", "code", "set_sha256", "stale"),
]
TOPICS = {
    "body": "Body and page furniture",
    "sentences": "Sentences",
    "syllables": "Syllables",
    "readability": "Readability",
    "frequency": "Word frequency",
    "actors": "Named actors",
    "quotes": "Quotations and speakers",
    "tone": "Tone of a sentence",
    "target tone": "Tone toward a target",
    "reprints": "Reprints",
    "comparison": "Comparisons",
}


def hash_set(folder, row):
    """(gold files, checksum) of a set; the checksum is empty when a file is missing."""
    gold, _, others = row.files.partition("|")
    found = [sorted(folder.glob(pattern)) for pattern in (gold + others).split()]
    if not all(found):
        return [], ""
    digest = hashlib.sha256(b"".join(file.read_bytes() for files in found for file in files))
    return sum(found[: len(gold.split())], []), digest.hexdigest()[:12]


def measure_sets(folder, before, accept):
    """The rows of every set: measured now, or those of `before` marked stale; a row that is the same keeps its date."""
    sys.path.insert(0, str(folder / "scorers"))
    parts = []
    for row in read_list(SETS, required=("set", "title", "files", "licence", "text")).itertuples():
        kept, began = before[before["set"] == row.title], time.perf_counter()
        files, checksum = hash_set(folder, row)
        if not checksum or (kept["set_sha256"] != checksum).any() and not accept:
            reason = "the set has another checksum" if checksum else "the set is missing"
            print(f"{row.title}: {reason}; {len(kept)} rows keep their date", file=sys.stderr)
            parts.append(kept.assign(stale=reason))
            continue
        rows = pd.DataFrame(getattr(validity_measures, f"measure_{row.set}")(folder, files))
        rows = rows.assign(set=row.title, licence=row.licence, set_sha256=checksum)
        parts.append(rows.assign(code=rows["topic"].map(validity.hash_code)))
        print(f"{row.title}: {len(rows)} rows, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    never = read_list(ROOT / "scripts/validity_never.csv", required=("topic", "functions", "measure", "unit"))
    return tidy(pd.concat([*parts, never.drop(columns="line")]), before)


def tidy(table, before):
    """`table` in the order of topics, rounded; version and date are today's unless the row stands so in `before`."""
    table = table.reindex(columns=COLUMNS).reset_index(drop=True)
    table = table.assign(**table[validity.NUMBERS].astype("float64").round(4))
    text = table.columns.drop(validity.NUMBERS)
    table[text] = table[text].astype("str").fillna("")
    same = [c for c in COLUMNS if c not in ("version", "date", "stale")]
    known = before.drop_duplicates(same)[[*same, "version", "date"]]
    known = table[same].merge(known, on=same, how="left", validate="many_to_one")
    fresh = (table["stale"] == "") & (table["set"] != "")
    for column, new in {"version": analysis.__version__, "date": date.today().isoformat()}.items():
        table[column] = known[column].fillna(table[column].mask(fresh, new))
    order = {name: i for i, name in enumerate([*TOPICS, *validity.REMARKS])}
    return table.sort_values(["topic", "unit"], key=lambda column: column.map(order).fillna(-1), ignore_index=True)


def render_page(table):
    """The page docs/validity.md, every figure of it from `table` (as `validity.read_validity` gives it)."""
    sets = read_list(SETS, required=("title", "text", "licence")).itertuples()
    texts = {row.title: f"*{row.title}* ({row.text}; licence: {row.licence})" for row in sets}
    n, worse = (~table["unit"].isin(validity.REMARKS)).sum(), (table["better"] == "alternative").sum()
    topics = [render_topic(table[table["topic"] == topic], title, texts) for topic, title in TOPICS.items()]
    return "\n".join([HEAD.format(n=n, worse=worse), *topics, LIMITS])


def render_topic(rows, title, texts):
    """The section of a topic: its figures in a table, then what fails and what was not measured."""
    lines, figures = [f"## {title}\n"], rows[~rows["unit"].isin(validity.REMARKS)]
    if len(figures):
        lines += ["On " + ", ".join(texts[name] for name in figures["set"].unique()) + ".\n", TABLE_HEAD]
    for row in figures.itertuples():
        ours, other = validity.print_row(row)
        unit = "right" if row.unit == "share" else row.unit
        better = row.better.replace("alternative", "**the alternative**")
        when = f"{row.date}, {row.stale}" if row.stale else row.date
        cells = (row.measure, row.set, f"{row.n:,.0f}", f"{ours} {unit}", other or "none", better, when)
        lines.append("| " + " | ".join(cells) + " |")
    for (name, n), group in rows[rows["unit"] == "count"].groupby(["set", "n"], sort=False):
        kinds = "; ".join(f"{r.measure.removeprefix('error: ')} {r.ours:,.0f}" for r in group.head(8).itertuples())
        lines.append(f"\nWhat it fails on ({name}, of {n:,.0f}): {kinds}.")
    for unit, label in (("elsewhere", "Measured elsewhere"), ("never", "Never measured")):
        if len(some := rows.loc[rows["unit"] == unit, "measure"]):
            lines.append(f"\n{label}: {'; '.join(some)}.")
    return "\n".join(lines) + "\n"


RATED = "tone of a sentence against people's ratings: "
PHRASE, TARGET = "polarity of a phrase toward its target: ", "tone toward a target: "
GENRES = {
    r"editorials \(nyt\)": "editorials",
    r"film reviews \(movies\)": "film reviews",
    r"product reviews \(amazon\)": "product reviews",
    "tweets": "tweets",
}
CLAIMS = [  # figures of the table in other pages: page, what stands before the figure, measure, column
    *(
        ("tone.md", rf"\| {row} \| {skip}", f"{RATED}{kind}, {rules}", "ours")
        for row, kind in GENRES.items()
        for skip, rules in (("", "as VADER"), (r"[\d.]+ \| ", "repaired rules"))
    ),
    ("tone.md", r"asked how a sentence feels \(", f"{RATED}editorials, event-adjusted", "ours"),
    ("tone.md", r"\| dev_rw \| ", f"{TARGET}as they occur", "ours"),
    ("tone.md", r"\| dev_mt \| ", f"{TARGET}sentences with several targets", "ours"),
    ("tone.md", r"\| dev_rw \| [\d.]+ \| ", f"{TARGET}as they occur", "alternative_value"),
    ("tone.md", r"\| dev_mt \| [\d.]+ \| ", f"{TARGET}sentences with several targets", "alternative_value"),
    ("tone.md", r"sign of `target_tone` is right for ", f"{PHRASE}sign of target_tone", "ours"),
    ("tone.md", r"and `target_label` for\s", f"{PHRASE}target_label", "ours"),
    ("tone.md", r"VADER's sign on the phrase: ", f"{PHRASE}target_label", "alternative_value"),
    ("statistics.md", r"recall [\d.]+, F1 ", "pairs of articles that are copies", "ours"),
]


def fill_claims(page, text, table):
    """The text of a page of docs with the figures that it states taken from `table`: percent, or r as 0.000."""
    for name, before, measure, column in CLAIMS:
        if name == page:
            row = table[table["measure"] == measure].iloc[0]
            figure = f"{row[column]:.3f}" if row["unit"] == "r" else f"{100 * row[column]:.1f}"
            text, n = re.subn(rf"({before})[\d.]*\d", rf"\g<1>{figure}", text)
            if n != 1:
                raise ValueError(f"docs/{page}: {before!r} stands {n} times, expected once")
    return text


TABLE_HEAD = (
    "| measure | set | n | ours (95 % interval) | alternative | better | measured |\n|---|---|---|---|---|---|---|"
)
HEAD = """# How right are these numbers?

Made by `make validity` from the table `data/validity.csv`: {n} figures on texts that people annotated, beside the
usual alternatives on the same items in the same run. In {worse} of them an alternative does better.

The interval is 95 %, from 2,000 resamples of documents (cases or words where there are none; where no error was seen,
the rule of three). *Better* is said when the paired difference excludes zero, else *not clear*. Rules and thresholds
were made with these same sets in view, so expect somewhat lower figures on text that nobody here has seen. A row
whose date has a remark was not measured on this version's code and this set.
"""
LIMITS = """## Known limits

- **Language.** English only. Elsewhere readability and tone mean nothing, and sentences, names and speakers are
  guesses.
- **Genre.** News in running text, mostly of the United States, 2010 to 2019. Transcripts, live blogs, lists and
  fiction were not annotated here; opinion pages, reviews and tweets for tone only.
- **Length.** Formulas, diversity and tone of a few sentences are noise, whatever the number of digits.
- **Small differences.** A difference between outlets that is as small as the errors above may be made by the errors,
  and errors do not cancel where outlets differ in house style. Do not take half a grade, a few per cent of mentions
  or a few hundredths of tone for a finding.
- **Few items.** Where n is 24 or 40, or there is one article, the next item can move a figure by several points.
- **Agreement is not truth.** Careful people disagree as well: in the six articles of PolNeAR that two people
  annotated, the second names the same speaker in 96 % of cases and marks 85 % of the first one's reported speech.
"""


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    if "--page" not in sys.argv:
        folder = Path(arguments[0] if arguments else ROOT.parent / "shared/testdata").resolve()
        measured = measure_sets(folder, validity.read_table(), "--accept" in sys.argv)
        measured.to_csv(ROOT / "data/validity.csv", index=False, lineterminator="\n")
    docs = ROOT / "docs"
    (docs / "validity.md").write_text(render_page(validity.read_validity()), encoding="utf-8")
    for page in sorted({name for name, *_ in CLAIMS}):
        text = (docs / page).read_text(encoding="utf-8")
        (docs / page).write_text(fill_claims(page, text, validity.read_table()), encoding="utf-8")
    print("validity.csv and validity.md are written")
