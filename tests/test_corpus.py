"""Reading: every encoding, folders that bite, metadata, tables, and the one line a user gets when nothing is read."""

import gzip
import hashlib
import json
import os
import time
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis import corpus, schema

SHARED = Path(__file__).parents[2] / "shared"
WORDS = "The mayor’s café costs £3 – a “fair” price, she says. "  # every mark exists in Windows-1252
BODY = "The council met on Monday and voted for the new bridge after a debate of three hours."


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_md", ".md").replace("_html", ".html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings_give_the_same_text(codec, named):
    assert corpus.decode((WORDS * 5).encode(codec)) == (WORDS * 5, named)


@pytest.mark.parametrize(("codec", "named"), [("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")])
def test_utf16_without_mark(codec, named):
    assert corpus.decode((BODY * 3).encode(codec)) == (BODY * 3, named)


def test_guesses():
    russian = "Совет собрался в понедельник и проголосовал за новый мост. " * 5
    assert corpus.decode(russian.encode("cp1251")) == (russian, "cp1251")
    mac = "She said it isn’t “over” until the bridge stands, and nobody disagreed with her. " * 5
    text, encoding = corpus.decode(mac.encode("mac_roman"))
    assert text == mac and encoding.startswith("mac")
    assert corpus.decode(BODY.encode())[1] == "ascii"


def test_damage_is_marked_and_the_rest_kept():
    text, encoding = corpus.decode((WORDS * 3).encode() + b"\xff end")
    assert encoding == "utf-8 (damaged)" and text == WORDS * 3 + "\ufffd end"
    text, encoding = corpus.decode(WORDS.encode("utf-16") + b"\x00")  # cut in the middle of a character
    assert encoding == "utf-16 (damaged)" and text.startswith(WORDS)


def test_binary_is_told_from_text():
    assert corpus.decode(b"\x89PNG\r\n\x00\x00\x00\rIHDR" + bytes(50))[0] is None
    assert corpus.decode(BODY.encode() + b"\0")[0] is None


def test_line_ends_and_composed_letters():
    assert corpus.decode("a\r\nb\rc\n\u2028d\x0ce".encode())[0] == "a\nb\nc\n\nd\ne"
    assert corpus.decode("cafe\u0301".encode())[0] == "café"


def test_folder(tmp_path):
    write(tmp_path, North__a_txt="Bridge vote today\n\n" + BODY, b_md="# A bridge at last\n\n" + BODY, README_md="x")
    documents = analysis.load_documents(tmp_path)
    assert documents["doc_id"].tolist() == ["North/a", "b"]
    assert documents["file"].tolist() == ["North/a.txt", "b.md"]
    assert documents["outlet"].fillna("?").tolist() == ["North", "?"]
    assert documents["title"].tolist() == ["Bridge vote today", "A bridge at last"]
    assert documents["sha256"][0] == hashlib.sha256((tmp_path / "North/a.txt").read_bytes()).hexdigest()
    counts = ("n_paragraphs", "n_sentences", "n_words")
    assert documents.dtypes.astype(str).to_dict() == {
        k: v for k, v in schema.empty("documents").dtypes.astype(str).to_dict().items() if k not in counts
    }


def test_metadata_of_the_folder(tmp_path):
    write(tmp_path, a_txt=BODY, b_txt=BODY, c_txt=BODY)
    rows = "file;outlet;date;title\na.txt;Lantern;2024-11-17T23:30:00+02:00;T\nb.txt;Lantern;2024-02-30;\n../x.txt;;;\n"
    (tmp_path / "documents.csv").write_bytes(rows.encode("utf-16"))  # as a spreadsheet may save it
    documents, findings = corpus.read_documents(tmp_path)
    assert documents["outlet"].fillna("?").tolist() == ["Lantern", "Lantern", "?"]
    assert documents["date"].astype(str).fillna("?").tolist() == ["2024-11-17", "?", "?"]
    assert documents["title"].isna().tolist() == [False, True, True]
    assert set(zip(findings["file"], findings["problem"], strict=True)) == {
        ("../x.txt", "listed but not there"),
        ("c.txt", "not listed"),
        ("b.txt", "date not understood"),
    }


