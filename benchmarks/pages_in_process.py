"""What a page costs in the process that serves it, without a server: on visits drawn from all that there can be."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from faults.report import Line, number, quantile
from faults.running_site import RULES, Answer, Page, Tally, Visitor, our_tables
from questionnaire import create_app
from questionnaire.decide.routing import combinations

VISITS = 300
QUESTION_MS, RESULT_MS = 1.0, 5.0
Request = tuple[str, dict[str, str]]


def application(rules: Path = RULES) -> Flask:
    """The site with these rules, without releases and limits."""
    return create_app({"RULES": str(rules), "RELEASES": "", "LIMIT_POSTS": 0, "LIMIT_REFERENCES": 0})


class InProcessVisitor(Visitor):
    """A visitor of an application in this process; each page that was asked for is kept with its cookies."""

    def __init__(self, app: Flask) -> None:
        super().__init__(0, Tally())
        self.app = app
        self.asked_for: list[Request] = []

    async def send(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Call the application."""
        if method == "GET":
            self.asked_for.append((address, dict(headers)))
        environ = create_environ(address, method=method, headers=dict(headers), input_stream=BytesIO(body))
        content, status, answered = run_wsgi_app(self.app, environ, buffered=True)
        return int(status.split()[0]), list(answered), b"".join(content)


def drawn(count: int) -> list[dict[str, str]]:
    """So many of all visits, each another one, that end with a result."""
    rulebook = our_tables().rulebook
    every = [visit for visit in combinations(rulebook, None, rulebook.questions) if "neither" not in visit.values()]
    return random.Random(21).sample(every, min(count, len(every)))


def walk(app: Flask, answers: Mapping[str, str]) -> tuple[list[Request], Page]:
    """One visit: its requests for pages, and its result."""
    visitor = InProcessVisitor(app)
    _, page = asyncio.run(visitor.walk(lambda question, _: answers[question]))
    return visitor.asked_for, page


def milliseconds(app: Flask, request: Request) -> float:
    """The time that the application takes for one page."""
    address, headers = request
    environ = create_environ(address, headers=headers)
    start = time.perf_counter()
    run_wsgi_app(app, environ, buffered=True)
    return (time.perf_counter() - start) * 1000


def lines(long: bool) -> Iterator[Line]:
    """Question pages of random visits, and the longest of their results."""
    app, visits = application(), drawn(VISITS * (10 if long else 1))
    walks = [walk(app, answers) for answers in visits]
    questions = [request for requests, _ in walks for request in requests if request[0].startswith("/questions/")]
    requests, longest = max(walks, key=lambda each: len(each[1].text))
    for what, some, goal in (
        ("a question page in process", random.Random(22).sample(questions, len(questions)), QUESTION_MS),
        (f"the longest result in process ({len(longest.text):,} characters)", [requests[-1]] * 200, RESULT_MS),
        ("any result in process", [each[-1] for each, _ in walks], RESULT_MS),
    ):
        taken = [milliseconds(app, request) for request in some]
        middle = quantile(taken, 0.5)
        measured = f"median {number(middle)} ms, p99 {number(quantile(taken, 0.99))} ms"
        yield Line(what, f"{len(taken):,} pages", f"median at most {goal:g} ms", measured, middle <= goal)
