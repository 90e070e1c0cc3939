"""What a second language costs: the memory of its texts and pages, and the time until its first page.

In a process of its own, in which the pages of the first language were shown before: measured is what comes on top.
"""

from __future__ import annotations

import multiprocessing
import time
import tracemalloc
from collections.abc import Iterator

from faults.report import Line, number
from questionnaire.web.visit import Visit
from questionnaire.web.visit_cookie import LANGUAGE

from .pages_in_process import application, drawn

COOKIE, VISITS = "options-guide-80", 40
PAGES = ("/", "/questions/area", "/options", "/options/hip-dips/leave-as-is", "/areas", "/how-it-works")


def measure(language: str, traced: bool) -> float:
    """The seconds until the first page in a language; or, `traced`, the mebibytes that its pages keep."""
    app = application()
    client, rulebook = app.test_client(use_cookies=False), app.extensions["rulebook_store"].now().rulebook
    visits = [Visit.of(rulebook, answers).serialize() for answers in drawn(VISITS)]

    def show(chosen: str) -> None:
        for visit in visits:
            for address in PAGES:
                page = client.get(address, headers={"Cookie": f"{COOKIE}={visit}{chosen}"})
                if chosen and page.status_code == 200 and f'<html lang="{language}"' not in page.text:
                    raise RuntimeError(f"'{language}' is not offered (flask rules check)")

    show("")
    if not traced:
        start = time.perf_counter()
        client.get("/", headers={"Cookie": f"{COOKIE}={LANGUAGE}={language}"})
        return time.perf_counter() - start
    tracemalloc.start()
    show(f"&{LANGUAGE}={language}")
    return tracemalloc.get_traced_memory()[0] / 2**20


def lines(long: bool) -> Iterator[Line]:
    """One line for each language that ships."""
    for language in ("es", "ar"):
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as one:
            first, memory = (one.apply(measure, [language, traced]) for traced in (False, True))
        told = f"{number(memory)} MiB of texts and pages; first page after {number(first)} s"
        yield Line(f"a second language, {language}", f"{VISITS} visits", "", told, None)
