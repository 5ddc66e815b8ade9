"""The built site in a real browser: whole, silent, at home on a phone, in the dark, offline, and by keyboard."""

import base64
import io
import json
import re
import shutil

import build_site
import nbformat
import numpy as np
import pytest
from fontTools import ttLib
from guards import ROOT
from guards.markdown import is_lecture
from guards.notebooks import COMPANIONS, read
from guards.pages import minutes
from guards.site import Visitor, outside_resources, pages_of, unlabelled_images

import xentbook as xb

PHONE = 360  # pixels; the pages are opened 1280 wide where nothing else is said
WRITTEN = sorted(
    path.stem for path in (ROOT / "notebooks").glob("*.ipynb")
)  # chapters, and companions without a number
CHAPTERS = [name for name in WRITTEN if f"{name}.ipynb" not in COMPANIONS]
COVER = "book/index.html"
MADE = ["genindex.html", "py-modindex.html", "search.html"]  # by Sphinx
SOURCES = [*(ROOT / "book").rglob("*.md"), *(ROOT / "notebooks").rglob("*.ipynb")]
PAGES = sorted(path.relative_to(ROOT).with_suffix(".html").as_posix() for path in SOURCES) + MADE
SHOWS = '"application/vnd.jupyter.widget-view+json"'
FIGURED = [COVER] + [  # the pages with interactive figures
    path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path in SOURCES
    if SHOWS in path.read_text(encoding="utf-8")
]


# ------------------------------------------------------------------------------------------------ what was built


def test_below_each_observation_the_code_of_its_test_is_folded(site):
    pages = {path.name: path.read_text(encoding="utf-8") for path in (site / "notebooks").rglob("*.html")}
    told = {name: text for name, text in pages.items() if 'class="proof observation' in text}
    for text in told.values():
        boxes = re.findall(r'class="proof observation[\s\S]*?(?=class="proof observation|\Z)', text)
        assert all("How it was measured" in box and "tests/evidence/test_" in box for box in boxes)
    assert told


def test_the_site_has_every_chapter_its_solutions_and_the_pages_around_them(site):
    pages = set(pages_of(site))
    around = ["index", "introduction", "how-to-use", "notation", "solutions", "glossary", "bibliography", "api"]
    around += ["claims", "errors", "teaching", "one-page", "formula-sheet"]
    wanted = [f"book/{name}.html" for name in around]
    wanted += [f"notebooks/{name}.html" for name in WRITTEN]
    wanted += [f"notebooks/solutions/{name}.html" for name in CHAPTERS]
    assert len(CHAPTERS) == 15
    assert [page for page in wanted if page not in pages] == []


def test_every_page_that_was_written_is_in_the_table_of_contents_and_is_opened_below(site):
    assert sorted(pages_of(site)) == sorted(PAGES)
    assert [page for page in PAGES if "xb-widget" in (site / page).read_text()] == sorted(FIGURED)


def test_no_page_fetches_anything_from_another_host(site):
    problems = [f"{page}: {what}" for page in pages_of(site) for what in outside_resources((site / page).read_text())]
    sheets = list((site / "_static").rglob("*.css"))
    problems += [f"{sheet.name}: {what}" for sheet in sheets for what in outside_resources(sheet.read_text())]
    assert problems == []


def test_the_icons_of_a_page_come_without_the_library_and_are_all_there(site):
    """Each icon that a page names has its rule and its character in the one small style sheet, and nothing else has."""
    named = set()
    for page in pages_of(site):
        html = (site / page).read_text()
        assert not re.search(r"all\.min\.js|webfonts/", html), page
        for classes in re.findall(r'class="([^"]*\bfa[bs-][^"]*)"', html):
            named |= set(re.findall(r"(?<![\w-])fa-[a-z-]+", classes))
    (sheet,) = site.glob("_static/vendor/fontawesome/*/css/*.css")
    css = sheet.read_text()
    drawn = dict(re.findall(r"\.(fa-[a-z-]+):before{content:\"\\(f\w{3})\"}", css))
    assert set(drawn) == named - {"fa-solid", "fa-lg"} and len(drawn) > 10
    fonts = [ttLib.TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"base64,([\w+/=]+)\)", css)]
    characters = {code for font in fonts for code in font.getBestCmap()}
    ours = re.findall(r'content: "\\(f\w{3})"', (site / "_static/house.css").read_text())
    assert len(fonts) == 2 and ours and {int(code, 16) for code in [*drawn.values(), *ours]} <= characters
    assert len(css) < 20_000 and not list(site.glob("_static/vendor/**/*.woff2"))


