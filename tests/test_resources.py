"""The editable lists: what a user's own may look like."""

import pytest

import analysis


def test_a_list_may_be_separated_by_semicolons_and_one_that_is_not_there_is_named(tmp_path):
    (tmp_path / "mine.csv").write_text("# of my own\nactor;alias\nAnn Roe;Ann Roe\nAnn Roe;Roe\n")
    assert analysis.load_actors(tmp_path / "mine.csv")["alias"].tolist() == ["Ann Roe", "Roe"]
    with pytest.raises(FileNotFoundError, match="none.csv: no such file; check the path"):
        analysis.load_actors(tmp_path / "none.csv")
