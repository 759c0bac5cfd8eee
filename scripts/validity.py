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

import numpy as np
import pandas as pd

import analysis
from analysis import validity
from analysis.resources import read_list

ROOT = Path(__file__).parents[1]
TABLE, PAGE, SETS = ROOT / "data/validity.csv", ROOT / "docs/validity.md", ROOT / "scripts/validity_sets.csv"
KEY = ["topic", "measure", "set", "alternative"]
COLUMNS = [
    *("topic", "functions", "measure", "set", "unit", "licence", "n", "ours", "low", "high", "alternative"),
    *("alternative_value", "better", "version", "date", "code", "set_sha256", "stale"),
]


def correlate(s):
    n, x, y, xx, yy, xy = np.moveaxis(s, -1, 0)
    return (n * xy - x * y) / np.sqrt((n * xx - x**2) * (n * yy - y**2))


def macro_f1(s):
    table = s.reshape(*s.shape[:-1], 3, 3)  # labels of people by ours
    return (2 * np.einsum("...ii->...i", table) / (table.sum(-1) + table.sum(-2))).mean(-1)


RATIO, F1 = lambda s: s[..., 0] / s[..., 1], lambda s: 2 * s[..., 0] / (2 * s[..., 0] + s[..., 1] + s[..., 2])
STATISTICS = {"share": RATIO, "F1": F1, "r": correlate, "macro-F1": macro_f1}  # any other unit: a mean, less is better


