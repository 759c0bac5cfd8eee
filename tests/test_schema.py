"""The schema: empty tables keep their columns and types, missing columns are named, the dictionary is complete."""

import re

import pandas as pd
import pytest
from conftest import ROOT

from analysis import schema


@pytest.mark.parametrize("table", schema.TABLES)
def test_empty_table_keeps_columns_and_types(table):
    frame = schema.empty(table)
    assert len(frame) == 0 and list(frame.columns) == list(schema.TABLES[table])
    for column, dtype in schema.TABLES[table].items():
        assert frame[column].dtype == pd.Series(dtype=dtype).dtype, column


def test_conform_orders_columns_and_names_what_is_missing():
    frame = pd.DataFrame({"count": [2], "word": ["a"], "doc_id": ["x"], "quoted_count": [0], "more": [1]})
    assert list(schema.conform(frame, "word_counts").columns) == ["doc_id", "word", "count", "quoted_count"]
    assert schema.conform(frame, "word_counts")["count"].dtype == "int32"
    with pytest.raises(ValueError, match="word_counts: column quoted_count is missing; found count, word, doc_id"):
        schema.conform(frame[["count", "word", "doc_id"]], "word_counts")


def test_require_names_the_argument():
    with pytest.raises(ValueError, match="sentences: column start, end is missing; found doc_id"):
        schema.require(pd.DataFrame({"doc_id": []}), "sentences", "doc_id", "start", "end")


def test_the_dictionary_has_each_column_in_its_place_with_type_and_meaning():
    page = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^(?:## (\w+)|\| `(\w+)` \| (\S+) \| .{4,} \|)$", page, re.M)
    found, table = {}, ""
    for heading, column, dtype in rows:
        if heading:
            table = heading
        else:
            found.setdefault(table, []).append((column, dtype))
    assert found == {name: list(columns.items()) for name, columns in schema.TABLES.items()}
    assert f"what it is: {', '.join(schema.PARAGRAPH_KINDS)} |" in page


def test_an_article_without_a_label_is_never_taken_for_a_group_of_its_name():
    documents = pd.DataFrame({"doc_id": ["1", "2", "3", "4"], "side": ["3", "3", None, None]})
    assert schema.label_documents(documents, "side").tolist() == ["3", "3", "doc_id 3 (no side)", "4"]
    assert schema.label_rows(documents, "side")["side"].tolist() == ["3", "3", "doc_id 3 (no side)", "4"]
