"""What journeys in a real browser need: the system's Chromium, a server of our own, and a visitor's way of pressing."""

import atexit
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from questionnaire.releases import publishing

PROJECT = Path(__file__).resolve().parent.parent
KEPT = TemporaryDirectory(prefix="releases-of-tests-")
atexit.register(KEPT.cleanup)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
FULL = {
    "donor-fat": "enough",
    "noticeable": "slight",
    "tried": "not-yet",
    "tolerance": "injections",
    "timing": "months",
    "upkeep": "not-sure",
    "hoped-for": "softer",
}

GONE = {**FULL, "area": "both", "tolerance": "devices", "hoped-for": "gone"}
RESULTS = {
    "some of every verdict, and gone is hoped for": GONE,
    "nothing to ask about, nothing ruled out": {**FULL, "area": "both", "tolerance": "surgery", "upkeep": "yes"},
    "open about everything": {**FULL, "area": "hip-dips", "tolerance": "not-sure", "donor-fat": "not-sure"},
    "what one does oneself": {**FULL, "area": "love-handles", "tolerance": "self-care"},
}


NAMES_IN_DRAWINGS = """(size) => {
    document.documentElement.style.fontSize = size;
    return [...document.querySelectorAll('.names')].map(names => {
        const lines = names.previousElementSibling.getAttribute('d').match(/[\\d.]+/g).map(Number);
        const boxes = [...names.children].map(name => name.getBBox());
        return {
            size: parseFloat(getComputedStyle(names).fontSize),
            room: lines.at(-1) - lines.at(-3) - Math.max(...boxes.map(box => box.width)),
            between: Math.min(...boxes.slice(1).map((box, at) => box.y - boxes[at].y - boxes[at].height)),
        };
    });
}"""
"""Of the names in each drawing, in its own units, with the text of the page at a size: how large they are, and how much
room is left between them and the bodies, and between one and the next."""


def free_port(host="127.0.0.1", count=1):
    """The first of some ports in a row that nobody uses. Drawn at random: other processes test beside this one."""
    while True:
        first = random.randrange(20_000, 30_000)  # below those that systems give to connections
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + count):
                family = socket.AF_INET6 if ":" in host else socket.AF_INET
                held.enter_context(socket.socket(family)).bind((host, port))
            return first


@contextmanager
def server(folder, **environment):
    """A server with these variables, as a process; its log goes to `folder`. It is ended if it still runs."""
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=PROJECT, stdout=log, stderr=log, env={**os.environ, **environment}
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def workers(process):
    """The processes that a server has forked."""
    return [int(word) for word in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


@cache
def published(rules):
    """A folder with a release of these rules, so that no server has to build them anew."""
    folder = Path(KEPT.name) / str(len(os.listdir(KEPT.name)))
    with publishing.drafting(Path(rules), folder) as draft:
        draft.publish("")
    return str(folder)


@contextmanager
def serving_process(folder, **settings):
    """The address and the process of a server, as `make run` starts it but with one worker, once it is ready."""
    port = str(free_port())
    rules = settings.get("FLASK_RULES") or os.environ.get("FLASK_RULES", str(PROJECT / "rules"))
    releases = published(rules)
    own = {"PORT": port, "WEB_CONCURRENCY": "1", "FLASK_LIMIT_POSTS": "0", "FLASK_RELEASES": releases, **settings}
    address = f"http://127.0.0.1:{port}"
    with server(folder, **own) as process:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=10).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
        yield address, process


@contextmanager
def serving(folder, **settings):
    """The address of a server of our own."""
    with serving_process(folder, **settings) as (address, _):
        yield address


def press(page, role, name, **how):
    """Press a link or button and wait until the page that it leads to is there as a whole."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, **how).click()


def journey(page, answers):
    """From the start page to the answers, by pressing what a visitor presses."""
    page.goto("/")
    press(page, "link", "Start now")
    while "/questions/" in page.url:
        question = page.url.split("/")[-1]
        page.locator(f"input[value='{answers[question]}']").check()
        press(page, "button", "Continue")
