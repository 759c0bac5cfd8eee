"""Write the case-study page data/atacms-2024/README.md and its picture from the committed figures.

Every number is computed here from the bundle; a test holds that the page is current.
"""

from html import escape
from pathlib import Path

import analysis
from analysis import compare, formulas, frequency, notebook
from analysis.report import hash_corpus

FOLDER = notebook.find_folder("data") / "atacms-2024"
MEASURES = {
    "grade": ("Flesch–Kincaid grade (higher is harder)", lambda s: formulas.score_counts(s, "flesch_kincaid_grade")),
    "tone": ("Event-adjusted tone of own sentences (−1 to 1)", "tone_event_adjusted"),
}


PAGE = """# Five articles on one decision

In November 2024 the United States allowed Ukraine to fire ATACMS missiles into Russia. Five outlets wrote
about it; this folder holds figures about their articles (`parallax features`), not their words. The page is
written from the figures by `scripts/write_case_study.py`.

| outlet | words | sentences | words quoted | grade | own tone, event-adjusted | most over-used words |
|---|---:|---:|---:|---:|---:|---|
{articles}

![Grade and tone of the five articles with their intervals](figures.svg)

## What they show

{findings}

## What they cannot show

- Each outlet has one article: an article and its outlet cannot be told apart. Nothing here is a finding
  about an outlet.
- The intervals say what other paragraphs of the same article might give, not what another article would.
- None of the five states a date; which came first is unknown.
- Three outlets are inferred from the page, one is matched and one is stated in the text.
- A key word of one article may be its topic (a place, a day) as well as its manner.

{made}.
"""


def measure(features):
    """One row per article and measure: estimate and 95 % interval from resampling the article's paragraphs."""
    documents = notebook.name_documents(features)
    sentences = features.sentences.merge(documents[["doc_id", "outlet"]], on="doc_id", validate="many_to_one")
    own = formulas.mark_voice(sentences).query("voice == 'own'")
    tables = {"grade": sentences, "tone": own}
    return {k: compare.bootstrap_interval(tables[k], MEASURES[k][1], by="outlet").set_index("outlet") for k in tables}


def draw(measured):
    """An SVG of the measures: a dot and its interval for each outlet, values written beside."""
    parts, y = [], 22
    for key, table in measured.items():
        low, high = table["low"].min(), table["high"].max()

        def place(value, low=low, high=high):
            return 240 + 330 * (value - low) / (high - low)

        parts.append(f'<text x="8" y="{y}" font-weight="600">{escape(MEASURES[key][0])}</text>')
        for row in table.itertuples():
            y += 24
            text = f"{row.estimate:.2f} ({row.low:.2f} to {row.high:.2f})"
            parts.append(
                f'<text x="226" y="{y + 4}" text-anchor="end">{escape(row.Index)}</text>'
                f'<path d="M{place(row.low):.1f} {y}H{place(row.high):.1f}" stroke="#0072B2" stroke-width="2"/>'
                f'<circle cx="{place(row.estimate):.1f}" cy="{y}" r="5" fill="#0072B2"/>'
                f'<text x="584" y="{y + 4}">{text}</text>'
            )
        y += 44
    style = "<style>text{font:13px system-ui,sans-serif;fill:#1c2730}</style>"
    box = f'viewBox="0 0 760 {y - 20}" width="760"'
    about = "Grade and tone of the five articles with their intervals; the numbers stand beside each dot"
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{about}">'
        f"{style}{ground}{''.join(parts)}</svg>\n"
    )


def render(features, measured):
    """The text of the page."""
    return PAGE.format(
        articles="\n".join(describe_articles(features, measured)),
        findings="\n".join(f"- {finding}" for finding in tell_findings(features, measured)),
        made=f"Corpus hash {hash_corpus(features)[:12]}, Parallax {analysis.__version__}",
    )


def describe_articles(features, measured):
    """A line of the table for each article."""
    keys = frequency.drop_stop_words(
        analysis.keyness(features.word_counts, features.documents).astype({"target": "str", "word": "str"})
    )
    for row in features.documents.itertuples():
        quoted = features.sentences.query("doc_id == @row.doc_id")["n_quoted_words"].sum()
        top = keys[(keys["target"] == row.outlet) & (keys["count_target"] >= 4)].nlargest(3, "z")
        words = ", ".join(f"{w.word} ({w.count_target}×)" for w in top.itertuples())
        grade, tone = (measured[key].at[row.outlet, "estimate"] for key in ("grade", "tone"))
        yield f"| {row.outlet} | {row.n_words:,} | {row.n_sentences} | {quoted} | {grade:.1f} | {tone:+.2f} | {words} |"


def tell_findings(features, measured):
    """What the figures show, a sentence each."""
    actors = analysis.load_actors()
    named = notebook.label_actors(features.mentions, actors)["actor"].value_counts()
    speech = notebook.label_actors(features.quotes.query("kind == 'speech'"), actors)
    spoken = speech.groupby("actor")["n_words"].sum().sort_values(ascending=False)
    grade, tone = measured["grade"], measured["tone"]
    hard, easy = grade["estimate"].idxmax(), grade["estimate"].idxmin()
    apart = "do not overlap" if grade.at[easy, "high"] < grade.at[hard, "low"] else "overlap"
    other = " and ".join(tone.query("low > 0 or high < 0").index)
    differ = f"the tone of {other} differs" if other else "no article's tone differs"
    return [
        f"Hardest to read is the article of {hard}, easiest that of {easy}; their intervals {apart}.",
        f"Most named are {_list(named.head(4))}; in all, {named.size} actors are named {named.sum()} times.",
        f"Most words in quotation marks are those of {_list(spoken.head(3), ' words')}.",
        f"Without the words of the event, {differ} from neutral (95 % interval from its paragraphs).",
    ]


def _list(counts, unit=""):
    return ", ".join(f"{name} ({n:,}{unit})" for name, n in counts.items())


def write(folder=FOLDER):
    """Write README.md and figures.svg into `folder`."""
    features = analysis.load_features(FOLDER)
    measured = measure(features)
    Path(folder, "figures.svg").write_text(draw(measured), encoding="utf-8")
    Path(folder, "README.md").write_text(render(features, measured), encoding="utf-8")


if __name__ == "__main__":
    write()