def test_every_image_has_an_alternative_text(site):
    problems = [f"{page}: {what}" for page in pages_of(site) for what in unlabelled_images((site / page).read_text())]
    assert problems == []


def test_the_reference_names_every_public_function(site):
    reference = "".join(page.read_text() for page in (site / "book/api").glob("*.html"))
    named = set(re.findall(r'<dt class="sig[^>]*id="xentbook\.([\w.]+)"', reference))
    assert [name for name in xb.__all__ if not any(full.endswith(f".{name}") for full in named)] == []


def test_the_reference_links_functions_to_the_chapters_that_use_them(site):
    page = (site / "book/api/information.html").read_text()
    entry = page[page.index('id="xentbook.information.kl_divergence"') :]
    assert "notebooks/03-cross-entropy.html" in entry[: entry.index('<dt class="sig')]


def test_chapters_are_numbered_and_stand_in_parts(site):
    page = (site / COVER).read_text()
    assert "Part I · Information" in page
    for number, chapter in enumerate(CHAPTERS, start=1):
        assert re.search(rf'href="\.\./notebooks/{chapter}\.html">\s*{number}\. ', page), chapter


@pytest.mark.parametrize("chapter", WRITTEN)
def test_a_chapter_offers_its_notebook_its_launches_and_an_edit(site, chapter):
    setting = re.search(r"^  url: (\S+)", (ROOT / "_config.yml").read_text(), re.MULTILINE)[1]
    page = (site / f"notebooks/{chapter}.html").read_text()
    repository = setting.removeprefix("https://github.com/")
    assert f'href="../plain/notebooks/{chapter}.ipynb"' in page
    assert (site / f"plain/notebooks/{chapter}.ipynb").is_file()
    assert f"https://mybinder.org/v2/gh/{repository}/run?urlpath=lab/tree/notebooks/{chapter}.ipynb" in page
    assert f"https://colab.research.google.com/github/{repository}/blob/run/notebooks/{chapter}.ipynb" in page
    assert "_sources" not in page and not (site / "_sources/notebooks").exists()  # the notebooks with MyST in them
    assert f"{setting}/edit/main/notebooks/{chapter}.ipynb" in page


def test_the_public_address_is_one_setting():
    address = re.search(r"^  url: (\S+)", (ROOT / "_config.yml").read_text(), re.MULTILINE)[1]
    files = [*ROOT.glob("*.*"), *(ROOT / "book").glob("*.md"), *(ROOT / "notebooks").rglob("*.ipynb")]
    found = {
        url
        for path in files
        if path.is_file()
        for url in re.findall(r"https://github\.com/[\w.-]+/xentbook", path.read_text())
    }
    assert found == {address}


@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if is_lecture(read(ROOT / f"notebooks/{name}.ipynb"))])
def test_a_lecture_prints_the_minutes_of_the_rule(site, chapter):
    told = re.search(r'<p class="minutes">(\d+) minutes', (site / f"notebooks/{chapter}.html").read_text())
    assert int(told[1]) == minutes(read(ROOT / f"notebooks/{chapter}.ipynb"))


# ------------------------------------------------------------------------------------------------ in a browser


@pytest.mark.parametrize("page", PAGES)
def test_a_page_neither_errs_nor_asks_another_host_nor_scrolls_sideways(site, address, visitor, page):
    """A page with figures is opened as a file, as from a disk; the next test opens it over HTTP."""
    reader = visitor()
    start = site.as_uri() if page in FIGURED else address
    assert reader.visit(f"{start}/{page}") + reader.resize(PHONE) == []
    assert (reader.page.locator(".xb-widget [data-quantity]").count() > 0) == (page in FIGURED)


@pytest.mark.parametrize("page", FIGURED)
def test_a_page_with_figures_is_at_home_on_a_phone_in_the_dark_and_draws_them(address, visitor, page):
    reader = visitor(width=PHONE, scheme="dark")
    assert reader.visit(f"{address}/{page}") == []
    assert reader.page.locator("mjx-container").count() > (5 if page != COVER else 0)
    figures = reader.page.locator(".xb-widget")
    assert figures.count() >= 1
    for figure in figures.all():
        assert figure.locator("svg").count() >= 1
        assert figure.locator("[data-quantity]").count() >= 1
        assert figure.locator("[role=slider]").count() >= 1