def test_metadata_as_table_and_by_doc_id(tmp_path):
    write(tmp_path, a_txt=BODY)
    documents = analysis.load_documents(
        tmp_path, pd.DataFrame({"doc_id": ["a"], "outlet": ["Wire"], "author": ["A. B."]})
    )
    assert documents.loc[0, ["outlet", "author"]].tolist() == ["Wire", "A. B."]
    pd.DataFrame({"id": ["1", "2"], "text": [BODY, BODY]}).to_csv(tmp_path / "t.csv", index=False)
    table, findings = corpus.read_documents(
        tmp_path / "t.csv", pd.DataFrame({"doc_id": ["2", "3"], "outlet": ["W", "V"]})
    )
    assert table["outlet"].fillna("?").tolist() == ["?", "W"]
    assert findings["problem"].tolist() == ["listed but not there", "not listed"]
    for name in ("t.csv", "a.txt"):
        read, findings = corpus.read_documents(tmp_path / name, pd.DataFrame({"file": [name], "outlet": ["X"]}))
        assert set(read["outlet"]) == {"X"} and not len(findings)


def test_a_list_of_another_folder_costs_little(tmp_path):
    write(tmp_path, **{f"story_{i}_txt": BODY for i in range(500)})
    rows = pd.DataFrame({"file": [f"Bay/story_{i}.txt" for i in range(500)]})
    begin = time.process_time()
    findings = corpus.read_documents(tmp_path, rows)[1]
    assert time.process_time() - begin < 5
    assert findings["problem"].value_counts().to_dict() == {"listed but not there": 500, "not listed": 500}
    assert findings.loc[0, ["file", "fix"]].tolist() == ["Bay/story_0.txt", "did you mean story_0.txt?"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("name,outlet\na.txt,X\n", "no column 'file' or 'doc_id'; found name, outlet"),
        ("file,outlet\na.txt,X\na.txt,Y\n", "'a.txt' stands in two rows"),
        ("file,outlet\na.txt,X,Y,Z\nb.txt,X,Y,Z,Q\n", "quote the fields"),
    ],
)
def test_metadata_errors(tmp_path, rows, words):
    write(tmp_path, a_txt=BODY)
    (tmp_path / "documents.csv").write_text(rows)
    with pytest.raises(ValueError, match=words):
        analysis.load_documents(tmp_path)


def test_what_is_skipped_is_told(tmp_path):
    write(tmp_path, good_txt=BODY, empty_txt=" \n\n", binary_txt=b"\0\1\2" * 40, sub__page_html="<html></html>")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.txt").symlink_to("nowhere.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    outside = tmp_path.parent / f"{tmp_path.name}-secret.txt"
    outside.write_text(BODY)
    (tmp_path / "escape.txt").symlink_to(outside)
    (tmp_path / "inside.txt").symlink_to("good.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    documents, findings = corpus.read_documents(tmp_path)
    assert documents["doc_id"].tolist() == ["good", "inside"]
    assert dict(zip(findings["file"], findings["problem"], strict=True)) == {
        "broken.txt": "broken link",
        "loop": "link not followed",
        "escape.txt": "link not followed",
        "scan.pdf": "not an article",
        "pipe.txt": "not an article",
        "empty.txt": "empty article",
        "binary.txt": "binary file",
        "sub/page.html": "empty article",
    }
    assert (findings["fix"].str.len() > 5).all()
    with pytest.warns(UserWarning, match="and 7 more; see `parallax audit"):
        analysis.load_documents(tmp_path)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path):
    write(tmp_path, good_txt=BODY, closed_txt=BODY)
    (tmp_path / "closed.txt").chmod(0)
    documents, findings = corpus.read_documents(tmp_path)
    assert documents["doc_id"].tolist() == ["good"] and findings["problem"].tolist() == ["cannot be read"]


def test_file_that_vanishes(tmp_path, monkeypatch):
    write(tmp_path, good_txt=BODY, gone_txt=BODY)
    read = Path.read_bytes

    def refuse(path):
        if path.name == "gone.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    documents, findings = corpus.read_documents(tmp_path)
    assert documents["doc_id"].tolist() == ["good"]
    assert findings.iloc[0].tolist() == ["gone.txt", "cannot be read", "Permission denied", "check its permissions"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no .txt, .md or .html file in it"),
        ({"README_md": "x"}, "no .txt, .md or .html file in it"),
        ({"a_txt": "\n \n"}, "a.txt: empty article"),
        ({"a_txt": b"\0\1\2\3"}, "a.txt: binary file"),
        ({"a_txt": BODY, "a_md": BODY}, r"doc_id 'a' \(a.md, a.txt\)"),
    ],
)
def test_nothing_to_read_is_one_line(tmp_path, files, words):
    with pytest.raises(ValueError, match=words) as caught:
        analysis.load_documents(write(tmp_path, **files))
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


