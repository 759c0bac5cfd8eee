"""The audit: each finding on a text made to have it, none on a clean one, a terminal no text can write to."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import analysis
from analysis import audit, corpus

SHARED = Path(__file__).parents[2] / "shared"
BODY = "\n".join(
    f"The council of the bay met on {day} to hear what the new wall will cost, and who is going to pay for it all."
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday")
)
GERMAN = "Der Rat der Stadt hat am Montag beschlossen, dass die neue Mauer gebaut wird, weil das Wasser steigt. " * 4


def audited(text=BODY, **columns):
    documents = pd.DataFrame({"doc_id": ["a"], "outlet": ["Bay"], "encoding": ["utf-8"], "text": [text]} | columns)
    return audit.audit_documents(documents)


def test_a_clean_article_has_no_finding():
    table = audited()
    assert table.columns.tolist() == audit.FINDINGS and not len(table) and set(table.dtypes.astype(str)) == {"str"}


@pytest.mark.parametrize(
    ("text", "finding", "detail"),
    [
        (BODY.replace("wall", "wÃ¤ll"), "text decoded wrongly (mojibake)", "4 place(s)"),
        (BODY + " â€œSo it isâ€\x9d, she said.", "text decoded wrongly (mojibake)", "2 place(s)"),
        (BODY.replace("Monday", "Mon\ufffdday"), "undecodable bytes", "1 place(s)"),
        (BODY.replace("wall", "wa\u200bll"), "invisible characters", "4 place(s)"),
        (BODY.replace("wall", "\u202ewall\u202c"), "characters that reverse the direction", "8 place(s)"),
        (BODY.replace("wall", "w\x1bll"), "control characters", "4 place(s)"),
        (BODY.replace("council", "c\u043euncil"), "look-alike letters of another script in a word", "4 place(s)"),
        ("The wall stands.", "near-empty article", "3 words of body"),
        (GERMAN, "not English?", "only 4 % English function words"),
        (GERMAN[:150], "not English?", "only 4 % English function words"),
        (BODY.replace("wall", "<b>wall</b>"), "HTML in the text", "8 place(s)"),
        (BODY.replace("wall", "wall &mdash;&#39;"), "HTML in the text", "8 place(s)"),
        (
            "Key Points: " + BODY.replace("\n", " ") + "\nAfter it all, the wall stood and held.",
            "near-empty article",
            "8 words of body",
        ),
        (BODY + "\nHigh water, low money", "kept in doubt", "1 short line(s), the first: High water, low money"),
    ],
)
def test_findings(text, finding, detail):
    rows = audited(text).set_index("finding")
    assert finding in rows.index and rows.loc[finding, "doc_id"] == "a" and rows.loc[finding, "fix"]
    if finding != "not English?":
        assert rows.loc[finding, "detail"] == detail


@pytest.mark.parametrize(
    "labels", [("Q: ", "A: "), ("MR. BECK: ", "ANNA O’WEISS, HOST: "), ("REPORTER: ", "Anna Weiss (of the board): ")]
)
def test_a_transcript_is_told(labels):
    said = [label + line for line in BODY.split("\n")[:3] for label in labels]
    rows = audited("\n".join([*BODY.split("\n"), *said])).set_index("finding")
    assert rows.loc["transcript", "detail"] == (
        "in 6 of 10 paragraphs who speaks stands before a colon; such speech is not counted as quoted"
    )
    plain = [BODY.replace("bay", coast) for coast in ("north", "south", "east")]
    for lines in ([BODY, *said[:4]], [*plain, *said, BODY]):  # few, or not a third of them
        assert "transcript" not in audited("\n".join(lines))["finding"].tolist()


def test_encoding_outlet_and_most_left_out():
    found = audited(encoding=["windows-1252"], outlet=[None])["finding"].tolist()
    assert found == ["encoding guessed", "outlet unknown"]
    notice = "Please consider supporting the Bay Review with a gift today, so that we can go on.\n"
    copies = "\n".join(notice.replace("today", day) for day in "abcdefghijklmnop")
    assert "most of the file left out" in audited(BODY + "\n" + copies)["finding"].tolist()


def test_shared_paragraphs_and_the_findings_of_reading():
    documents = pd.DataFrame(
        {"doc_id": ["a", "b"], "outlet": ["Bay", "Sea"], "text": [BODY, BODY + "\nAnd the sea rose again."]}
    )
    reading = pd.DataFrame([["x.txt", "binary file", "NUL bytes", "remove it"]], columns=corpus.FINDINGS)
    table = audit.audit_documents(documents, findings=reading)
    assert table["finding"].tolist() == ["binary file"] + ["paragraphs shared with other articles"] * 2
    assert table["detail"].tolist()[1:] == ["4 paragraph(s)"] * 2 and table["file"][0] == "x.txt"


def test_numbers_as_doc_id():
    table = audit.audit_documents(pd.DataFrame({"doc_id": [7], "outlet": ["Bay"], "text": ["The wall stands."]}))
    assert table[["doc_id", "finding"]].to_numpy().tolist() == [["7", "near-empty article"]]


def test_house_style_counts_by_outlet():
    documents = pd.DataFrame(
        {
            "doc_id": ["a", "b", "c"],
            "outlet": ["Bay", "Bay", None],
            "text": ["“Yes” in Kiev, the U.S. said — US.", "The U.S. isn’t in Kiev.", 'He\'s "in" Kyiv -- now.'],
        }
    )
    table = audit.house_style(documents).set_index(["outlet", "feature"])
    assert table.loc[("Bay", "United States")].tolist() == ["U.S.", 2, 3, 2 / 3]
    assert table.loc[("Bay", "quotation marks")].tolist() == ["“curly”", 1, 1, 1.0]
    assert table["preferred"].xs("c").to_dict() == {
        "Kyiv": "Kyiv",
        "apostrophe": "straight",
        "dash": "hyphens --",
        "quotation marks": "straight",
    }
    assert not len(audit.house_style(documents.assign(text="")))


def test_of_quotation_marks_only_the_opening_one_counts():
    text = "‘One,’ he said. “Two,” she said; «three», ''four'' (''five'').\n\"Six,\" he said, \"and (\"seven\")\"."
    listed = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    assert audit.house_style(listed).set_index("feature").loc["quotation marks", ["count", "total"]].tolist() == [3, 8]


def test_addresses_are_no_words_in_the_audit_either():
    text = "See https://bay.example/wall/1-2?q=a and www.sea.example, or write to ann.roe@bay.example (4 p.m.)."
    documents = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    assert audit._count_words(documents, None)["n_words"].tolist() == [7]
    assert analysis.extract_features(documents).documents["n_words"].tolist() == [7]


def test_tables_of_kinds_need_no_text():
    documents = pd.DataFrame({"doc_id": ["a"], "text": [BODY + "\nADVERTISEMENT\n" + BODY.replace("bay", "sea")]})
    bundle = SimpleNamespace(paragraphs=analysis.split_paragraphs(documents))
    kinds = audit.count_kinds(bundle).set_index("kind")
    assert kinds["n_paragraphs"].to_dict() == {"body": 8, "chrome": 1} and kinds.loc["chrome", "n_characters"] == 13
    assert audit.list_left_out(bundle).to_numpy().tolist() == [["a", 4, "chrome", "advertisement", 13]]


def test_printed_audit(tmp_path, capsys):
    for name, text in {"a": BODY, "b": BODY.replace("wall", "[red]wall\x1b[2J[/red]"), "c": ""}.items():
        (tmp_path / f"{name}.txt").write_text(text)
    assert audit.print_audit(tmp_path) == 1
    shown = capsys.readouterr().out
    assert "empty article" in shown and "control characters" in shown and "\x1b[2J" not in shown
    pd.DataFrame({"outlet": ["Bay"], "text": [BODY]}).to_csv(tmp_path / "t.csv")
    assert audit.print_audit(tmp_path / "t.csv") == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="the case-study articles are not here")
def test_house_style_of_the_five():
    table = audit.house_style(analysis.load_documents(SHARED / "corpus")).set_index(["outlet", "feature"])["preferred"]
    assert table["GEOFOR", "quotation marks"] == "«guillemets»" and table["GEOFOR", "Kyiv"] == "Kiev"
    assert (
        table["The National Interest", "Kyiv"] == "Kyiv" and table["World Socialist Web Site", "United States"] == "US"
    )