def test_the_front_address_leads_to_the_cover(site, address, browser):
    with Visitor(browser) as visitor:
        visitor.home = address
        visitor.page.goto(f"{address}/")
        visitor.page.wait_for_function(f"location.pathname === '/{COVER}'")


def test_dark_mode_follows_the_reader_and_the_button(site, address, browser):
    with Visitor(browser, scheme="dark") as visitor:
        visitor.visit(f"{address}/{COVER}")
        theme = "document.documentElement.dataset.theme"
        assert visitor.page.evaluate(theme) == "dark"
        background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, re.findall(r"\d+", background)[:3])) < 200
        visitor.page.locator("button.theme-switch-button:visible").first.click()
        assert visitor.page.evaluate("document.documentElement.dataset.mode") != "auto"


def test_search_finds_a_word_in_its_chapter(site, address, browser):
    with Visitor(browser) as visitor:
        assert visitor.visit(f"{address}/search.html?q=Huffman") == []
        visitor.page.wait_for_function("document.querySelectorAll('#search-results li').length > 0")
        links = visitor.page.eval_on_selector_all("#search-results a", "all => all.map(a => a.href)")
        assert any("02-entropy-and-codes" in link for link in links)


def test_a_chapter_is_typeset_and_its_code_can_be_copied_and_read_in_order(address, visitor):
    reader = visitor()
    assert reader.visit(f"{address}/notebooks/{CHAPTERS[0]}.html") == []
    assert reader.page.locator("mjx-container").count() > 20
    names = reader.page.eval_on_selector_all("button.copybtn", "all => all.map(b => b.getAttribute('aria-label'))")
    assert len(names) > 5
    assert set(names) == {"Copy this code"}  # for those who listen
    assert reader.page.locator(".prev-next-area a.right-next").count() == 1
    assert reader.page.locator("#setup, .tag_remove-cell").count() == 0


def test_every_page_says_what_it_is_about(site):
    silent = [
        page
        for page in set(PAGES) - set(MADE)
        if not re.search(r'<meta (?=[^>]*name="description")[^>]*content="[^"]{40,}', (site / page).read_text())
    ]
    assert silent == []


def test_a_link_into_a_chapter_leads_to_its_place(site, address, browser):
    with Visitor(browser) as visitor:
        visitor.visit(f"{address}/notebooks/03-cross-entropy.html#exercises")
        visitor.page.wait_for_timeout(500)
        top = visitor.page.evaluate("document.getElementById('exercises').getBoundingClientRect().top")
        assert 0 <= top < 200


def test_the_cover_figure_shows_the_numbers_of_the_package(site, address, browser):
    with Visitor(browser) as visitor:
        visitor.visit(f"{address}/{COVER}")
        for keys in ([], ["ArrowUp"] * 3, ["PageDown", "ArrowDown"], ["End"], ["Home"]):
            handle = visitor.page.locator(".xb-widget [role=slider]").nth(1)
            for key in keys:
                handle.press(key)
            shown = numbers(visitor.page)
            p, q = shown["p"], shown["q"]
            assert shown["entropy"] == pytest.approx(xb.entropy(p), abs=1e-6)
            assert shown["cross_entropy"] == pytest.approx(xb.cross_entropy(p, q), abs=1e-6)
            assert shown["kl_divergence"] == pytest.approx(xb.kl_divergence(p, q), abs=1e-6)


def test_without_scripts_a_figure_is_a_text_with_its_numbers(site, address, browser):
    with Visitor(browser, java_script_enabled=False) as visitor:
        visitor.home = address
        visitor.page.goto(f"{address}/{COVER}")
        text = visitor.page.locator(".xb-widget").first.inner_text()
        assert len(text) > 80 and re.search(r"\d\.\d+ bits", text)


# ------------------------------------------------------------------------------------------------ the checks can fail

