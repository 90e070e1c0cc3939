"""A visitor as tests need one: sites to visit, journeys over Flask's client, and what their cookie holds."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

from questionnaire import create_app

from .conftest import OWN_RULES, RULES
from .made_once import tables_of

FULL = {
    "area": "both",
    "donor-fat": "enough",
    "noticeable": "clear",
    "tried": "yes",
    "tolerance": "surgery",
    "timing": "months",
    "upkeep": "yes",
    "hoped-for": "gone",
}
CODE = r'class="code" id="code"[^>]*>([^<]+)<'
PAGES = ["/", "/questions/area", "/reference", "/areas", "/how-it-works", "/privacy", "/words"]
COOKIE = "options-guide-80"
FORM = "application/x-www-form-urlencoded"
HOST = "guide.clinic.example"
LIVE = f"https://{HOST}"


def site(**config):
    """An application without a limit on forms, with the rules that no test changes at hand."""
    config = {"TESTING": True, "RULES": str(RULES), "LIMIT_POSTS": 0, **config}
    rules = Path(config["RULES"])
    return create_app(config, building=tables_of(rules) if rules in (RULES, OWN_RULES) else None)


def production(**config):
    """A site as a clinic runs it, at LIVE."""
    return site(**{"PRODUCTION": True, "ALLOWED_HOSTS": (HOST,), "TRUSTED_PROXIES": 0, **config})


def text(page):
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def notices(page):
    """What a page tells its visitor at its top."""
    return [html.unescape(told) for told in re.findall(r'<div class="notice" role="status"><p>([^<]*)', page.text)]


def hidden(page):
    """The fields that a page's form sends by itself."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def post(client, address, **fields):
    """Send the form of a page, as a browser does, and follow where it leads."""
    return client.post(address, data={**hidden(client.get(address)), **fields}, follow_redirects=True)


def walk(client, answers, start="/questions/area", base_url=None):
    """Follow the forms from `start`, answering by choice id, until a page is no question: (that page, the questions)."""
    page = client.get(start, follow_redirects=True, base_url=base_url)
    asked = []
    while page.request.path.startswith("/questions/"):
        assert page.status_code == 200
        question = page.request.path.split("/")[-1]
        asked.append(question)
        choices = re.findall(r'type="radio" name="answer" id="[^"]*" value="([^"]+)"', page.text)
        assert answers[question] in choices
        fields = {**hidden(page), "answer": answers[question]}
        page = client.post(page.request.path, data=fields, follow_redirects=True, base_url=base_url)
    return page, asked


def reference(client):
    """The reference code of the result that this browser holds."""
    return re.search(CODE, client.get("/options").text)[1]


def cookie(client, name=COOKIE):
    """The pairs of the site's cookie in this browser; empty where there is none."""
    held = client.get_cookie(name)
    return parse_qsl(held.value) if held else []


def answers(client):
    """The answers that this browser holds."""
    return {name: value for name, value in cookie(client) if not name.startswith("_")}


def send(client, address="/questions/area", times=1, **how):
    """Send an empty form some times; gives the statuses."""
    return [client.post(address, data={}, **how).status_code for _ in range(times)]


def addresses(app):
    """An address for every route of the site, and for errors of every kind."""
    known = {
        "question_id": "area",
        "mark": "x",
        "name": "guide.css",
        "code": "429",
        "area": "hip-dips",
        "option": "exercise",
    }
    for rule in app.url_map.iter_rules():
        yield re.sub(r"<(?:int:)?([^>]+)>", lambda part: known[part[1]], rule.rule)
    yield from ("/nowhere", "/static/x/nothing.css", "/questions/nothing", "/fault/400", "/%00", "/check/")
