"""Takes every picture in docs/screenshots, and the preview picture for messengers: `make screenshots`."""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(PROJECT))
from tests.browser import CHROMIUM, FLAGS, FULL, journey, press, serving  # noqa: E402

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
ANSWERS = {**FULL, "area": "hip-dips", "tolerance": "devices", "hoped-for": "gone"}
PREVIEW = """<!doctype html><meta charset=utf-8><link rel=stylesheet href={css}>
<body style="width:1200px;height:630px;min-height:0;flex-direction:row;align-items:center;gap:30px;padding:0 60px">
<div style="flex:1"><p style="font-size:28px;color:var(--soft);margin:0 0 16px">Options guide</p>
<p style="font:500 64px/1.12 Newsreader;margin:0">Hip dips or love handles: what are the options?</p>
</div><div style="display:flex;gap:40px">{pictures}</div>"""


def save(picture: Image.Image, path: Path) -> None:
    """A picture of few colours, half as large as one of all."""
    picture.convert("RGB").quantize(128).save(path, optimize=True)


KEPT = ("hip-dips/exercise", "hip-dips/coolsculpting", "hip-dips/emsculpt")


def shots(browser: Browser, site: str, device: str, scheme: str) -> None:
    """Every kind of page of one width in light or dark, as a visitor comes to it."""
    width, height = SIZES[device]
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1
    )
    page = context.new_page()

    def take(name: str, whole: bool = True) -> None:
        page.evaluate("document.fonts.ready")
        save(Image.open(BytesIO(page.screenshot(full_page=whole))), HERE / f"{name}-{device}-{scheme}.png")

    def take_from(name: str, place: str) -> None:
        page.evaluate("place => document.querySelector(place).scrollIntoView({behavior: 'instant'})", place)
        take(name, whole=False)

    page.goto("/")
    take("start")
    page.goto("/questions/area")
    take("question")
    press(page, "button", "Continue")
    take("error")
    page.locator("input[value='not-sure']").check()
    press(page, "button", "Continue")
    take("question-shape")
    context.clear_cookies()
    journey(page, ANSWERS)
    take("answers")
    page.goto("/options")
    take("result", whole=False)
    take_from("result-rows", ".row.ask")
    for option in KEPT:
        page.locator(f"[name=keep][value='{option}']").check()
    press(page, "button", "Compare my list")
    take("compare")
    page.goto("/sheet")
    take("sheet")
    page.goto("/options/hip-dips/coolsculpting")
    take("option")
    page.goto("/matters")
    for choice, row in (("lot", 0), ("little", 5)):
        page.locator(f"input[value={choice}]").nth(row).check()
    press(page, "button", "Save, and see what is said")
    take("matters")
    page.goto("/words")
    take("words")
    page.goto("/areas")
    take("areas", whole=False)
    context.close()


def print_out(browser: Browser, site: str) -> None:
    """The result and the sheet as they are printed."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    journey(page, ANSWERS)
    press(page, "link", "See your options")
    for option in KEPT:
        page.locator(f"[name=keep][value='{option}']").check()
    press(page, "button", "Sheet to take along")
    sheet = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=False))
    save(sheet[0].render(scale=1.1).to_pil(), HERE / "print-sheet.png")
    page.goto("/options")
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=False))
    for number in range(len(document)):
        save(document[number].render(scale=1.1).to_pil(), HERE / f"print-{number + 1}.png")
    for old in HERE.glob("print-[0-9].png"):
        if int(old.stem.split("-")[1]) > len(document):
            old.unlink()
    context.close()


def readme() -> None:
    """The picture at the top of README.md: a question and an option on a phone, side by side."""
    pictures = [Image.open(HERE / f"{name}-phone-light.png").convert("RGB") for name in ("question", "result-rows")]
    height = min(picture.height for picture in pictures)
    joined = Image.new("RGB", (sum(picture.width for picture in pictures) + 24, height), "#e4dace")
    joined.paste(pictures[0], (0, 0))
    joined.paste(pictures[1], (pictures[0].width + 24, 0))
    save(joined, HERE / "readme.png")


def preview(browser: Browser, site: str) -> None:
    """static/preview.png: what a messenger shows for a link to the start page."""
    context = browser.new_context(base_url=site, viewport={"width": 1200, "height": 630}, bypass_csp=True)
    page = context.new_page()
    page.goto("/")
    css = page.locator("link[rel=stylesheet]").get_attribute("href")
    pictures = "".join(picture.evaluate("e => e.outerHTML") for picture in page.locator("figure svg").all())
    page.set_content(PREVIEW.format(css=site + str(css), pictures=pictures))
    page.add_style_tag(content="svg{width:210px;height:auto}body{max-width:none}")
    page.evaluate("document.fonts.ready")
    save(Image.open(BytesIO(page.screenshot())), PROJECT / "static" / "preview.png")
    context.close()


def main() -> None:
    if CHROMIUM is None:
        sys.exit("Chromium is not installed (tests/install-browser says how)")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        preview(browser, site)
        for device in SIZES:
            for scheme in ("light", "dark"):
                shots(browser, site, device, scheme)
        print_out(browser, site)
        readme()
        browser.close()


if __name__ == "__main__":
    main()
