"""Write docs/data-dictionary.md from analysis/schema.py: what each column of each table means."""

from pathlib import Path

from analysis import schema

PAGE = Path(__file__).parents[1] / "docs" / "data-dictionary.md"
ROWS = {
    "documents": "an article",
    "paragraphs": "a paragraph, kept or not",
    "sentences": "a sentence of the body",
    "tokens": "a token of the body",
    "word_counts": "a word of an article",
    "mentions": "a mention of an actor",
    "quotes": "a quotation",
}


def render_dictionary():
    """The text of docs/data-dictionary.md."""
    lines = [
        "# Data dictionary",
        "",
        "Written from `analysis/schema.py` by `scripts/write_dictionary.py`. Missing text and undefined scores: NaN,",
        "unknown dates NaT. A features bundle holds the same tables without the `text` columns.",
    ]
    for table, columns in schema.TABLES.items():
        lines += ["", f"## {table}", "", f"One row: {ROWS[table]}.", "", "| column | type | meaning |", "|---|---|---|"]
        for column, dtype in columns.items():
            meaning = schema.MEANINGS.get(f"{table}.{column}") or schema.MEANINGS[column]
            lines.append(f"| `{column}` | {dtype} | {meaning} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_dictionary(), encoding="utf-8")
