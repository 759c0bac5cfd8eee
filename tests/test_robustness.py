"""Bad input on purpose: it ends in a result, a finding or one line that names the file; the good articles are read."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SAMPLE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_features import digest

import analysis
from analysis import audit, corpus, schema
from analysis.cli import main
from analysis.resources import read_list

sys.path.insert(0, str(ROOT / "scripts"))
import fuzz

DAYS = ("Monday", "Tuesday", "Wednesday")
GOOD = "\n\n".join(
    f"The council of the bay met on {day}, and Joe Biden said: “We will pay for the new wall, and for the old one.”"
    for day in DAYS
)
SIZE = 30_000
PIECES = {
    "one line": "word and a “quoted” word; ",
    "one word": "a",
    "hyphens": "a-",
    "periods in a word": "a.",
    "apostrophes": "'",
    "straight marks": '"',
    "marks that open only": "“",
    "empty quotations": "“”",
    "quotations": '"Yes," he said. ',
    "reopened quotations": "“Yes, we will go on.\n\n",
    "single marks": "it’s ‘a’ ‘b ",
    "guillemets": "«»",
    "German marks": "„a“ ",
    "backticks": "``a'' ",
    "tiny paragraphs": "a\n",
    "line feeds": "\n",
    "tabs": "a\t",
    "no-break spaces": "a\u00a0",
    "full stops": ".",
    "question marks": "?!",
    "abbreviations": "Mr. ",
    "initials": "J. K. ",
    "U.S.": "U.S. ",
    "names only": "Donald Trump Joe Biden ",
    "suffixes": "Donald Trump, Jr., ",
    "names with colons": "Trump: ",
    "capitals": "THE COUNCIL SAID. ",
    "capitalised words": "Alpha Beta Gamma said ",
    "verbs of saying": "said ",
    "sources": "according to ",
    "negations": "not very but ",
    "exclamations": "good! ",
    "digits": "1",
    "numbers": "10,000.5 ",
    "brackets": "([{<",
    "tags": "<script>alert(1)</script>\n",
    "formulas": '=HYPERLINK("http://x","y")\n',
    "control characters": "".join(map(chr, range(1, 32))),
    "emoji": "😀👨‍👩‍👧 ",
    "combining marks": "e\u0316\u0321\u0332",
    "right to left": "שלום עולם قال الرئيس. ",
    "Chinese": "中国。",
    "zero width": "a\u200bb\u200cc\u2060\ufeff ",
    "direction": "\u202eabc\u202c \u2066x\u2069",
    "look-alikes": "Dоnald Тrump sаid. ",
    "private use, noncharacters": "\ue000\uffff\U0010ffff",
    "letters that change length": "İﬁßŉǆ\u2adc ",
    "headings": "# Heading\n",
    "bylines": "By Jane Doe\n",
    "furniture": "ADVERTISEMENT\nRead more: this\n",
}
TEXTS = {name: piece * (SIZE // len(piece)) for name, piece in PIECES.items()} | {
    "marks nested a thousand deep": "“‘" * 500 + "Mr Biden said" + "’”" * 500,
    "marks never closed": "“a " * 3000 + "” " * 3000,
    "NULs": "a\0b " * 1000,
    "one mark": '"',
    "one combining mark": "\u0301",
}


def test_hostile_texts_do_no_harm_and_do_not_disturb_the_others():
    begin = time.process_time()
    names = list(TEXTS)
    features = fuzz.check([GOOD, *TEXTS.values(), GOOD.replace("bay", "sea")])
    assert time.process_time() - begin < 10 * (sum(map(len, TEXTS.values())) / 1e6 + 1), "10 s a megabyte"
    alone = analysis.extract_features(pd.DataFrame({"doc_id": ["0"], "text": [GOOD]}))
    for name, table in features._asdict().items():
        one = getattr(alone, name)
        same = table[table["doc_id"] == "0"].reset_index(drop=True)
        pd.testing.assert_frame_equal(same, one, check_exact=True)
    assert len(alone.sentences) == 3 and len(alone.mentions) == 3 and len(alone.quotes) == 3
    documents = features.documents.set_index("doc_id")
    assert documents.loc[str(1 + names.index("names only")), "n_words"] == 4 * (SIZE // len(PIECES["names only"]))
    assert documents.loc[str(1 + names.index("straight marks")), "n_words"] == 0


def test_audit_and_drafts_take_hostile_texts(tmp_path):
    documents = pd.DataFrame({"doc_id": list(TEXTS), "text": [t[:5000] for t in TEXTS.values()]})
    found = set(audit.audit_documents(documents)["finding"])
    assert {"not English?", "characters that reverse the direction", "control characters"} <= found
    assert "look-alike letters of another script in a word" in found
    draft = analysis.suggest_actors(documents)
    draft.to_csv(tmp_path / "draft.csv", index=False)
    read_list(tmp_path / "draft.csv", required=("actor", "alias"))
    analysis.write_features(analysis.extract_features(documents), tmp_path / "bundle")
    assert len(analysis.load_features(tmp_path / "bundle").documents) == len(documents)


def test_two_megabytes_without_a_line_break_or_full_stop():
    begin = time.process_time()
    text = "the Trump of the wall and of the bay " * 54_000
    features = analysis.extract_features(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
    assert time.process_time() - begin < 20  # 10 s a megabyte
    assert features.documents["n_words"][0] == 9 * 54_000 and len(features.mentions) == 54_000


FRAGMENTS = st.lists(st.sampled_from(fuzz.NASTY + tuple("abcXYZ 019") + tuple(GOOD.split())), max_size=60)
ANY = st.one_of(
    FRAGMENTS.map("".join),
    FRAGMENTS.map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@example(["e\0…", *["“No,” she said.", "By “Joe\n“We do”"] * 10])
@given(st.lists(ANY, min_size=20, max_size=60))
def test_any_unicode_text(texts):
    """Offsets, dtypes and sums (`fuzz.check`); parts, and another order, give the same rows."""
    features = fuzz.check(texts)
    documents = features.documents[["doc_id", "text"]]
    halves = [analysis.extract_features(part) for part in (documents.iloc[10:], documents.iloc[:10])]
    for name, table in features._asdict().items():
        parts = pd.concat([getattr(half, name) for half in reversed(halves)], ignore_index=True)
        pd.testing.assert_frame_equal(table, parts, check_exact=True)
    tokens = analysis.tokenize(documents)
    given = dict(zip(documents["doc_id"], documents["text"], strict=True))
    places = tokens[["doc_id", "start", "end", "token"]].itertuples(index=False)
    assert all(given[doc][start:end] == token for doc, start, end, token in places)
    for one, two in pairwise(tokens[["doc_id", "start", "end"]].itertuples(index=False)):
        assert one.doc_id != two.doc_id or one.end <= two.start
    audit.audit_documents(documents)
    analysis.readability(features.sentences)


def corpus_of(folder, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    return folder


def test_names_that_are_no_utf8_or_hold_a_line_break(tmp_path):
    folder = os.fsencode(corpus_of(tmp_path))
    (tmp_path / "a\nb\x1b[2J.txt").write_text(GOOD + " One.")
    (tmp_path / "cafe\u0301.txt").write_text(GOOD + " Two.")  # as a Mac writes it; the list has it composed
    Path(os.fsdecode(folder + b"/caf\xe9")).mkdir()
    for name, text in ((b"/caf\xe9/x.txt", GOOD), (b"/caf\xe9.pdf", "%PDF")):
        Path(os.fsdecode(folder + name)).write_text(text)
    (tmp_path / "link.txt").symlink_to(os.fsdecode(b"/nowhere\xe9"))
    (tmp_path / "documents.csv").write_text("file,outlet\ncafé.txt,Bay\ncafé/x.txt,Sea\ngood.txt,\n", "utf-8")
    documents, findings = corpus.read_documents(tmp_path)
    assert documents["doc_id"].tolist() == ["a\nb\x1b[2J", "café", "café/x", "good"]
    assert documents["outlet"].fillna("?").tolist() == ["?", "Bay", "Sea", "?"]
    assert set(findings["problem"]) == {"not an article", "broken link", "not listed"}


def test_names_on_the_terminal_cannot_write_to_it(tmp_path, capsys):
    (corpus_of(tmp_path) / "a\n\x1b[2J\u202e.txt").write_bytes(b"\0\1")
    assert main(["features", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    error = capsys.readouterr().err
    assert error == "a \ufffd[2J\ufffd.txt: binary file (NUL bytes: not a text file); save it as text, or remove it\n"


def test_links_loops_and_devices_are_told_and_the_rest_is_read(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    corpus_of(folder)
    (folder / "l.txt").symlink_to("m.txt")
    (folder / "m.txt").symlink_to("l.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "sub.txt").mkdir()
    (folder / "sub.txt" / "up").symlink_to("..")
    (folder / "documents.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert main(["features", str(folder), "--out", str(tmp_path / "out")]) == 0
    error = capsys.readouterr().err
    assert error.count("broken link") == 2 and error.count("link not followed") == 2 and error.count("\n") == 4
    assert analysis.load_features(tmp_path / "out").documents["doc_id"].tolist() == ["good"]
    for path in (tmp_path / "pipe.txt", "/dev/null", "a\0b", "http://localhost/a.csv", tmp_path / "out" / "loop"):
        assert main(["audit", str(path)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and "give a folder" in error


def test_closed_files_and_folders(tmp_path):
    """Without the rights of root: a closed file and folder are findings, a closed corpus is one line."""
    (corpus_of(tmp_path) / "closed").mkdir()
    (tmp_path / "closed.txt").write_text(GOOD)
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "analysis", "audit"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    if drop and subprocess.run([*drop, "true"], capture_output=True).returncode:
        pytest.skip("root, and setpriv cannot take its rights away")
    for path in (tmp_path / "closed.txt", tmp_path / "closed"):
        path.chmod(0)
    run = subprocess.run([*command, tmp_path], env=env, capture_output=True, text=True)
    assert run.returncode == 1 and "cannot be read" in run.stdout and "folder cannot be read" in run.stdout
    run = subprocess.run([*command, tmp_path / "closed"], env=env, capture_output=True, text=True)
    (tmp_path / "closed").chmod(0o700)
    assert run.returncode == 2 and run.stderr.count("\n") == 1 and "check its permissions" in run.stderr


def test_every_half_broken_encoding_gives_text_or_a_finding(tmp_path):
    text = GOOD + " A café."
    files = {
        "utf16.txt": text.encode("utf-16-le"),
        "utf16half.txt": text.encode("utf-16")[:-1],
        "utf16pair.txt": text.encode("utf-16") + b"\x00\xd8",
        "utf16shifted.txt": text.encode("utf-16-be")[1:],
        "utf32cut.txt": text.encode("utf-32")[:-2],
        "cut.txt": (text + "…").encode()[:-1],
        "cesu.txt": text.encode() + b"\xed\xa0\x80\xed\xb0\x80",
        "overlong.txt": text.encode() + b"\xc0\xaf",
        "shiftjis.txt": ("東京の市議会。" * 30).encode("shift_jis"),
        "bom.txt": b"\xff\xfe",
        "bom8.txt": b"\xef\xbb\xbf",
        "nulls.txt": text.encode() + b"\0" * 3,
        "random.txt": bytes(range(1, 256)) * 20,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    documents, findings = corpus.read_documents(corpus_of(tmp_path))
    problems = dict(zip(findings["file"], findings["problem"], strict=True))
    assert problems == {"bom.txt": "empty article", "bom8.txt": "empty article", "nulls.txt": "binary file"}
    assert set(documents["file"]) == {"good.txt", *files} - set(problems)
    read = documents.set_index("doc_id")["text"]
    assert read["utf16"] == text and read["shiftjis"].startswith("東京")
    for name in ("utf16half", "utf16pair", "utf32cut", "cut", "cesu", "overlong"):
        assert read[name].startswith(text[:-1]) and "\ufffd" in read[name], name


METADATA = {
    "": "empty",
    "\ufeff \n": "empty",
    'file,outlet\ngood.txt,"X\n': "close all quotes",
    "file,outlet\ngood.txt,A\n./good.txt,B\n": "'good.txt' stands in two rows",
    "name\ngood.txt\n": "no column 'file' or 'doc_id'",
}


@pytest.mark.parametrize("content", METADATA)
def test_metadata_that_cannot_be_used_is_one_line(tmp_path, capsys, content):
    (corpus_of(tmp_path) / "documents.csv").write_text(content, encoding="utf-8")
    assert main(["audit", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "documents.csv" in error and METADATA[content] in error and error.count("\n") == 1


def test_metadata_reads_nothing_outside_and_decides_no_text_or_count(tmp_path):
    rows = [
        "file,outlet,outlet,text,n_words,doc_id,title",
        '../../etc/passwd,,,,,,\n/etc/passwd,,,,,,\n,X,,,,,\n,Y,,,,,',
        'good.txt,"=HYPERLINK(""http://x"")",Z,evil,9,evil,@SUM(1)',
    ]  # fmt: skip
    (corpus_of(tmp_path) / "documents.csv").write_text("\n".join(rows))
    documents, findings = corpus.read_documents(tmp_path)
    assert documents[["doc_id", "outlet", "title", "text"]].values.tolist() == [
        ["good", '=HYPERLINK("http://x")', "@SUM(1)", GOOD]
    ]
    assert findings["problem"].tolist() == ["listed but not there"] * 3
    (tmp_path / "documents.csv").write_text("file,outlet\n")  # a header only
    assert corpus.read_documents(tmp_path)[1]["problem"].tolist() == ["not listed"]


# As written, as read (a day, None: unknown), finding. 03/04/2024 is March 4th here and April 3rd there.
DATES = [
    ("2024-11-17", "2024-11-17", None),
    ("2024-11-17T23:30:00+02:00", "2024-11-17", None),
    ("2024-11-17T23:30:00.123456789Z", "2024-11-17", None),
    ("Sun, 17 Nov 2024 23:30:00 +0200", "2024-11-17", None),
    ("20241117", "2024-11-17", None),
    ("17.11.2024", "2024-11-17", None),
    ("11/17/24", "2024-11-17", None),
    ("Nov. 17, 2024", "2024-11-17", None),
    ("November 17th, 2024", "2024-11-17", None),
    ("04/04/2024", "2024-04-04", None),
    ("03/04/2024", "2024-03-04", "ambiguous date"),
    ("3.4.24", "2024-04-03", None),  # with periods the day stands first
    ("11.17.24", "2024-11-17", None),
    ("Thu 17 Nov 2024 09.00 GMT", "2024-11-17", None),
    ("Nov 17, 2024 7:12 AM EST", "2024-11-17", None),
    ("17 November 2024 at 23:30", "2024-11-17", None),
    ("2024", "2024-01-01", "ambiguous date"),
    ("2024-11", "2024-11-01", "ambiguous date"),
]
NO_DATES = [
    "2024-02-30",
    "0000-00-00",
    "99999-01-01",
    "-1",
    "now",
    "today",
    "12:30",
    "12",
    "1731800000",
    "1e10",
    "=1+1",
]
DATES += [(impossible, None, "date not understood") for impossible in [*NO_DATES, "2024-W47", "١", "nan"]]


@pytest.mark.parametrize("storage", ["pyarrow", "python"])
def test_dates_in_every_form(tmp_path, storage):
    """Never the clock's (now, 12:30), never a silent guess, whatever holds pandas' text."""
    with pd.option_context("mode.string_storage", storage):
        rows = pd.DataFrame({"doc_id": [d for d, *_ in DATES], "date": [d for d, *_ in DATES], "text": GOOD})
        rows.to_csv(tmp_path / "t.csv", index=False)
        documents, findings = corpus.read_documents(tmp_path / "t.csv")
    read = documents["date"].dt.strftime("%Y-%m-%d").astype(object)
    assert read.where(read.notna(), None).tolist() == [day for _, day, _ in DATES]
    assert sorted(findings["problem"]) == sorted(finding for *_, finding in DATES if finding)
    assert "03/04/2024, read as 2024-03-04" in findings["detail"].tolist()


@pytest.mark.parametrize("kind", ["csv", "parquet", "listed"])
def test_columns_are_known_in_any_case_and_one_by_another_name_is_told(tmp_path, kind):
    rows = pd.DataFrame(
        {"DOC_ID": ["a"], "Publication ": ["Lantern"], "Published": ["2024-11-17"], " Title": ["Dam"], "candidate": "x"}
    )
    (tmp_path / "a.txt").write_text(GOOD)
    rows.to_csv(tmp_path / "documents.csv", index=False)
    rows.assign(Text=GOOD).to_csv(tmp_path / "t.csv", index=False)
    rows.assign(Text=GOOD).to_parquet(tmp_path / "t.parquet")
    documents, findings = corpus.read_documents(tmp_path if kind == "listed" else tmp_path / f"t.{kind}")
    assert documents[["doc_id", "title"]].values.tolist() == [["a", "Dam"]]
    told = findings[findings["problem"] == "column not read"]
    assert told[["detail", "fix"]].values.tolist() == [
        ["Publication ", "if it is the outlet, name it outlet"],
        ["Published", "if it is the date, name it date"],
    ]


ORDERS = {  # dates of one list, and as they are read: one that can only be read in one way tells how to read the others
    "day first": (["03/04/2024", "25/04/2024 10:00", "5.4.24"], ["2024-04-03", "2024-04-25", "2024-04-05"], 0),
    "month first": (["03/04/2024", "04/25/2024", "5-4-99"], ["2024-03-04", "2024-04-25", "1999-05-04"], 0),
    "open": (["03/04/2024", "04/05/2024", "2024-12-31"], ["2024-03-04", "2024-04-05", "2024-12-31"], 2),
    "both": (["03/04/2024", "25/04/2024", "04/25/2024"], ["2024-03-04", "2024-04-25", "2024-04-25"], 1),
}


@pytest.mark.parametrize("kind", ["listed", "csv", "jsonl", "parquet"])
@pytest.mark.parametrize("order", ORDERS)
def test_dates_of_one_list_begin_alike(tmp_path, order, kind):
    written, read, ambiguous = ORDERS[order]
    rows = pd.DataFrame({"doc_id": list("abc"), "date": written, "text": GOOD})
    if kind == "listed":
        for doc_id in rows["doc_id"]:
            (tmp_path / f"{doc_id}.txt").write_text(GOOD)
        rows[["doc_id", "date"]].to_csv(tmp_path / "documents.csv", index=False)
    write = {"jsonl": lambda file: rows.to_json(file, orient="records", lines=True)}
    write |= {"csv": lambda file: rows.to_csv(file, index=False), "parquet": rows.to_parquet}
    source = tmp_path if kind == "listed" else tmp_path / f"t.{kind}"
    write.get(kind, lambda file: None)(source)
    findings = []
    size = 1e-6 if kind == "listed" else 0.004
    batches = list(corpus.iter_documents(source, batch_mb=size, findings=findings))  # a row each
    assert len(batches) == 3
    dates = pd.concat(batches)["date"].dt.strftime("%Y-%m-%d")
    assert dates.tolist() == read
    assert [problem for _, problem, *_ in findings] == ["ambiguous date"] * ambiguous


def test_a_page_s_date_is_not_guessed_from_its_text(tmp_path):
    page = "<html><head>{}</head><body><article>{}</article><footer>Copyright 2019</footer></body></html>"
    body = "".join(f"<p>{p} It was built in 1995.</p>" for p in GOOD.split("\n\n"))
    for name, content in {"none": "", "bad": "2024-13-45", "good": "2024-03-05", "late": "2150-01-02"}.items():
        meta = f"<meta property='article:published_time' content='{content}'>" if content else ""
        (tmp_path / f"{name}.html").write_text(page.format(meta, body))
    dates = analysis.load_documents(tmp_path).set_index("doc_id")["date"].astype(str).fillna("?")
    assert dates.to_dict() == {"none": "?", "bad": "?", "good": "2024-03-05", "late": "2150-01-02"}


def packed(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


FULL = packed(pa.table({"text": [GOOD + f" {i}" for i in range(50)]}))
ROWS = b'{"text": "Hello there, all of you."}\n'
TABLES = {
    "int.parquet": (packed(pa.table({"text": [1, 2]})), "empty article"),
    "nested.parquet": (packed(pa.table({"text": [["a"], ["b", "c"]]})), "empty article"),
    "struct.parquet": (packed(pa.table({"text": [{"a": 1}]})), "empty article"),
    "twice.parquet": (packed(pa.Table.from_arrays([pa.array(["a"])] * 2, ["text", "text"])), "'text' stands twice"),
    "rows.parquet": (packed(pa.table({"text": pa.array([], "str")})), "no rows"),
    "zero.parquet": (b"", "repair it"),
    "noise.parquet": (b"PAR1" + bytes(range(256)) * 4 + b"PAR1", "repair it"),
    "cut.parquet": (FULL[:-30], "repair it"),
    "flipped.parquet": (FULL[:80] + bytes(b ^ 90 for b in FULL[80:200]) + FULL[200:], "repair it"),
    "zero.csv": (b"", "repair it"),
    "head.csv": (b"text,outlet\n", "no rows"),
    "nul.csv": (b"text\nab\0c\n", "NUL"),
    "open.csv": (b'text,outlet\n"abc,d\nefg,h\n', "repair it"),
    "noise.csv.gz": (b"no gzip", "repair it"),
    "cut.csv.gz": (gzip.compress(b"text\n" + os.urandom(3000).hex().encode())[:-20], "repair it"),
    "cut.jsonl.gz": (gzip.compress(ROWS * 9)[:-9], "repair it"),
    "zero.jsonl": (b"", "no rows"),
    "cut.jsonl": (ROWS + ROWS[:-9], "line 2: not a JSON object"),
    "deep.jsonl": (b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "line 1: not a JSON object"),
    "digits.jsonl": (b'{"text": "a", "doc_id": ' + b"9" * 5000 + b"}\n", "line 1: not a JSON object"),
    "utf16.jsonl": (ROWS.decode().encode("utf-16"), "line 1: not a JSON object"),
}


@pytest.mark.parametrize("name", TABLES)
def test_broken_tables_are_one_line_that_names_the_file_and_the_fix(tmp_path, capsys, name):
    data, words = TABLES[name]
    (tmp_path / name).write_bytes(data)
    assert main(["features", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and name in error and words in error and ("; " in error)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_tables_of_odd_types_give_what_they_hold(tmp_path):
    odd = {
        "text": pa.array([GOOD.encode(), b"caf\xe9 at the bay, they said.", None]),
        "doc_id": pa.array([7, None, 9]),
        "outlet": pa.array([["a", "b"], None, None]),
        "date": pa.array([20241117, None, None]),
        "n_words": pa.array(["evil"] * 3),
        "n_paragraphs": pa.nulls(3),
        "sha256": pa.array(["x"] * 3),
        "file": pa.array(["../../x"] * 3),
    }
    pq.write_table(pa.table(odd), tmp_path / "t.parquet")
    documents, findings = corpus.read_documents(tmp_path / "t.parquet")
    assert documents["text"].tolist() == [GOOD, "café at the bay, they said."]
    assert documents["date"].astype(str).fillna("?").tolist() == ["2024-11-17", "?"]
    assert documents["doc_id"].tolist() == ["7", "2"] and set(documents["file"]) == {"t.parquet"}
    assert findings["problem"].tolist() == ["empty article"]
    lines = ['{"text": "a \\ud800 b", "\\udfff": 1, "doc_id": "\\ud800"}', '{"text": 5}', '{"text": "x\\u0000y"}', ""]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    documents, findings = corpus.read_documents(tmp_path / "t.jsonl")
    assert documents["doc_id"].tolist() == ["\ufffd", "3"] and len(findings) == 1
    assert "control characters" in audit.audit_documents(documents)["finding"].tolist()


def test_pages_with_scripts_bombs_and_deep_nesting(tmp_path):
    paragraphs = "".join(f"<p>{p}<img src=x onerror=alert(1)></p>" for p in GOOD.split("\n\n"))
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    pages = {
        "script": f"<html><body><script>alert(1)</script>{paragraphs}<script>alert(2)</script></body></html>",
        "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><html><body><p>&l9;</p>{paragraphs}</body></html>',
        "entity": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>&e;</p>{paragraphs}</body></html>',
        "deep": f"<html><body>{'<div>' * 10_000}{paragraphs}</body></html>",
        "lists": f"<html><body><article>{'<ul><li>' * 5_000}{paragraphs}</body></html>",
        "tags": "<" * 10_000,
        "comment": "<!--" * 1000,
        "bytes": bytes(range(1, 256)) * 40,
    }
    begin = time.process_time()
    folder = corpus_of(tmp_path, **{f"{name}_html": page for name, page in pages.items()})
    documents, findings = corpus.read_documents(folder)
    assert time.process_time() - begin < 10
    assert {"good", "script"} <= set(documents["doc_id"])
    assert set(documents["file"]) | set(findings["file"]) == {"good.txt", *(f"{name}.html" for name in pages)}
    text = "".join(documents.loc[documents["doc_id"] != "bytes", "text"])
    assert "root:" not in text and "lollol" not in text and "alert" not in text
    assert "old one" in documents.set_index("doc_id")["text"]["script"]


LISTS = {
    b"\xff\xfe\x00\x01": "save it as CSV in UTF-8",
    b"": "column actor, alias is missing",
    b"actor,alias\nn,Nu\xf1ez\n": "save it as CSV in UTF-8",
    b"actor,alias\na," + b"x" * 200_000 + b"\n": "save it as CSV",
    b'actor,alias\na,"x\nb,y\n': "runs over several lines",
    b"actor,alias\na\n": "line 2: alias is empty",
}


@pytest.mark.parametrize("number", range(len(LISTS)))
def test_broken_registries_are_one_line(tmp_path, capsys, number):
    data, words = list(LISTS.items())[number]
    (corpus_of(tmp_path) / "actors.csv").write_bytes(data)
    assert main(["features", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "actors.csv" in error and words in error
    assert not (tmp_path / "out").exists()


def test_aliases_that_are_patterns_or_marks_are_taken_literally():
    rows = ["(((", ".*", "[", "😀", "\\d+", "$^", "a|b"]
    actors = analysis.load_actors(pd.DataFrame({"actor": rows, "alias": rows}))
    sentences = pd.DataFrame({"doc_id": ["a"], "sentence_id": 0, "start": 0, "end": len(GOOD), "text": [GOOD]})
    assert not len(analysis.find_mentions(sentences, actors))


def test_a_thousand_files_and_long_audits(tmp_path, capsys):
    for i in range(1000):
        (tmp_path / f"{i:04}.txt").write_text(f"Number {i}. {GOOD[:90]}")
    begin = time.process_time()
    assert main(["audit", str(tmp_path)]) == 1
    assert time.process_time() - begin < 10
    assert "0999.txt\toutlet unknown\t" in capsys.readouterr().out


# `parallax` in partitions of 20 kB, and with the notebooks of a folder in place of the curated ones and the references.
STOPPED = """
import sys
from pathlib import Path
from analysis import cli, report, scale
scale.PARTITION_MB = 0.02
report.find_notebooks, report.REFERENCES = lambda: sorted(Path("notebooks").glob("*.ipynb")), ()
sys.exit(cli.main(sys.argv[1:]))
"""


def start(cwd, *arguments):
    command, env = [sys.executable, "-c", STOPPED, *map(str, arguments)], os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, env=env, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def complete(process):
    error = process.communicate(timeout=200)[1]
    assert process.returncode == 0, error


def processes(session):
    """Who still runs of those that a command started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, sid = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(sid) == session and state != "Z":
            yield stat.parent.name


