"""100,000 forged, cut off and replayed cookies, CSRF tokens and reference codes: never 5xx, never another's answers.

In-process, in as many processes as there are cores. A victim has answered everything; whatever is made of the victim's
cookie, short of the very cookie, must show nothing of it, and no form may be taken without one's own token.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from forging import SIGNS, TOUCHING, altered, elsewhere, forged, same, typed
from seen import Faults, Written, run
from servers import PROJECT, SECRET
from visitor import ATTRIBUTE, INPUT
from werkzeug.test import TestResponse

from questionnaire import create_app
from questionnaire.decide.reference_code import decode, encode
from questionnaire.rulebook.load import load

CODE = re.compile(r'class="code"[^>]*>([^<]+)<')


def site() -> Flask:
    unlimited = {"LIMIT_POSTS": 0, "LIMIT_REFERENCES": 0}
    return create_app({"SECRET_KEY": SECRET, "RULES": str(PROJECT / "rules"), "RELEASES": "", **unlimited})


def token(page: str) -> str:
    inputs = [dict(ATTRIBUTE.findall(found)) for found in INPUT.findall(page)]
    return next((each["value"] for each in inputs if each.get("name") == "csrf_token"), "")


class Visit:
    """A visitor of the site."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def answer(self, chance: random.Random) -> None:
        """Answer every question."""
        address = "/questions/area"
        while address.startswith("/questions/"):
            page = self.client.get(address)
            inputs = [dict(ATTRIBUTE.findall(found)) for found in INPUT.findall(page.text)]
            values = [each["value"] for each in inputs if each.get("type") == "radio"]
            choice = chance.choice([value for value in values if value not in ("neither", "not-sure")] or values)
            address = self.client.post(address, data={"csrf_token": token(page.text), "answer": choice}).location or ""

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie("session")
        return found.value if found else ""


def codes(text: str) -> str:
    """The reference code on a result page; empty where there is none."""
    found = CODE.search(text)
    return found[1] if found else ""


class Trial:
    """One process's trials: a victim and another visitor of one site."""

    def __init__(self, seed: int) -> None:
        self.chance, self.app, self.log = random.Random(seed), site(), Written()
        self.rulebook = load(PROJECT / "rules")
        self.victim, self.other = Visit(self.app), Visit(self.app)
        for visit in (self.victim, self.other):
            visit.answer(self.chance)
        while self.code == codes(self.other.client.get("/options").text):
            self.other.answer(self.chance)
        self.own, self.stolen = (token(v.client.get("/questions/area").text) for v in (self.other, self.victim))
        self.kept, self.taken = self.other.cookie, self.victim.cookie

    @property
    def code(self) -> str:
        return codes(self.victim.client.get("/options").text)

    def ask(self, address: str, cookie: str, form: dict[str, str] | None = None) -> TestResponse:
        client, headers = self.app.test_client(use_cookies=False), {"Cookie": f"session={cookie}"}
        if form is None:
            return client.get(address, headers=headers)
        return client.post(address, data=form, headers=headers)

    def cookie(self) -> tuple[TestResponse, bool]:
        """A forged cookie is no cookie: there is no result."""
        made = forged(self.taken, self.chance)
        page = self.ask(self.chance.choice(("/check", "/options", "/options/print.css")), made)
        return page, page.status_code != 200 or same(made, self.taken)

    def token(self) -> tuple[TestResponse, bool]:
        """A token of the victim's, or one that was changed or made elsewhere, is refused."""
        made = (self.stolen, altered(self.own, self.chance, SIGNS + TOUCHING), elsewhere("0" * 40, self.chance))
        sent = self.chance.choice([each for each in made if each != self.own])
        forms: dict[str, dict[str, str]] = {
            "/questions/area": {"answer": "both"},
            "/start-again": {},
            "/reference": {"code": self.first},
        }
        address = self.chance.choice(list(forms))
        page = self.ask(address, self.kept, {"csrf_token": sent, **forms[address]})
        return page, page.status_code == 403 or same(sent, self.own)

    def reference(self) -> tuple[TestResponse, bool]:
        """A code that leads to a result is one, and leads to the answers that it holds."""
        sent = typed(self.first, self.chance)
        page = self.ask("/reference", self.kept, {"csrf_token": self.own, "code": sent})
        if page.status_code != 303:
            return page, page.status_code == 400
        held = encode(self.rulebook, decode(self.rulebook, sent).answers)
        shown = self.ask("/options", page.headers["Set-Cookie"].partition("session=")[2].partition(";")[0])
        return shown, held in shown.text or not codes(shown.text)

    def replay(self) -> tuple[TestResponse, bool]:
        """A cookie of before shows what its owner had then; two at once never show a mixture of both."""
        other = altered(self.taken, self.chance, SIGNS)
        both = [self.kept, other]
        if self.chance.random() < 0.5:
            page = self.ask("/options", self.kept)
            return page, codes(page.text) == self.second
        self.chance.shuffle(both)
        page = self.ask("/options", "; session=".join(both))
        return page, codes(page.text) in ("", self.second) or same(other, self.taken)

    def some(self, times: int) -> tuple[Counter[str], list[str]]:
        """So many forgeries of all kinds: the statuses, and all that went wrong."""
        self.first, self.second = self.code, codes(self.other.client.get("/options").text)
        seen, wrong = Counter[str](), list[str]()
        kinds = (self.cookie, self.token, self.reference, self.replay)
        for step in range(times):
            page, right = kinds[step % len(kinds)]()
            seen[f"{page.status_code // 100}xx"] += 1
            if page.status_code >= 500 or not right:
                wrong.append(f"{kinds[step % len(kinds)].__name__} gave {page.status_code}")
        return seen, wrong + self.log.lines


def some(times: int, seed: int) -> tuple[Counter[str], list[str]]:
    return Trial(seed).some(times)


def main(faults: Faults) -> None:
    cores = os.cpu_count() or 1
    times = faults.many(100_000)
    seen, wrong = Counter[str](), list[str]()
    with ProcessPoolExecutor(cores) as pool:
        for one, told in pool.map(some, [times // cores] * cores, range(cores)):
            seen += one
            wrong += told
    faults.note(
        "forged, cut off and replayed cookies, tokens and references",
        f"{seen.total():,}",
        ", ".join(f"{number:,} {status}" for status, number in sorted(seen.items()))
        + f"; {len(wrong)} wrong. {'; '.join(wrong[:3])}".rstrip(),
        "2xx, 3xx and 4xx alone; no answers of others; nothing logged",
        not wrong and set(seen) <= {"2xx", "3xx", "4xx"},
    )


if __name__ == "__main__":
    run(__doc__, main)
