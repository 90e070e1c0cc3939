"""How the pages look and read in a real browser: forced colours, first paint, what is announced, print, HTML."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from questionnaire import create_app

from .browser import CHROMIUM, FULL, GONE, NAMES_IN_DRAWINGS, RESULTS, journey, press
from .conftest import RULES
from .visitor import walk

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

VNU = Path(sys.prefix) / "vnu" / "vnu.jar"
GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture
def page(browser, site):
    """A page of a visitor who comes for the first time."""
    context = browser.new_context(base_url=site)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_pictures_and_chosen_answers_can_be_told_in_forced_colours(page):
    page.emulate_media(forced_colors="active")
    page.goto("/questions/area")
    colour = "e => getComputedStyle(e).stroke"
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator(".mark").first.evaluate(colour) != paper
    assert page.locator(".picture").first.evaluate(colour) != paper
    page.locator("input[value='both']").check()
    outline = "e => getComputedStyle(e).outlineStyle"
    assert page.locator("input:checked + label").evaluate(outline) == "solid"
    assert page.locator("input:not(:checked) + label").first.evaluate(outline) == "none"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_names_in_the_drawings_grow_with_the_text_and_have_room(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/questions/area")
    page.locator("input[value=not-sure]").check()
    press(page, "button", "Continue")
    usual, large = page.evaluate(NAMES_IN_DRAWINGS, "106.25%"), page.evaluate(NAMES_IN_DRAWINGS, "212.5%")
    assert len(usual) == len(large) == 3
    for one, other in zip(usual, large, strict=True):
        assert other["size"] >= 1.4 * one["size"]
        assert min(one["room"], other["room"]) >= 8
        assert min(one["between"], other["between"]) >= 0


def test_nothing_moves_where_less_motion_is_asked_for(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = """[...document.querySelectorAll('*')].filter(e => {
        const s = getComputedStyle(e);
        return s.animationName != 'none' || s.transitionDuration != '0s' || s.scrollBehavior == 'smooth';
    }).length"""
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("last", ["/questions/area", "/options"])
def test_the_first_paint_needs_the_page_and_one_file(page, last):
    if last == "/options":
        journey(page, GONE)
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(last)
    page.wait_for_load_state("networkidle")
    blocking = "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus == 'blocking').length"
    assert page.evaluate(blocking) == 1
    assert all(url.startswith("http://127.0.0.1:") for url in requested)


@pytest.mark.parametrize("name", ["start", "question-with-an-error", "answers"])
def test_assistive_software_meets_the_page_as_agreed(page, name):
    """tests/goldens/*.yaml holds what is announced, in order; to write them anew: GOLDENS=write make test."""
    page.goto("/" if name == "start" else "/questions/area")
    if name == "question-with-an-error":
        press(page, "button", "Continue")
    if name == "answers":
        journey(page, {**FULL, "area": "hip-dips"})
    golden = GOLDENS / f"{name}.yaml"
    announced = page.locator("body").aria_snapshot() + "\n"
    if os.environ.get("GOLDENS") == "write":
        golden.write_text(announced)
    assert announced == golden.read_text()


@pytest.fixture(scope="module")
def printed(browser, site):
    """The pages of a printed result for both areas: the text of each, and the text and code of the page itself."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    journey(page, GONE)
    press(page, "link", "See your options")
    code = page.locator("#code").inner_text()
    pdf = pypdfium2.PdfDocument(page.pdf(format="Letter", prefer_css_page_size=True))
    pages = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdf]
    sizes = {tuple(round(side) for side in sheet.get_size()) for sheet in pdf}
    page.emulate_media(media="print")
    said = page.locator("main").inner_text()
    context.close()
    return pages, sizes, said, code


def test_a_result_is_printed_on_any_paper_with_numbers_and_its_rulebook_and_code_at_the_top(printed, rulebook):
    pages, sizes, _, code = printed
    assert sizes == {(612, 792)}
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
    assert rulebook.fingerprint in pages[0]
    assert code in pages[0]


def test_nothing_is_cut_in_print(printed):
    pages, _, said, _ = printed
    words = set(" ".join(pages).split())
    assert len(said.split()) > 800
    assert [word for word in said.split() if word not in words and "-" not in word] == []


def test_a_printed_result_has_nothing_to_press(printed):
    text = " ".join(printed[0])
    for pressed in ("Start again", "Copy the code", "Skip to", "Compare my list"):
        assert pressed not in text


@pytest.mark.skipif(not (shutil.which("java") and VNU.is_file()), reason="Java or the Nu checker is not there")
def test_the_nu_checker_finds_nothing_in_any_page(tmp_path):
    client = create_app({"RULES": str(RULES)}).test_client()

    def keep(name, page):
        (tmp_path / f"{name}.html").write_bytes(page.data)

    for name in ("", "areas", "how-it-works", "privacy", "reference", "nowhere", "questions/area"):
        keep(name.replace("/", "-") or "start", client.get(f"/{name}"))
    keep("error", client.post("/questions/area"))
    keep("code-error", client.post("/reference", data={"code": "x"}))
    for number, answers in enumerate(RESULTS.values()):
        walk(client, answers)
        keep(f"result-{number}", client.get("/options"))
        for option in ("fat-transfer", "leave-as-is"):
            keep(f"option-{option}-{number}", client.get(f"/options/hip-dips/{option}", follow_redirects=True))
    keep("question", client.get("/questions/tolerance"))
    keep("check", client.get("/check"))
    walk(client, {"area": "not-sure", "shape": "neither"})
    keep("elsewhere", client.get("/options"))
    command = ["java", "-Xshare:auto", "-jar", str(VNU), "--format", "text", *sorted(map(str, tmp_path.glob("*.html")))]
    found = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert found.returncode == 0, found.stderr
    assert found.stderr.strip() == "Document checking completed. No errors found."