def test_missing_path_and_strange_format(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: no such file or folder; give a folder"):
        analysis.load_documents(tmp_path / "nowhere")
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(ValueError, match=r"a.pdf: not a format that can be read"):
        analysis.load_documents(tmp_path / "a.pdf")
    pd.DataFrame({"text": [BODY]}).to_csv(tmp_path / "all.csv")
    with pytest.raises(ValueError, match=r"to read the table in it, give .*all.csv"):
        analysis.load_documents(tmp_path)


def test_tables_of_every_format_are_the_same(tmp_path):
    rows = pd.DataFrame(
        {
            "doc_id": ["x", "007"],
            "outlet": ["A", None],
            "date": ["2024-01-02", None],
            "title": ["T", "U"],
            "text": [BODY, WORDS],
        }
    )
    rows.to_csv(tmp_path / "t.csv", index=False)
    rows.to_csv(tmp_path / "z.csv.gz", index=False)
    rows.to_csv(tmp_path / "w.csv", index=False, encoding="cp1252")
    rows.to_parquet(tmp_path / "t.parquet")
    lines = "".join(json.dumps(r) + "\n" for r in rows.to_dict("records"))
    (tmp_path / "t.jsonl").write_text(lines.replace("NaN", "null"))
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(lines.replace("NaN", "null").encode()))
    columns = ["doc_id", "outlet", "date", "title", "text", "sha256"]
    first, *others = (analysis.load_documents(path)[columns] for path in sorted(tmp_path.iterdir()))
    assert first["doc_id"].tolist() == ["x", "007"] and first["text"].tolist() == [BODY, WORDS]
    for other in others:
        pd.testing.assert_frame_equal(first, other)


def test_row_numbers_empty_rows_and_batches(tmp_path):
    pd.DataFrame({"text": [BODY, " ", None] + [BODY] * 300}).to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    documents, findings = corpus.read_documents(tmp_path / "t.jsonl")
    assert documents["doc_id"].tolist()[:3] == ["1", "4", "5"] and len(findings) == 2
    batches = list(corpus.iter_documents(tmp_path / "t.jsonl", batch_mb=0.4))  # 100 rows
    assert len(batches) == 4
    pd.testing.assert_frame_equal(pd.concat(batches, ignore_index=True), documents)


def test_table_errors(tmp_path):
    pd.DataFrame({"id": ["1"], "content": [BODY], "tag": ["x"]}).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(ValueError, match="t.csv: no column 'text'; found id, content, tag; rename 'content' to 'text'"):
        analysis.load_documents(tmp_path / "t.csv")
    (tmp_path / "t.jsonl").write_text('{"text": "a"}\n[1]\n')
    with pytest.raises(ValueError, match="t.jsonl: line 2: not a JSON object"):
        analysis.load_documents(tmp_path / "t.jsonl")
    (tmp_path / "e.csv").write_text("")
    with pytest.raises(ValueError, match="e.csv"):
        analysis.load_documents(tmp_path / "e.csv")
    (tmp_path / "d.csv").write_text(f"doc_id,text\n1,{BODY}\n1,{BODY}\n")
    with pytest.raises(ValueError, match="d.csv: two articles have the doc_id '1'"):
        analysis.load_documents(tmp_path / "d.csv")


def test_a_table_that_ends_with_a_batch_is_read_whole(tmp_path):
    rows = [{"doc_id": str(i), "text": f"Story number {i} of the harbour."} for i in range(4)]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    batches = list(corpus.iter_documents(tmp_path / "t.jsonl", batch_mb=0.008))  # two rows a batch
    assert [list(batch["doc_id"]) for batch in batches] == [["0", "1"], ["2", "3"]]


def test_lone_surrogate_in_json(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "a \\ud800 b"}\n')
    assert analysis.load_documents(tmp_path / "t.jsonl")["text"][0] == "a \ufffd b"


def test_html_gives_text_and_metadata_without_scripts(tmp_path):
    page = (
        "<html><head><title>Bridge vote | The Harbour</title><meta property='og:site_name' content='The Harbour'>"
        "<meta property='article:published_time' content='2024-03-05'><script>var spy = 'tracking';</script></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Bridge vote</h1>{'<p>' + BODY + '</p>'}"
        f"<p>{BODY.replace('bridge', 'harbour')}</p><script>alert('x')</script></article></body></html>"
    )
    documents = analysis.load_documents(write(tmp_path, a_html=page))
    row = documents.iloc[0]
    assert BODY in row["text"] and "spy" not in row["text"] and "alert" not in row["text"]
    assert (row["outlet"], str(row["date"].date()), row["title"]) == ("The Harbour", "2024-03-05", "Bridge vote")


