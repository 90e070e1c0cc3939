"""The clinic's accent, and the files beside the pages: readable on every paper, small, and kept by browsers."""

import re

import pytest

from questionnaire import SettingError
from questionnaire.web.branding import PAPERS, contrast, tokens, with_accent

from .conftest import PROJECT
from .visitor import site

SHEET = (PROJECT / "static" / "guide.css").read_text()


def clinic(**config):
    return site(**config).test_client()


TINTED = ("fits", "ask", "out", "device", "injection", "surgery")


def test_text_and_edges_of_controls_can_be_told_from_every_paper():
    known = tokens(SHEET)
    for mode in (0, 1):
        for paper in ("paper", "card", "note"):
            for ink in ("ink", "soft", "accent", "wrong"):
                assert contrast(known[ink][mode], known[paper][mode]) >= 4.5, (ink, paper, mode)
            assert contrast(known["edge"][mode], known[paper][mode]) >= 3, (paper, mode)
        assert contrast(known["on-accent"][mode], known["accent"][mode]) >= 4.5
        for name in TINTED:
            assert contrast(known[name][mode], known[f"{name}-tint"][mode]) >= 4.5, (name, mode)


@pytest.mark.parametrize("sheet", ["static/desk.css", "templates/report/report.css"])
def test_the_desk_and_the_report_have_the_colours_of_the_guide(sheet):
    pairs = re.findall(r"--[a-z-]+: light-dark\((#\w+), (#\w+)\)", (PROJECT / sheet).read_text())
    assert len(pairs) > 10
    assert set(pairs) <= set(tokens(SHEET).values())


def test_contrast_is_that_of_the_guideline():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # a pair that is known to fail just so
    assert contrast("#1f5f5b", "#1f5f5b") == 1


def test_every_colour_has_a_tone_for_dark_mode():
    assert not [name for name, (light, dark) in tokens(SHEET).items() if light == dark]
    assert not re.search(r"(?:light-dark|color-mix|oklch)\(", SHEET), "a function that browsers of 2022 do not know"


def test_the_stylesheet_takes_the_clinic_s_accent_and_makes_a_dark_one():
    sheet = with_accent(SHEET, "#7a1f5c", None)
    light, dark = tokens(sheet)["accent"]
    assert light == "#7a1f5c"
    assert all(contrast(dark, tokens(sheet)[paper][1]) >= 4.5 for paper in PAPERS)
    served = clinic(CLINIC_ACCENT="#7a1f5c")
    address = re.search(r'href="(/static/[^"]+guide\.css)"', served.get("/").text)[1]
    assert "--accent: #7a1f5c;" in served.get(address).text
    assert f"--accent: {dark};" in served.get(address).text
    assert address not in clinic().get("/").text


@pytest.mark.parametrize(
    ("light", "dark", "said"),
    [
        ("#8fd0c8", None, "clinic-accent is #8fd0c8: against #f7e8df its contrast is 1.5 to 1"),
        ("#1f5f5b", "#1f5f5b", "clinic-accent-dark is #1f5f5b"),
        ("#ffff00", None, "choose a darker tone"),
    ],
)
def test_an_accent_with_too_little_contrast_stops_the_start_with_the_reason(light, dark, said):
    own = {"CLINIC_ACCENT": light, **({"CLINIC_ACCENT_DARK": dark} if dark else {})}
    with pytest.raises(SettingError, match=re.escape(said)):
        clinic(**own)


def test_every_file_s_address_changes_with_it_and_browsers_keep_it():
    client = clinic()
    address = re.search(r'href="(/static/[^"]+guide\.css)"', client.get("/").text)[1]
    page = client.get(address)
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for named in re.findall(r"url\(\.\./([^)]+)\)", page.text):
        assert "immutable" in client.get(f"/static/{named}").headers["Cache-Control"]
    old = client.get("/static/0123456789/guide.css")
    assert (old.text, old.headers["Cache-Control"]) == (page.text, "no-store")
    assert client.get("/static/0123456789/nothing.css").status_code == 404


def test_the_fonts_are_few_ours_and_readable_before_they_come():
    fonts = re.findall(r"@font-face \{([^}]*)\}", SHEET)
    files = [re.search(r"url\(([^)]+)\)", font)[1] for font in fonts]
    assert all("font-display: swap" in font for font in fonts)
    assert sum((PROJECT / "static" / name).stat().st_size for name in files) <= 70_000
    assert all("OFL" in (PROJECT / "static" / name.replace(".woff2", "-OFL.txt")).read_text() for name in files)
    client = clinic()
    sheet = client.get(re.search(r'href="(/static/[^"]+guide\.css)"', client.get("/").text)[1]).text
    for address in re.findall(r"url\(\.\./([^)]+)\)", sheet):
        served = client.get(f"/static/{address}")
        assert (served.mimetype, served.data[:4]) == ("font/woff2", b"wOF2")
        assert "immutable" in served.headers["Cache-Control"]
