"""The notebooks in JupyterLab: a running server, a real browser; each is run to its end and draws its figures.

The first two here; all six with PARALLAX_ALL_NOTEBOOKS=1.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec

import pytest
from conftest import BUNDLE, ROOT

from analysis import report

NAMES = [source.stem for source in report.find_notebooks()]
EXPLORED = NAMES[2:]  # with a list to choose from on a corpus without text
CHOSEN = NAMES if os.environ.get("PARALLAX_ALL_NOTEBOOKS") else [NAMES[1], NAMES[4]]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a JupyterLab server, with the token, over a copy of the notebooks."""
    if not find_spec("jupyterlab"):
        if os.environ.get("PARALLAX_REQUIRE_BROWSER"):
            pytest.fail("PARALLAX_REQUIRE_BROWSER is set, but jupyterlab is not installed")
        pytest.skip("jupyterlab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    env = os.environ | {name: str(folder / name) for name in (*names, "JUPYTERLAB_WORKSPACES_DIR")}
    env |= {"PYTHONPATH": str(ROOT), "PARALLAX_CORPUS": str(BUNDLE)}
    options = {"ServerApp.port": port, "ServerApp.port_retries": 0, "IdentityProvider.token": "secret"}
    options |= {"ServerApp.root_dir": folder, "ServerApp.open_browser": False, "ServerApp.allow_root": True}
    options |= {"LabApp.expose_app_in_browser": True}
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)
    try:
        address, until = f"http://127.0.0.1:{port}/", time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}api?token=secret", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, (folder / "log.txt").read_text()
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(20)


RUN = """
const done = arguments[arguments.length - 1], app = window.jupyterapp;
(async () => {
  const panel = await app.commands.execute('docmanager:open', {path: arguments[0], factory: 'Notebook'});
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
  const kernel = panel.sessionContext.session.kernel;  // its last message may come after the last cell's
  for (let i = 0; i < 100 && kernel.status !== 'idle'; i++) await new Promise(rest => setTimeout(rest, 100));
  const cells = panel.content.widgets.filter(cell => cell.model.type === 'code');
  const outputs = cells.flatMap(cell => cell.model.outputs.toJSON());
  const has = (cell, kind) => cell.model.outputs.toJSON().filter(o => o.data && kind in o.data).length;
  let drawn = 0, wanted = 0;
  for (const cell of cells) {
    const plots = has(cell, 'application/vnd.plotly.v1+json');
    wanted += plots;
    if (!plots) continue;
    await panel.content.scrollToCell(cell);
    const count = () => cell.node.querySelectorAll('.js-plotly-plot .svg-container').length;
    for (let i = 0; i < 50 && count() < plots; i++) await new Promise(rest => setTimeout(rest, 100));
    drawn += count();
  }
  const choose = cells.find(cell => has(cell, 'application/vnd.jupyter.widget-view+json'));
  if (choose) await panel.content.scrollToCell(choose);
  return {
    wanted, drawn, lists: choose ? 1 : 0,
    ran: cells.filter(cell => cell.model.executionCount > 0).length, cells: cells.length,
    status: kernel.status,
    errors: outputs.filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue),
  };
})().then(done, error => done({errors: [String(error)]}));
"""


CHOOSE = """
const list = [...document.querySelectorAll('.widget-dropdown select')].find(e => e.offsetParent);
if (!list) return '';
list.selectedIndex = 1;
list.dispatchEvent(new Event('change', {bubbles: true}));
return list.selectedOptions[0].textContent.replace(/\\u00a0/g, ' ');
"""
SHOWN = """
return [...document.querySelectorAll('.shown .title')].some(t => t.textContent.endsWith(': ' + arguments[0]));
"""


@pytest.fixture(scope="module")
def lab(server, browser):
    """The browser, on JupyterLab."""
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(f"{server}lab?token=secret&reset")
    browser.set_script_timeout(120)
    WebDriverWait(browser, 90).until(lambda b: b.execute_script("return Boolean(window.jupyterapp)"))
    browser.execute_async_script("const done = arguments[0]; window.jupyterapp.restored.then(() => done())")
    return browser


@pytest.mark.parametrize("name", CHOSEN)
def test_notebook_runs_in_jupyterlab_and_draws_its_figures(lab, name):
    from selenium.webdriver.support.ui import WebDriverWait

    found = lab.execute_async_script(RUN, f"notebooks/{name}.ipynb")
    assert found["errors"] == []
    assert found["ran"] == found["cells"] >= 8 and found["status"] == "idle"
    assert found["drawn"] == found["wanted"] >= 2
    assert lab.find_elements("css selector", ".dt-container")  # a table that can be searched
    assert found["lists"] == (name in EXPLORED)
    if found["lists"]:
        label = WebDriverWait(lab, 20).until(lambda b: b.execute_script(CHOOSE))
        WebDriverWait(lab, 20).until(lambda b: b.execute_script(SHOWN, label))
