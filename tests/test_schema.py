"""The schema: empty tables keep their columns and types, missing columns are named, the dictionary is current."""

import re
import sys

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


def test_every_column_has_a_meaning_and_the_dictionary_is_current():
    used = {c for columns in schema.TABLES.values() for c in columns}
    assert used <= {m.split(".")[-1] for m in schema.MEANINGS}
    sys.path.insert(0, str(ROOT / "scripts"))
    from write_dictionary import PAGE, render_dictionary

    text = PAGE.read_text(encoding="utf-8")
    assert text == render_dictionary()
    assert len(re.findall(r"^\| `", text, re.M)) == sum(map(len, schema.TABLES.values()))
