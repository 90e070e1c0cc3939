"""What journeys at the desk in a real browser need: a desk of our own as a process, and people with a device each."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe

from ..browser import PROJECT, free_port

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A virtual authenticator (https://www.w3.org/TR/webauthn-3/#sctn-automation-virtual-authenticators)."""


@contextmanager
def serving(folder, rules, patience=100, **settings):
    """The address of a desk, as `make desk` starts it, and the address for the first publisher.

    `patience`: seconds that its pages wait for a build; the desk's own would make tests depend on the machine.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    own = {
        "DESK_PORT": str(port),
        "FLASK_DESK_ADDRESS": address,
        "FLASK_DESK_DATABASE": str(folder / "desk.sqlite3"),
        "FLASK_RULES": str(rules),
        "FLASK_RELEASES": str(folder / "releases"),
        **settings,
    }
    environment = {**os.environ, **own}
    welcome = subprocess.run(
        [sys.executable, "-m", "flask", "desk", "welcome"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "desk.conf.py", "--graceful-timeout", "1"),
                f"questionnaire.desk:create_app({{'DESK_PATIENCE': {patience}}})",
            ],
            cwd=PROJECT, stdout=log, stderr=log, env=environment,
        )  # fmt: skip
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/sign-in", timeout=10).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
        yield address, welcome.split()[-1]
    finally:
        process.terminate()
        process.wait(60)


PATIENCE = 120_000
"""Milliseconds that a page may take: a machine that is busy with other tests takes long to publish."""


def person_with_device(browser, address, width=1280, **device):
    """A page of somebody with a browser and a device of their own."""
    page = browser.new_context(base_url=address, viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **device}})
    return page


def looks_right(page):
    """Whether a page is one that everybody can use: nothing that axe finds, and nothing wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
