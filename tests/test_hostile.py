"""A corpus made to break out of the page: nothing of it may run, and all of it must be seen as the text it is."""

import json

import pytest
from conftest import open_page, report_here

from analysis import report

# Each would set window.hacked, or leave a tag, if any page took it for more than text.
RUN = "window.hacked=1"
HOSTILE = (
    f"<script>{RUN}</script>",
    f'"><img src=x onerror={RUN}>',
    f"</script><script>{RUN}</script>",
    f"<svg onload={RUN}>",
    f'<a href="javascript:{RUN}">pull</a> <b onmouseover={RUN}>bold</b>',
    f"{{{{ 7*'7' }}}} {{% raw %}} %s %(x)s {{0}} ${{{RUN}}} `{RUN}`",
    f"[pull](javascript:{RUN}) ![x](x) # head <!-- --> ]]> &lt;script&gt;",
    "left\u202eright\u2066\u200b",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A report on eight articles of four outlets; title, outlet, author, file name, words and speakers are hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=window.hacked=1>"
    folder.mkdir()
    rows = []
    for i, bad in enumerate(HOSTILE * 2):
        outlet = HOSTILE[i % 4]
        text = (
            f"Mr {bad} spoke to the crowd, and {bad} was heard by Russia and NATO.\n\n"
            f"“{bad} is a disgrace and a terrible failure,” said Joe Biden. Russia’s army denied {bad}.\n\n"
            f"Ukraine admitted that onerror=window.hacked=1 and <script>alert(1)</script> were words, {i} times."
        )
        rows.append({"doc_id": f"{i} {bad}", "outlet": outlet, "author": bad, "title": f"{bad} {i // 8}", "text": text})
    corpus = folder / f"{HOSTILE[1]}.jsonl".replace("/", "")
    corpus.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    registry = folder / "actors.csv"
    registry.write_text(
        f'actor,alias,label\nrussia,Russia,"{HOSTILE[0]}"\nbiden,Joe Biden,<b>Joe</b>\nukraine,Ukraine,\n'
    )
    out = folder.parent / "out"
    assert report_here(corpus, "--out", out, "--actors", registry, "--title", HOSTILE[1]) == 0
    (folder.parent / "top").mkdir()
    return out, [*sorted(out.glob("*.html")), report.write_top(folder.parent / "top", {HOSTILE[1]: HOSTILE[0]})]


WATCH = "window.alert = window.confirm = window.prompt = () => { window.hacked = 1 };"
TRY = """
document.querySelectorAll('details').forEach(d => { d.open = true });
for (const e of document.querySelectorAll('main *')) e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
"""
FOREIGN = """
const links = [...document.querySelectorAll('a')].filter(a => /^\\s*javascript:/i.test(a.getAttribute('href') || ''));
const tags = [...document.querySelectorAll('main *')].filter(e => e.tagName === 'IMG'
  || [...e.attributes].some(a => /^on/i.test(a.name))
  || (e.tagName === 'SCRIPT' && e.textContent.trim() === 'window.hacked=1'));
return [...links, ...tags].map(e => e.outerHTML.slice(0, 200));
"""


def test_hostile_corpus_runs_nothing_and_is_shown_as_text(pages, browser):
    out, files = pages
    watch = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    assert len(files) >= 7
    for page in files:
        console, requests = open_page(browser, page)
        browser.execute_script(TRY)
        for plot in browser.find_elements("css selector", ".plot .main-svg")[:4]:
            browser.execute_script("arguments[0].scrollIntoView()", plot)
        assert browser.execute_script("return window.hacked") is None, page.name
        assert browser.execute_script(FOREIGN) == [], page.name
        assert console == [] and requests == [], page.name
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", watch)
    browser.get((out / "01_corpus.html").as_uri())
    seen = browser.execute_script("return document.querySelector('main').textContent")
    assert all(" ".join(bad.split()) in " ".join(seen.split()) for bad in HOSTILE)


def test_labels_of_figures_show_the_signs_and_run_none(pages, browser):
    open_page(browser, pages[0] / "04_named_actors.html")
    drawn = browser.execute_script(
        "return [...document.querySelectorAll('.plot text')].map(t => t.textContent).join(' ')"
    )
    assert HOSTILE[0][:30] in drawn and "<b>Joe</b>" in drawn
    assert browser.execute_script("return document.querySelectorAll('.plot svg a').length") == 0


def test_hover_shows_the_signs(pages, browser):
    open_page(browser, pages[0] / "04_named_actors.html")
    browser.execute_script("Plotly.Fx.hover(document.querySelector('.plot'), [{xval: 0, yval: 0}])")
    browser.execute_script("document.querySelector('.plot').scrollIntoView()")
    hover = browser.execute_script("return document.querySelector('.plot .hoverlayer').textContent")
    assert "<script>" in hover or "<b>Joe</b>" in hover
    assert browser.execute_script("return window.hacked") is None


def test_click_opens_the_sentences_of_a_hostile_key(pages, browser):
    open_page(browser, pages[0] / "04_named_actors.html")
    key = browser.execute_script(
        "const plot = document.querySelector('.plot'), held = plot.data[0].customdata.flat().find(k => k);"
        "plot.emit('plotly_click', {points: [{customdata: held}]}); return held"
    )
    opened = browser.execute_script(
        "return [...document.querySelectorAll('details[data-key][open]')]"
        ".map(d => [d.dataset.key, d.querySelectorAll('li').length])"
    )
    assert [o[0] for o in opened] == [key] and opened[0][1] >= 1


def test_alternative_text_is_an_attribute_and_no_tag(pages, browser):
    open_page(browser, pages[0] / "05_outlet_tone.html")
    texts = browser.execute_script(
        "return [...document.querySelectorAll('.plot')].map(p => [p.getAttribute('role'), p.ariaLabel])"
    )
    assert len(texts) >= 4 and all(role == "img" and len(label) > 60 for role, label in texts)