NOWHERE = {
    "{term}`costt`": "term not in glossary: 'costt'",
    "{term}`the price <costt2>`": "term not in glossary: 'costt2'",
    "{cite:t}`nobody1900`": 'could not find bibtex key "nobody1900"',
    "{eq}`eq-gone`": "equation not found: eq-gone",
    "[the law](#eq-gone-too)": "target not found: 'eq-gone-too'",
    "$$x$$ (eq-twice)\n\n$$y$$ (eq-twice)": "duplicate label of equation eq-twice",
    "[a page](gone.md)": "target not found: 'gone.md'",
    "[a page](/book/gone-too.md)": "target not found: '/book/gone-too.md'",
    "[a notebook](../notebooks/99-gone.ipynb)": "target not found: '../notebooks/99-gone.ipynb'",
    "[a section](../notebooks/01-a.ipynb#gone)": "local id not found in doc 'notebooks/01-a': 'gone'",
    "{doc}`nowhere`": "unknown document: 'nowhere'",
    "{download}`gone.zip`": "download file not readable",
    "{ref}`claim-220`": "undefined label: 'claim-220'",
    "[a claim](#claim-221)": "target not found: 'claim-221'",
    "![a picture](gone.png)": "image file not readable: book/gone.png",
}


@pytest.fixture(scope="module")
def said_of_a_book_that_leads_nowhere(tmp_path_factory):
    """What the build says of a book with the settings of ours, and a page of all the above."""
    root = tmp_path_factory.mktemp("book")
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("*.md", "*.png", "__pycache__"))
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: notebooks/01-a\n")
    glossary = "```{glossary}\ncost\n  A price.\n```"
    (root / "book" / "index.md").write_text("\n\n".join(["# A book", glossary, "{term}`cost`", *NOWHERE]))
    (root / "notebooks").mkdir()
    cells = [nbformat.v4.new_markdown_cell("# A chapter\n\n## There")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "notebooks" / "01-a.ipynb")
    with pytest.raises(SystemExit) as stop:
        build_site.build(root)
    return str(stop.value)


@pytest.mark.browser
@pytest.mark.parametrize("written", NOWHERE)
def test_what_leads_nowhere_stops_the_build(said_of_a_book_that_leads_nowhere, written):
    assert NOWHERE[written] in said_of_a_book_that_leads_nowhere


BROKEN = {
    "another host": ("<script>fetch('http://192.0.2.1/a.js').catch(() => 0)</script>", "asked another host"),
    "an error in the log": ("<script>console.error('ouch')</script>", "logged a error: ouch"),
    "a warning in the log": ("<script>console.warn('hm')</script>", "logged a warning: hm"),
    "a script that fails": ("<script>setTimeout(() => missing(), 0)</script>", "script error"),
    "a sideways scroll": ("<div style='width: 3000px'>wide</div>", "scrolls sideways"),
    "a formula in error": ("<p class='math'>\\(\\left( x\\)</p>", "formulas in error"),
    "a macro that is not there": ("<p class='math'>\\(\\nonsense\\)</p>", "formulas in error"),
    "a missing file": ("<img alt='a picture that is not there' src='nowhere.png'>", "status 404"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_page_with_a_fault_goes_red(site, address, visitor, fault):
    addition, complaint = BROKEN[fault]
    page, reader = f"{address}/book/notation.html", visitor()
    broken = (site / "book/notation.html").read_text().replace("</article>", f"{addition}</article>")
    reader.page.route(page, lambda route: route.fulfill(body=broken, content_type="text/html"))
    problems = reader.visit(page)
    reader.page.unroute(page)
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize(
    "fetch",
    [
        '<script async src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<link href="https://fonts.example" rel="preconnect">',
        "<style>@import 'https://fonts.example/css'; </style>",
        "<div style='background: url(https://img.example/a.png)'>",
        '<img alt="" src="http://img.example/a.png">',
    ],
)
def test_a_page_that_fetches_from_another_host_is_seen_in_its_source(fetch):
    assert len(outside_resources(f"<html>{fetch}</html>")) == 1


def test_a_plain_link_to_another_host_is_no_fetch():
    assert (
        outside_resources('<a href="https://example.org">x</a><link rel="canonical" href="https://example.org">') == []
    )


@pytest.mark.parametrize(
    "image", ['<img src="a.png">', '<img alt="" src="a.png">', '<img alt="../_images/a.png" src="a.png">']
)
def test_an_image_without_alternative_text_is_seen(image):
    assert len(unlabelled_images(image)) == 1


def numbers(page) -> dict:
    """Return what the first figure of a page shows, by name: its numbers, and its state as arrays."""
    found = page.evaluate(
        "() => [...document.querySelector('.xb-widget').querySelectorAll('[data-quantity]')]"
        ".map(e => [e.dataset.quantity, e.dataset.value])"
    )
    state = json.loads(page.locator(".xb-widget [data-state]").first.get_attribute("data-state"))
    values = {name: float(value.replace("Infinity", "inf")) for name, value in found}
    return values | {name: np.array(value) for name, value in state.items()}
