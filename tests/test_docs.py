"""Words and numbers agree: every example of the README and the docs is run, every link leads somewhere."""

import doctest
import os
import re

import pytest
from conftest import BUNDLE, ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_examples_of_the_readme_give_what_they_print(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted >= 6 and found.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_to_files(page):
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_readme_names_every_make_target_and_command_that_exists():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`?make ([a-z]+)", text)) - {"sure"} <= targets
    from analysis.cli import _parser

    commands = _parser()._subparsers._group_actions[0].choices
    assert set(re.findall(r"^parallax ([a-z]+)", text, re.M)) == set(commands)


def test_version_in_the_readme_is_the_package_s():
    import analysis

    assert f"version {analysis.__version__}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert os.environ.get("PARALLAX_CORPUS") is None


def test_case_study_is_recomputed(tmp_path):
    import sys

    sys.path.insert(0, str(ROOT / "scripts"))
    import write_case_study

    write_case_study.write(tmp_path)
    for name in ("README.md", "figures.svg"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (BUNDLE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES[2:], ids=lambda p: p.name)
def test_python_in_the_docs_runs_on_a_bundle(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tables").symlink_to(BUNDLE)
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
        exec(compile(block, page.name, "exec"), {})


def test_the_size_of_a_sample_is_the_one_that_is_drawn():
    from analysis import features

    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert f"more than {features.MOST:,} articles" in text and f"most={features.MOST})" in text