def test_headings_of_html_are_known(tmp_path):
    more = [BODY.replace("bridge", name) for name in ("harbour", "pier", "wall")]
    parts = [
        f"<h1>Bridge vote</h1><p>{BODY}</p><h2>What is <em>next</em>?</h2><p>{more[0]}</p>",
        f"<h3>Money, and who has it.</h3><h3>Until May</h3><p>{more[1]}</p><p>{more[2]} The end.</p>",
        "<h2>Related articles</h2><p>Fish is dear</p>",
    ]
    page = f"<html><head><title>Bridge vote</title></head><body><article>{''.join(parts)}</article></body></html>"
    documents = analysis.load_documents(write(tmp_path, a_html=page))
    text = documents["text"][0]
    table = analysis.split_paragraphs(documents)
    kinds = {text[p.start : p.end]: p.kind for p in table.itertuples()}
    assert [line for line, kind in kinds.items() if kind == "heading"] == [
        "## What is next?",
        "## Money, and who has it.",
        "## Until May",
    ]
    assert [line for line, kind in kinds.items() if kind == "body"] == [BODY, *more[:2], more[2] + " The end."]
    assert kinds["## Related articles"] == "chrome" and text.replace("## ", "").count("#") == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="the case-study articles are not here")
def test_the_five_articles():
    documents, findings = corpus.read_documents(SHARED / "corpus")
    assert len(documents) == 5 and not len(findings)
    assert documents["outlet"].notna().all() and documents["date"].isna().all()
    bare = analysis.load_documents(SHARED / "corpus", pd.DataFrame({"file": documents["file"]}))
    assert bare["title"].tolist() == documents["title"].tolist()  # found in the text, also behind a summary


def test_a_table_may_be_separated_by_semicolons(tmp_path):
    (tmp_path / "posts.csv").write_text('doc_id;text;outlet\na;"It rained, and rained; we left.";Herald\n', "utf-8")
    (row,) = analysis.load_documents(tmp_path / "posts.csv")[["doc_id", "outlet", "text"]].to_numpy().tolist()
    assert row == ["a", "Herald", "It rained, and rained; we left."]


def test_a_csv_whose_commas_are_not_quoted_is_refused(tmp_path):
    """pandas makes row names of the first fields where every row has one more than the header."""
    fault = "rows have more fields than the header; quote the fields that contain commas"
    (tmp_path / "a.csv").write_text("text,outlet\nThe mayor, Ola Brandt said no.,Post\nThe wall, they said.,Herald\n")
    with pytest.raises(ValueError, match=rf"a.csv: {fault}"):
        analysis.load_documents(tmp_path / "a.csv")
    (tmp_path / "a.txt").write_text("The wall stands.")
    (tmp_path / "documents.csv").write_text("file,title\na.txt,The wall, again\n")
    with pytest.raises(ValueError, match=rf"documents.csv: {fault.partition(';')[0]}"):
        analysis.load_documents(tmp_path)


@pytest.mark.parametrize("date", ["24-05-03", "Jan 2025", "January, 2025"])
def test_a_date_without_a_day_or_that_may_begin_with_the_year_is_told(tmp_path, date):
    (tmp_path / "a.csv").write_text(f'text,date\nThe wall stands.,"{date}"\n')
    assert corpus.read_documents(tmp_path / "a.csv")[1]["problem"].tolist() == ["ambiguous date"]


def test_columns_that_others_name_otherwise_are_told(tmp_path):
    (tmp_path / "a.csv").write_text("text,Headline,Link,Outlet Name,Byline\nThe wall stands.,a,b,c,d\n")
    found = corpus.read_documents(tmp_path / "a.csv")[1]
    assert set(zip(found["detail"], found["fix"].str.split().str[-1], strict=True)) == {
        ("Headline", "title"), ("Link", "url"), ("Outlet Name", "outlet"), ("Byline", "author")}  # fmt: skip


def test_authors_given_as_a_list_are_joined(tmp_path):
    table = pd.DataFrame({"text": [BODY] * 2, "author": [["Ann Poe", "Ned Roe"], []], "outlet": ["Bay", "Bay"]})
    table.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    table.to_parquet(tmp_path / "t.parquet")
    for name in ("t.jsonl", "t.parquet"):
        authors = analysis.load_documents(tmp_path / name)["author"]
        assert authors[0] == "Ann Poe, Ned Roe" and authors.isna().tolist() == [False, True]
