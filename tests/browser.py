"""What journeys in a real browser need: the system's Chromium, a server of our own, and a visitor's way of pressing."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

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


@contextmanager
def serving(folder, **settings):
    """The address of a server of our own, as `make run` starts it but with one worker; its log goes to `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PORT": str(port), "WEB_CONCURRENCY": "1", "FLASK_LIMIT_POSTS": "0", **settings}
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=PROJECT, stdout=log, stderr=log, env={**os.environ, **own}
        )
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                break
        except OSError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(10)


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