def stop(process, with_signal):
    """Send the signal to the command alone; its standard error, once nothing of it runs any longer."""
    process.send_signal(with_signal)
    error, end = process.communicate(timeout=200)[1], time.monotonic() + 20
    while list(processes(process.pid)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not list(processes(process.pid)), "processes are left"
    return error


STOPS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")


@needs_proc
def test_a_stopped_report_leaves_the_earlier_one_and_no_process(tmp_path):
    """Stopped while a notebook runs, twice; the earlier report is still whole, and the next run makes a new one."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "articles").mkdir()
    corpus_of(tmp_path / "articles")
    command = ("report", tmp_path / "articles", "--out", tmp_path / "place" / "out", "--title", "Third")
    lines = ["import time", f"flag = __import__('pathlib').Path({str(tmp_path / 'reached')!r})"]
    lines += ["seconds = 0 if flag.exists() else 2", "flag.touch()", "time.sleep(seconds)"]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "c0"}
    book = {"cells": [cell | {"source": "\n".join(lines)}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebooks" / "01_slow.ipynb").write_text(json.dumps(book))
    out = tmp_path / "place" / "out"
    out.mkdir(parents=True)
    (out / "index.html").write_text("the earlier report")
    for with_signal in (signal.SIGINT, signal.SIGKILL):  # the first leaves all as it was: the second starts alike
        (tmp_path / "reached").unlink(missing_ok=True)
        process, end = start(tmp_path, *command), time.monotonic() + 60
        while not (tmp_path / "reached").exists() and time.monotonic() < end:
            time.sleep(0.02)
        error = stop(process, with_signal)
        assert process.returncode == (130 if with_signal == signal.SIGINT else -with_signal)
        assert error.endswith("parallax: interrupted\n") or with_signal != signal.SIGINT
        assert [p.name for p in out.iterdir()] == ["index.html"]
        assert (out / "index.html").read_text() == "the earlier report"
        rest = [p.name for p in out.parent.iterdir() if p != out]
        assert not rest if with_signal == signal.SIGINT else all(name.startswith(".parallax-") for name in rest)
    complete(start(tmp_path, *command))
    assert {"01_slow.html", "index.html"} <= {p.name for p in out.iterdir()}


@needs_proc
def test_features_stopped_at_random_moments_are_completed_by_the_next_run(tmp_path):
    """What stands under its final name is whole at any moment: it has the bytes of the complete run."""
    whole, out, chance = tmp_path / "whole", tmp_path / "out", random.Random(11)
    begin, process = time.monotonic(), start(tmp_path, "features", SAMPLE, "--out", whole)
    complete(process)
    seconds, expected = time.monotonic() - begin, digest(whole)
    for with_signal in STOPS:
        process = start(tmp_path, "features", SAMPLE, "--out", out)
        time.sleep(seconds * (0.5 + chance.random() / 2))
        stop(process, with_signal)
        found = digest(out) if out.exists() else {}
        assert {n: h for n, h in found.items() if not n.endswith(".partial")}.items() <= expected.items()
        assert found == expected or "manifest.json" not in found
    complete(start(tmp_path, "features", SAMPLE, "--out", out))
    assert digest(out) == expected


def test_minutes_of_fuzzing_are_there(capsys):
    fuzz.main(seconds=1, seed=3)
    assert "inputs, no unexpected exception" in capsys.readouterr().out
    assert schema.TABLES and fuzz.fails([None])
