"""What the test files share: the folders, the sample's features, and a browser without network."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ARTICLES = SHARED / "corpus"
SAMPLE = ROOT / "data" / "sample"
BUNDLE = ROOT / "data" / "atacms-2024"

SLOW = ["report", "determinism", "hostile", "robustness", "scale", "lab"]  # first, so that none is left for the end


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
