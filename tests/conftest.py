"""What the test files share: the folders, the sample's features, the reports, and a browser without network."""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ARTICLES = SHARED / "corpus"
SAMPLE = ROOT / "data" / "sample"
BUNDLE = ROOT / "data" / "atacms-2024"

# First, so that none is left for the end; `determinism` when the reports that it compares with stand.
SLOW = ["report", "robustness", "scale", "hostile", "determinism", "lab", "notebooks"]


def pytest_collection_modifyitems(items):
    order = {f"test_{name}.py": n for n, name in enumerate(SLOW)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session")
def sample():
    """(documents, features) of the sample corpus."""
    import analysis
    from analysis.features import read_registry

    documents = analysis.load_documents(SAMPLE)
    return documents, analysis.extract_features(documents, read_registry(SAMPLE))


class Here:
    """In place of a report's pool of processes: what it would do is done here, where the imports are made."""

    def __init__(self, workers, context, start, arguments):
        self.env, self.patch = arguments[0], pytest.MonkeyPatch()

    def __enter__(self):
        for name, value in self.env.items():
            self.patch.setenv(name, value)
        self.patch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # IPython puts its own there
        return self

    def map(self, function, items):
        return map(function, items)

    def __exit__(self, *_):
        self.patch.undo()


def report_here(*arguments):
    """`parallax report` in this process alone; its exit code."""
    from analysis import report
    from analysis.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "ProcessPoolExecutor", Here)
        return main(["report", *map(str, arguments)])


TITLE = "The {}"


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """The folder with the reports `bundle` and `sample`, made once: the other worker waits until they stand."""
    base = tmp_path_factory.getbasetemp()
    out = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "reports"
    try:
        out.mkdir()
    except FileExistsError:
        end = time.monotonic() + 300
        while not (out / "made").exists():
            assert time.monotonic() < end and not (out / "failed").exists(), "the other worker made no reports"
            time.sleep(0.2)
        return out
    ended = "failed"
    try:
        for name, corpus in {"bundle": BUNDLE, "sample": SAMPLE}.items():
            assert report_here(corpus, "--out", out / name, "--title", TITLE.format(name)) == 0
        ended = "made"
    finally:
        (out / ended).touch()
    return out


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium that reaches nothing but files and this machine; skipped when absent, or failed if required."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        if os.environ.get("PARALLAX_REQUIRE_BROWSER"):
            pytest.fail("PARALLAX_REQUIRE_BROWSER is set, but chromium or chromedriver is not installed")
        pytest.skip("chromium and chromedriver are not installed")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    with tempfile.TemporaryDirectory() as profile:
        for flag in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--proxy-server=127.0.0.1:9",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        session = webdriver.Chrome(options, webdriver.ChromeService(driver))
        session.set_page_load_timeout(60)
        yield session
        session.quit()


def open_page(browser, path, size=(1280, 900)):
    """Open a finished page; returns (console messages above info, requests for anything but this file)."""
    from selenium.webdriver.support.ui import WebDriverWait

    browser.set_window_size(*size)
    browser.get_log("performance"), browser.get_log("browser")
    browser.get(path.resolve().as_uri())
    ready = "return !document.querySelector('.plot') || document.documentElement.dataset.ready === 'yes'"
    WebDriverWait(browser, 60).until(lambda b: b.execute_script(ready))
    console = [m["message"] for m in browser.get_log("browser") if m["level"] != "INFO"]
    events = [json.loads(e["message"])["message"] for e in browser.get_log("performance")]
    urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    own = path.resolve().as_uri()
    return console, [u for u in urls if u.split("#")[0] != own and not u.startswith(("data:", "blob:", "chrome:"))]
