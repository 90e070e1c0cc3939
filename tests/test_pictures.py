"""Our own line pictures: each is small, well-formed, allowed by the content security policy, and named or hidden."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from questionnaire import create_app

from .conftest import RULES

ONE_BODY, TWO_BODIES, DRAWING = 1_700, 3_100, 800
WAYS = "nothing exercise exercise-and-diet cold sound radio suction muscle needle moved-fat implant gel liposuction"
PICTURES = [
    *[("area", id, ONE_BODY) for id in ("hip-dips", "love-handles", "both", "not-sure")],
    *[("place", id, TWO_BODIES) for id in ("hip-dips", "love-handles")],
    *[("shape", id, TWO_BODIES) for id in ("dip-below-hip-bone", "bulge-above-hips", "both", "neither")],
    *[("kind", id, DRAWING) for id in (*WAYS.split(), "self-care", "device", "injection", "surgery")],
]
BODIES = [picture for picture in PICTURES if picture[0] != "kind"]
DRAWN = {"svg", "title", "g", "use", "path", "circle", "ellipse", "text"}
ALT = 'Where "hip dips" & love handles are'

each = pytest.mark.parametrize(("macro", "id", "limit"), PICTURES)


@pytest.fixture(scope="module")
def draw():
    """A macro's picture, as a page in English has it."""
    app = create_app({"TESTING": True, "RULES": str(RULES)})
    pictures = app.jinja_env.get_template("pictures.html").module
    with app.test_request_context():
        yield lambda macro, *given, **named: str(getattr(pictures, macro)(*given, **named))


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
def test_a_picture_brings_no_style_no_address_and_no_id_but_those_of_halves_that_it_mirrors(
    draw, macro, id, limit, alt
):
    svg = ET.fromstring(draw(macro, id, alt=alt))
    assert {element.tag for element in svg.iter()} <= DRAWN
    named = {name for element in svg.iter() for name in element.attrib}
    assert not [name for name in named if name == "style" or name.startswith("on")]
    halves = [f"#{element.get('id')}" for element in svg.iter() if element.get("id")]
    assert halves == [element.get("href") for element in svg.iter() if element.get("href")]
    assert all(half.startswith("#half-") for half in halves)
    assert (svg.get("class").split()[0], svg.get("stroke"), svg.get("fill")) == ("picture", "currentColor", "none")


@each
def test_a_picture_is_light(draw, macro, id, limit):
    assert len(draw(macro, id).encode()) <= limit
    assert len(draw(macro, id, alt=ALT).encode()) <= limit


@pytest.mark.parametrize(("macro", "id", "limit"), BODIES)
def test_a_body_marks_its_place_by_more_than_colour(draw, macro, id, limit):
    svg = ET.fromstring(draw(macro, id))
    by_class = {name: [one for one in svg.iter() if one.get("class") == name] for name in ("mark", "pointer", "gap")}
    assert all(float(mark.get("stroke-width")) > float(svg.get("stroke-width")) for mark in by_class["mark"])
    assert bool(by_class["mark"]) == (id not in ("not-sure", "neither"))
    assert bool(by_class["pointer"]) == (id != "neither")
    assert all(gap.get("stroke-dasharray") for gap in by_class["gap"])
    assert bool(by_class["gap"]) == (id in ("hip-dips", "dip-below-hip-bone", "both"))


@pytest.mark.parametrize(("macro", "id", "limit"), [one for one in BODIES if one[0] != "area"])
def test_two_bodies_of_other_builds_stand_beside_each_other_with_their_bones_named(draw, macro, id, limit):
    svg = ET.fromstring(draw(macro, id))
    assert [name.text for name in svg.iter("text")] == ([] if id == "neither" else ["ribs", "waist", "hip bone"])
    skins = {one.get("class") for one in svg.iter() if (one.get("class") or "").startswith("skin")}
    assert len(skins) == (2 if macro == "shape" or id == "love-handles" else 1)
    assert [one for one in svg.iter() if one.get("class") == "bone"]


@pytest.mark.parametrize("macro", ["area", "place", "shape", "kind"])
def test_no_two_ids_share_a_picture(draw, macro):
    ids = [id for name, id, _ in PICTURES if name == macro]
    assert len({draw(macro, id) for id in ids}) == len(ids)


def test_every_option_has_a_drawing_of_how_it_works_and_a_new_one_that_of_its_kind(draw, rulebook):
    shown = {option.id: draw("option_picture", option) for option in rulebook.options.values()}
    assert all(draw("kind", option.kind) not in shown[option.id] for option in rulebook.options.values())
    assert shown["hip-dips/coolsculpting"] == shown["love-handles/coolsculpting"]
    for kind in ("self-care", "device", "injection", "surgery"):
        new = SimpleNamespace(id="upper-arms/new", kind=kind)
        assert draw("option_picture", new) == f'<span class="kind {kind}">{draw("kind", kind)}</span>'


@pytest.mark.parametrize("macro", ["area", "place", "shape", "kind"])
@pytest.mark.parametrize("id", ["", "nothing-we-know", "none", None])
def test_an_unknown_id_gives_nothing(draw, macro, id):
    assert draw(macro, id) == draw(macro, id, alt=ALT) == ""
