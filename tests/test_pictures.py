"""Our own line pictures: each is small, well-formed, allowed by the content security policy, and named or hidden."""

import xml.etree.ElementTree as ET

import pytest

from questionnaire import create_app

from .conftest import RULES

BODIES = 1200
ICONS = 500
PICTURES = [
    *[("area", id, BODIES) for id in ("hip-dips", "love-handles", "both")],
    *[("shape", id, BODIES) for id in ("dip-below-hip-bone", "bulge-above-hips", "both")],
    *[("kind", id, ICONS) for id in ("self-care", "device", "injection", "surgery")],
]
DRAWN = {"svg", "title", "g", "path", "circle", "ellipse"}
ALT = 'Where "hip dips" & love handles are'

each = pytest.mark.parametrize(("macro", "id", "limit"), PICTURES)


@pytest.fixture(scope="module")
def draw():
    app = create_app({"TESTING": True, "RULES": str(RULES)})
    pictures = app.jinja_env.get_template("pictures.html").module
    return lambda macro, *given, **named: str(getattr(pictures, macro)(*given, **named))


@each
def test_a_picture_says_its_name_to_everyone_and_is_hidden_from_screen_readers_without_one(draw, macro, id, limit):
    unnamed = ET.fromstring(draw(macro, id))
    assert unnamed.get("aria-hidden") == "true"
    assert unnamed.get("role") is unnamed.get("aria-label") is unnamed.find("title") is None
    svg = ET.fromstring(draw(macro, id, alt=ALT))
    assert (svg.get("role"), svg.get("aria-label"), svg.findtext("title")) == ("img", ALT, ALT)
    assert svg.get("aria-hidden") is None


@each
@pytest.mark.parametrize("alt", [None, ALT])
def test_a_picture_brings_no_style_no_id_and_no_address(draw, macro, id, limit, alt):
    svg = ET.fromstring(draw(macro, id, alt=alt))
    assert {element.tag for element in svg.iter()} <= DRAWN
    named = {name for element in svg.iter() for name in element.attrib}
    assert not [name for name in named if name in ("id", "style") or name.endswith("href") or name.startswith("on")]
    assert (svg.get("class"), svg.get("stroke"), svg.get("fill")) == ("picture", "currentColor", "none")


@each
def test_a_picture_is_light(draw, macro, id, limit):
    assert len(draw(macro, id).encode()) <= limit
    assert len(draw(macro, id, alt=ALT).encode()) <= limit


@each
def test_a_body_marks_its_place_by_more_than_colour(draw, macro, id, limit):
    svg = ET.fromstring(draw(macro, id))
    marks = [element for element in svg.iter() if element.get("class") == "mark"]
    assert len(marks) == (0 if macro == "kind" else 2)
    assert all(float(mark.get("stroke-width")) > float(svg.get("stroke-width")) for mark in marks)
    rings = [element for element in svg.iter() if element.get("stroke-dasharray")]
    assert len(rings) == {"area": 4 if id == "both" else 2}.get(macro, 0)


@pytest.mark.parametrize(
    ("macro", "ids"), [(m, [i for n, i, _ in PICTURES if n == m]) for m in ("area", "shape", "kind")]
)
def test_no_two_ids_share_a_picture(draw, macro, ids):
    assert len({draw(macro, id) for id in ids}) == len(ids)


@pytest.mark.parametrize("macro", ["area", "shape", "kind"])
@pytest.mark.parametrize("id", ["", "nothing-we-know", "neither", "none", None])
def test_an_unknown_id_gives_nothing(draw, macro, id):
    assert draw(macro, id) == draw(macro, id, alt=ALT) == ""