def figure(topic, functions, measure, unit, units, ours, other=None, alternative=""):
    """A row: the statistic of the sums of `ours` (arrays, a value an item), its interval over `units`, `other`'s."""
    codes, names = pd.factorize(np.asarray(units))
    statistic, n = STATISTICS.get(unit, RATIO), len(names)
    weights = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), 2_000)
    value, draws = [np.nan] * 2, [np.nan] * 2
    for i, columns in enumerate((ours, other)):
        if columns is not None:
            sums = np.stack([np.bincount(codes, np.asarray(c, float), n) for c in columns], axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                value[i], draws[i] = statistic(sums.sum(0)), statistic(weights @ sums)
    low, high = np.nanpercentile(draws[0], [2.5, 97.5]) if n > 1 else (np.nan, np.nan)
    if low == high == 1:  # no error seen: the rule of three
        low = max(1 - 3 / n, 0)
    row = {
        "topic": topic,
        "functions": functions,
        "measure": measure,
        "n": len(codes),
        "ours": value[0],
        "low": low,
        "high": high,
    }
    row |= {"unit": "F1" if unit == "macro-F1" else unit, "alternative": alternative, "alternative_value": value[1]}
    if other is not None and np.array_equal(draws[0], draws[1]):
        return row | {"better": "the same"}
    if other is None or n < 2:
        return row | {"better": ""}
    less, more = np.nanpercentile((draws[0] - draws[1]) * (1 if unit in STATISTICS else -1), [2.5, 97.5])
    return row | {"better": "ours" if less > 0 else "alternative" if more < 0 else "not clear"}


def errors(topic, kinds, n):
    """A row for each kind of error with its count, most frequent first."""
    kinds = sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    return [
        {"topic": topic, "measure": f"error: {k}", "unit": "count", "n": n, "ours": count}
        for k, count in kinds
        if count
    ]


def hash_set(folder, row):
    """(gold files, checksum) of a set; the checksum is empty when a file is missing."""
    gold, _, others = row.files.partition("|")
    found = [sorted(folder.glob(pattern)) for pattern in (gold + others).split()]
    if not all(found):
        return [], ""
    digest = hashlib.sha256()
    for file in (file for files in found for file in files):
        digest.update(file.read_bytes())
    n_gold = len(gold.split())
    return [file for files in found[:n_gold] for file in files], digest.hexdigest()[:12]


def measure_sets(folder, before, accept):
    """The rows of every set: measured now, or those of `before` marked stale; a row that is the same keeps its date."""
    sys.path.insert(0, str(folder / "scorers"))
    import validity_measures

    parts = []
    for row in read_list(SETS, required=("set", "title", "files", "licence", "text")).itertuples():
        kept, began = before[before["set"] == row.title], time.perf_counter()
        files, checksum = hash_set(folder, row)
        changed = len(kept) and checksum and (kept["set_sha256"] != checksum).any() and not accept
        if not checksum or changed:
            reason = "the set has another checksum" if changed else "the set is missing"
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
    numbers = ["n", "ours", "low", "high", "alternative_value"]
    table[numbers] = table[numbers].astype("float64").round(4)
    table = tidy_types(table)
    same = [c for c in COLUMNS if c not in ("version", "date", "stale")]
    print_row = lambda t: ["|".join(map(str, row)) for row in t[same].itertuples(index=False)]  # noqa: E731
    known = before.assign(row=print_row(before)).drop_duplicates("row").set_index("row")[["version", "date"]]
    row, made = pd.Series(print_row(table)), {"version": analysis.__version__, "date": date.today().isoformat()}
    for column, new in made.items():
        fresh = table["stale"].eq("") & table["set"].ne("")
        table[column] = row.map(known[column]).fillna(table[column].where(~fresh, new))
    topic = table["topic"].map({t: i for i, t in enumerate(TOPICS)})
    kind = table["unit"].map({"count": 1, "elsewhere": 2, "never": 3}).fillna(0)
    return (
        table.assign(topic_order=topic, kind=kind)
        .sort_values(["topic_order", "kind"], kind="stable")[COLUMNS]
        .reset_index(drop=True)
    )


def read_table():
    table = pd.read_csv(TABLE, keep_default_na=True) if TABLE.is_file() else pd.DataFrame(columns=COLUMNS)
    return tidy_types(table)


def tidy_types(table):
    numbers = ["n", "ours", "low", "high", "alternative_value"]
    text = table.columns.difference(numbers)
    return table.assign(**table[text].astype("str").fillna(""), **table[numbers].astype("float64"))


def render_page(table):
    """The page docs/validity.md, every figure of it from `table` (as `validity.read_validity` gives it)."""
    sets = read_list(SETS, required=("set",)).set_index("title")
    lines = [
        HEAD.format(
            n=int((~table["unit"].isin(["count", "never", "elsewhere"])).sum()),
            worse=int((table["better"] == "alternative").sum()),
        )
    ]
    for topic, title in TOPICS.items():
        rows = table[table["topic"] == topic]
        lines.append(f"## {title}\n")
        figures = rows[~rows["unit"].isin(["count", "never", "elsewhere"])]
        if len(figures):
            texts = [
                f"*{name}* ({sets.at[name, 'text']}; licence: {sets.at[name, 'licence']})"
                for name in figures["set"].unique()
            ]
            lines += ["On " + ", ".join(texts) + ".\n", TABLE_HEAD]
        for r in figures.itertuples():
            show = lambda value, r=r: validity.print_figure(value, r.unit)  # noqa: E731
            span = f" ({show(r.low)} to {show(r.high)})" if show(r.low) else ""
            other = f"{r.alternative}: {show(r.alternative_value)}" if r.alternative else "none"
            when = f"{r.date}, {r.stale}" if r.stale else r.date
            unit = r.unit if r.unit != "share" else "right"
            cells = (r.measure, r.set, f"{r.n:,.0f}", f"{show(r.ours)}{span} {unit}", other, BETTER[r.better], when)
            lines.append("| " + " | ".join(cells) + " |")
        wrong = rows[rows["unit"] == "count"]
        for (name, n), group in wrong.groupby(["set", "n"], sort=False):
            kinds = "; ".join(f"{r.measure.removeprefix('error: ')} {r.ours:,.0f}" for r in group.head(8).itertuples())
            lines.append(f"\nWhat it fails on ({name}, of {n:,.0f}): {kinds}.")
        for unit, label in (("elsewhere", "Measured elsewhere"), ("never", "Never measured")):
            if len(some := rows.loc[rows["unit"] == unit, "measure"]):
                lines.append(f"\n{label}: {'; '.join(some)}.")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n\n" + LIMITS


RATED = "tone of a sentence against people's ratings: "
PHRASE, TARGET = "polarity of a phrase toward its target: ", "tone toward a target: "
CLAIMS = [  # figures of the table in other pages: page, what stands before the figure, measure, column
    *(
        ("tone.md", rf"\| {before} \| {skip}", f"{RATED}{kind}, {rules}", "ours")
        for before, kind in (
            ("editorials \\(nyt\\)", "editorials"),
            ("film reviews \\(movies\\)", "film reviews"),
            ("product reviews \\(amazon\\)", "product reviews"),
            ("tweets", "tweets"),
        )
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


TOPICS = {
    **{
        "body": "Body and page furniture",
        "sentences": "Sentences",
        "syllables": "Syllables",
        "readability": "Readability",
    },
    **{
        "frequency": "Word frequency",
        "actors": "Named actors",
        "quotes": "Quotations and speakers",
        "tone": "Tone of a sentence",
    },
    **{"target tone": "Tone toward a target", "reprints": "Reprints", "comparison": "Comparisons"},
}
BETTER = {
    "ours": "ours",
    "alternative": "**the alternative**",
    "not clear": "not clear",
    "the same": "the same",
    "": "",
}
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
        sys.path.insert(0, str(ROOT / "scripts"))
        measured = measure_sets(folder, read_table(), "--accept" in sys.argv)
        measured.to_csv(TABLE, index=False, lineterminator="\n")
    PAGE.write_text(render_page(validity.read_validity()), encoding="utf-8")
    for page in sorted({name for name, *_ in CLAIMS}):
        text = (PAGE.parent / page).read_text(encoding="utf-8")
        (PAGE.parent / page).write_text(fill_claims(page, text, read_table()), encoding="utf-8")
    print(f"{TABLE.name} and {PAGE.name} are written")
