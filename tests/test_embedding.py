"""The guide in a frame of a clinic's page, and below a path: headers, cookie, forms, and every address of every page."""

import html
import re

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from questionnaire import create_app
from questionnaire.settings import SettingError, settings

from .conftest import RULES
from .visitor import FULL

CLINIC = "https://clinic.example"
FRAMED_BY = ("https://clinic.example", "https://www.clinic.example:8443")
HTTPS = "https://guide.example"
LINK = re.compile(r'\b(href|src|action)="([^"#][^"]*)"')


def site(tables, **config):
    return create_app({"TESTING": True, "RULES": str(RULES), "LIMIT_POSTS": 0, **config}, building=tables)


@pytest.fixture
def embedding(tables):
    """A visitor of a site that clinic pages may frame."""
    return site(tables, EMBED_ON=FRAMED_BY).test_client()


@pytest.fixture
def below(tables):
    """A visitor of the same site, mounted below /guide."""
    app = site(tables, EMBED_ON=FRAMED_BY)
    app.wsgi_app = DispatcherMiddleware(
        lambda environ, start: pytest.fail(environ["PATH_INFO"]), {"/guide": app.wsgi_app}
    )
    return app.test_client()


def answer_all(client, prefix):
    """Answer every question, below a path, and keep every option."""
    address = f"{prefix}/questions/area"
    while "/questions/" in address:
        answer = FULL[address.rpartition("/")[2]]
        sent = client.post(address, base_url=HTTPS, data={"answer": answer})
        assert sent.status_code == 303
        address = sent.headers["Location"]
    options = re.findall(r'name="keep" value="([^"]+)"', client.get(f"{prefix}/options", base_url=HTTPS).text)
    kept = client.post(f"{prefix}/keep", base_url=HTTPS, data={"keep": options[:3], "then": "compare"})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"{prefix}/compare")


def crawl(client, prefix):
    """Every address that the pages link to, load or send forms to; each page and file was there."""
    met, todo = set(), {f"{prefix}/"}
    while todo:
        address = todo.pop()
        met.add(address)
        page = client.get(address, base_url=HTTPS)
        assert page.status_code in (200, 302, 303), (address, page.status_code)
        assert page.headers.get("Location", prefix).startswith(prefix)
        for what, link in LINK.findall(page.text if page.mimetype == "text/html" else ""):
            if not re.match("https?:|mailto:|tel:", link):
                assert link.startswith(f"{prefix}/"), (address, link)
                if what != "action":
                    todo |= {html.unescape(link).partition("#")[0]} - met
    return met


@pytest.mark.parametrize("prefix", ["/embed", "/guide", "/guide/embed"])
def test_every_address_of_every_page_stays_below_the_path(embedding, below, prefix):
    client = below if prefix.startswith("/guide") else embedding
    answer_all(client, prefix)
    met = crawl(client, prefix)
    for page in (
        "options",
        "compare",
        "sheet",
        "matters",
        "check",
        "areas",
        "how-it-works",
        "words",
        "privacy",
        "reference",
        "questions/area",
    ):
        assert f"{prefix}/{page}" in met
    paths = {cookie.path for cookie in client._cookies.values()}
    assert paths == {prefix}


def test_pages_below_embed_may_be_framed_by_the_clinics_pages_alone_and_all_others_by_none(embedding):
    inside, outside = embedding.get("/embed/", base_url=HTTPS), embedding.get("/", base_url=HTTPS)
    allowed = "frame-ancestors https://clinic.example https://www.clinic.example:8443"
    policy = inside.headers["Content-Security-Policy"]
    assert policy.endswith(allowed)
    assert outside.headers["Content-Security-Policy"] == policy.replace(allowed, "frame-ancestors 'none'")
    assert (inside.headers["X-Robots-Tag"], "X-Robots-Tag" in outside.headers) == ("noindex", False)
    assert 'data-framed-by="https://clinic.example https://www.clinic.example:8443"' in inside.text
    assert "embed.js" not in outside.text
    for name in ("/embed/nowhere", "/embed/questions/nowhere", "/embedded", "/embed.html"):
        page = embedding.get(name, base_url=HTTPS)
        assert page.status_code == 404
        assert page.headers["Content-Security-Policy"].endswith(allowed) == name.startswith("/embed/")


def test_a_site_that_is_not_embedded_has_nothing_of_it(client):
    assert client.get("/embed/").status_code == 404
    page = client.get("/")
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "embed.js" not in page.text
    assert client.application.config.get("EMBED_ON") is None


def test_the_cookie_in_a_frame_is_partitioned_and_the_sites_own_is_not(embedding):
    inside = embedding.post("/embed/questions/area", base_url=HTTPS, data={"answer": "hip-dips"})
    (cookie,) = inside.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Secure-options-guide-embedded=area=hip-dips")
    for part in ("Secure", "HttpOnly", "Path=/embed", "SameSite=None", "Partitioned"):
        assert f"; {part}" in cookie
    (cookie,) = embedding.post("/questions/area", base_url=HTTPS, data={"answer": "both"}).headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-options-guide=")
    assert "SameSite=Lax" in cookie
    assert "Partitioned" not in cookie


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": CLINIC}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": CLINIC}, 403),
        ({"Origin": CLINIC}, 403),
        ({"Origin": HTTPS}, 303),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_form_in_the_frame_is_taken_from_the_guides_own_pages_alone(embedding, headers, status):
    page = embedding.post("/embed/questions/area", base_url=HTTPS, data={"answer": "both"}, headers=headers)
    assert page.status_code == status


@pytest.mark.parametrize(
    "value", ["http://clinic.example", "https://clinic.example/", "https://*.clinic.example", "*", "https://a b"]
)
def test_only_addresses_of_sites_are_taken(value):
    with pytest.raises(SettingError, match=r"it may be addresses such as https://clinic\.example, in small letters"):
        settings({"FLASK_EMBED_ON": value})


def test_several_sites_may_frame_it():
    assert settings({"FLASK_EMBED_ON": "|".join(FRAMED_BY)}) == {"EMBED_ON": FRAMED_BY}
