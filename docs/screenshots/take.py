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
<body style="width:1200px;height:630px;display:flex;align-items:center;justify-content:space-around;padding:0 60px">
<div style="width:620px"><p style="font-size:28px;color:var(--soft);margin:0 0 16px">Options guide</p>
<p style="font-size:64px;line-height:1.12;font-weight:700;margin:0">Hip dips or love handles: what are the options?</p>
</div><div style="display:flex;gap:40px">{pictures}</div>"""


def save(picture: Image.Image, path: Path) -> None:
    """A picture of few colours, a third as large as one of all."""
    picture.convert("RGB").quantize(48).save(path, optimize=True)


def shots(browser: Browser, site: str, device: str, scheme: str) -> None:
    """Every page of one width in light or dark: start, question, error, answers, result (its top, a card, the grid)."""
    width, height = SIZES[device]
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1
    )
    page = context.new_page()

    def take(name: str, whole: bool = True) -> None:
        save(Image.open(BytesIO(page.screenshot(full_page=whole))), HERE / f"{name}-{device}-{scheme}.png")

    page.goto("/")
    take("start")
    page.goto("/questions/area")
    take("question")
    press(page, "button", "Continue")
    take("error")
    journey(page, ANSWERS)
    take("answers")
    press(page, "link", "See your options")
    take("result", whole=False)
    for name, place in (("result-card", "#fits"), ("result-grid", "#side-by-side"), ("result-questions", "#to-ask")):
        page.evaluate("place => document.querySelector(place).scrollIntoView({behavior: 'instant'})", place)
        take(name, whole=False)
    context.close()


def print_out(browser: Browser, site: str) -> None:
    """The result as it is printed, all pages beside each other."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    journey(page, ANSWERS)
    press(page, "link", "See your options")
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=False))
    for number in range(len(document)):
        save(document[number].render(scale=1.1).to_pil(), HERE / f"print-{number + 1}.png")
    for old in HERE.glob("print-*.png"):
        if int(old.stem.split("-")[1]) > len(document):
            old.unlink()
    context.close()


def readme() -> None:
    """The picture at the top of README.md: a question and an option on a phone, side by side."""
    pictures = [Image.open(HERE / f"{name}-phone-light.png").convert("RGB") for name in ("question", "result-card")]
    height = min(picture.height for picture in pictures)
    joined = Image.new("RGB", (sum(picture.width for picture in pictures) + 24, height), "#d9d4c9")
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
    page.add_style_tag(content="svg{width:200px;height:auto}body{max-width:none}")
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
