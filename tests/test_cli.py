"""The command line: each command does what the README says, errors are one line and exit code 2."""

import subprocess
import sys

import pandas as pd
import pytest
from conftest import BUNDLE, ROOT, SAMPLE

import analysis
from analysis.cli import main


def test_features_writes_a_bundle_without_text(tmp_path, capsys):
    assert main(["features", str(SAMPLE), "--out", str(tmp_path / "tables")]) == 0
    assert "Wrote" in capsys.readouterr().out
    bundle = analysis.load_features(tmp_path / "tables")
    assert len(bundle.documents) == 12 and "text" not in bundle.documents


def test_actors_drafts_a_registry_that_can_be_loaded(tmp_path):
    assert main(["actors", str(SAMPLE), "--out", str(tmp_path / "draft.csv")]) == 0
    draft = analysis.load_actors(tmp_path / "draft.csv")
    assert {"Ilan Torvek", "Council of River States"} <= set(draft["alias"])


def test_audit_prints_and_tells_findings_by_its_exit_code(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("The council met on Monday and talked about the bridge for a long time.\n" * 3)
    (tmp_path / "empty.txt").write_text("")
    assert main(["audit", str(tmp_path)]) == 1
    assert "empty.txt" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["report"], ["features", "--out", "x"], ["actors"], ["audit"]])
def test_missing_path_is_one_line_and_exit_2(tmp_path, capsys, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert main([command[0], "nowhere", *command[1:]]) == 2
    error = capsys.readouterr().err
    assert "nowhere" in error and error.count("\n") == 1


def test_bad_registry_is_one_line_with_file_and_line(tmp_path, capsys):
    pd.DataFrame({"actor": ["a"], "alias": ["A"], "form": ["nonsense"]}).to_csv(tmp_path / "mine.csv", index=False)
    assert main(["report", str(BUNDLE), "--actors", str(tmp_path / "mine.csv"), "--out", str(tmp_path / "o")]) == 2
    error = capsys.readouterr().err
    assert "mine.csv, line 2" in error and error.count("\n") == 1


def test_usage_error_exits_2():
    run = subprocess.run([sys.executable, "-m", "analysis", "dance"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2 and "Traceback" not in run.stderr
