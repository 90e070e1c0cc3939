"""The system's Firefox without a window, driven by the protocol that it speaks itself (Marionette), so by no other program.

https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html: `length:[0, number, command, parameters]` is
answered by `length:[1, number, error, result]`. The commands are those of WebDriver.
"""

import json
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE = 60
"""Seconds that anything may take: other tests run beside this one."""


class FirefoxError(Exception):
    """What Firefox says that it could not do."""


class Firefox:
    """One window. Its `goto` and `evaluate` are those of Playwright's page."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=2 * PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._read()
        wanted = {"acceptInsecureCerts": True, "timeouts": {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000}}
        self.version = self.command("NewSession", **wanted)["capabilities"]["browserVersion"]

    def command(self, name, **parameters):
        """Send a command of WebDriver; gives its result."""
        sent = json.dumps([0, 1, f"WebDriver:{name}", parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(sent), sent))
        _, _, fault, result = self._read()
        if fault:
            raise FirefoxError(f"{name}: {fault['error']}: {fault['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def goto(self, address):
        """Open an address, and wait until it is loaded."""
        self.command("Navigate", url=address)

    def evaluate(self, function, argument=None):
        """What a function gives, in the page; `function` is its text, and may be asynchronous."""
        script = f"""const [argument, done] = arguments;
            (async () => ({function})(argument))().then((value) => done({{ value }}), (fault) => done({{ fault: `${{fault}}` }}));"""
        result = self.command("ExecuteAsyncScript", script=script, args=[argument])
        if "fault" in result:
            raise FirefoxError(result["fault"])
        return result.get("value")

    def wait(self, function, argument=None):
        """Wait until a function gives something true, and give that."""
        until = time.monotonic() + PATIENCE
        while not (value := self.evaluate(function, argument)):
            if time.monotonic() > until:
                raise FirefoxError(f"waited in vain for {function}, {argument}")
            time.sleep(0.02)
        return value

    def click(self, css, words=""):
        """Press the first element in sight that is of this selector and has these words, as a pointer does."""
        find = """([css, words]) => [...document.querySelectorAll(css)]
            .findIndex((one) => one.textContent.includes(words) && one.checkVisibility() && one.getClientRects().length)"""
        self.wait(f"(given) => ({find})(given) >= 0", [css, words])
        at = self.evaluate(find, [css, words])
        elements = self.command("FindElements", using="css selector", value=css)
        self.command("ElementClick", id=elements[at][ELEMENT])

    def fill(self, css, text):
        """Type a text into a field."""
        element = self.command("FindElement", using="css selector", value=css)
        self.command("ElementClear", id=element[ELEMENT])
        self.command("ElementSendKeys", id=element[ELEMENT], text=text)

    def frame(self, css=None):
        """Go on within a frame; without one, in the page around it."""
        frame = self.command("FindElement", using="css selector", value=css)[ELEMENT] if css else None
        self.command("SwitchToFrame", element=frame) if css else self.command("SwitchToFrame", id=None)

    def back(self):
        """Press "Back"."""
        self.command("Back")

    def close(self):
        """Leave it; whoever started Firefox ends it."""
        self._stream.close()
        self._socket.close()

    @property
    def url(self):
        """The address that the address bar shows."""
        return self.command("GetCurrentURL")

    def _read(self):
        length = b""
        while not length.endswith(b":"):
            length += self._stream.read(1) or b":"
        return json.loads(self._stream.read(int(length[:-1])))


@contextmanager
def firefox(**preferences):
    """A Firefox of its own with these settings of about:config besides its own; `_` in their names is a dot."""
    own = {
        "marionette.port": 0,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
    }
    own |= {
        "toolkit.telemetry.enabled": False,
        "app.update.enabled": False,
        "network.captive-portal-service.enabled": False,
    }
    own |= {name.replace("_", "."): value for name, value in preferences.items()}
    with TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in own.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", profile]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            active, until = Path(profile, "MarionetteActivePort"), time.monotonic() + PATIENCE
            while not (active.exists() and active.read_text().strip()):
                if process.poll() is not None or time.monotonic() > until:
                    raise FirefoxError("Firefox did not start")
                time.sleep(0.05)
            with closing(Firefox(int(active.read_text()))) as window:
                yield window
        finally:
            process.terminate()
            process.wait(PATIENCE)
