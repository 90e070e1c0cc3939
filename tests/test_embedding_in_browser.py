"""The guide in a frame of another site, in Chromium and Firefox that block cookies of third parties, by the snippet of our
docs.
"""

import re
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .browser import CHROMIUM, FLAGS, FULL, PROJECT, free_port, server
from .firefox import FIREFOX, firefox

GUIDE, CLINIC, OTHER = "guide.test", "clinic.test", "other.test"
BLOCKING = "--test-third-party-cookie-phaseout"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """The guide over TLS, and a web server of a clinic, and of another site, with the snippet on its page."""
    folder = tmp_path_factory.mktemp("embedding")
    pair = (folder / "cert.pem", folder / "key.pem")
    subject = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:*.test", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-out", pair[0], "-keyout", pair[1], *subject]
    subprocess.run(made, check=True, capture_output=True)
    guide = f"https://{GUIDE}:{(port := free_port())}"
    snippet = re.search(r"```html\n(.*?)```", (PROJECT / "docs" / "embedding.md").read_text(), re.S)[1]
    page = f"<!doctype html><title>A clinic</title>{snippet}".replace("https://guide.clinic.example", guide).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    clinic = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    clinic.socket = context.wrap_socket(clinic.socket, server_side=True)
    threading.Thread(target=clinic.serve_forever, daemon=True).start()
    own = {"PORT": str(port), "WEB_CONCURRENCY": "1", "FLASK_LIMIT_POSTS": "0", "FLASK_TRUSTED_PROXIES": "0"}
    own |= {"FLASK_EMBED_ON": f"https://{CLINIC}:{clinic.server_port}"}
    own |= {"GUNICORN_CMD_ARGS": f"--certfile={pair[0]} --keyfile={pair[1]}"}
    with server(folder, **own) as process:
        until = time.monotonic() + 60
        while "Serving at" not in (folder / "log").read_text():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield guide, f"https://{CLINIC}:{clinic.server_port}", f"https://{OTHER}:{clinic.server_port}"
    clinic.shutdown()
    clinic.server_close()


@pytest.fixture(scope="module")
def browser(playwright, browser_type_launch_args):
    """Chromium that finds these sites on this machine and blocks what third parties would keep."""
    args = [*FLAGS.split(), "--host-resolver-rules=MAP *.test 127.0.0.1", BLOCKING]
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
    yield chromium
    chromium.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def framed(page):
    """The frame of the guide on a page."""
    page.wait_for_function("document.querySelector('iframe').style.height.endsWith('px')")
    return page.frames[1]


def heights(page):
    """How high the frame is, and what is in it, once both agree."""
    for _ in range(100):
        outer = page.evaluate("document.querySelector('iframe').getBoundingClientRect().height")
        inner = page.frames[1].evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
        if outer == inner:
            break
        page.wait_for_timeout(50)
    return outer, inner


def test_a_visitor_walks_from_the_start_to_the_result_within_the_frame(page, addresses):
    guide, clinic, _ = addresses
    page.goto(clinic)
    frame = framed(page)
    plain = "SameSite=None; Secure; Path=/embed"
    frame.evaluate(f"document.cookie = 'plain=1; {plain}'; document.cookie = 'apart=1; {plain}; Partitioned'")
    assert frame.evaluate("document.cookie") == "apart=1"  # what is not partitioned is blocked

    seen = set()
    frame.get_by_role("link", name="Start now").click()
    frame.wait_for_url("**/embed/questions/area")
    while "/questions/" in frame.url:
        outer, inner = heights(page)
        assert outer == inner
        seen.add(inner)
        before = frame.url
        question = before.rpartition("/")[2]
        frame.locator(f"input[value='{FULL.get(question, 'both')}']").check()
        frame.get_by_role("button", name="Continue").click()
        frame.wait_for_url(lambda url, before=before: url != before)
    assert frame.url.startswith(f"{guide}/embed/")
    assert len(seen) > 3  # higher and less high
    if "/options" not in frame.url:
        frame.get_by_role("link", name="See your options").click()
        frame.wait_for_url("**/embed/options")
    assert "Exercise" in frame.inner_text("main")
    assert heights(page)[0] == heights(page)[1] > 844
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "__Secure-options-guide-embedded"]
    assert (cookie["sameSite"], cookie["secure"], cookie["path"]) == ("None", True, "/embed")
    assert page.evaluate("innerWidth >= document.documentElement.scrollWidth")
    assert page.get_by_role("link", name="Open the options guide on its own page").get_attribute("href") == f"{guide}/"


def test_the_page_is_told_of_a_new_page_of_the_guide_and_nothing_else(page, addresses):
    _, clinic, _ = addresses
    page.add_init_script(
        "self.told = []; addEventListener('message', (event) => told.push([event.origin, event.data]))"
    )
    page.goto(clinic)
    frame = framed(page)
    page.evaluate("scrollTo(0, 400)")
    frame.get_by_role("link", name="Start now").evaluate("link => link.click()")
    frame.wait_for_url("**/embed/questions/area")
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().top >= 0")
    told = [data["options-guide"] for origin, data in page.evaluate("told")]
    assert {frozenset(one) for one in told} == {frozenset({"height", "begins"})}
    assert sum(one["begins"] for one in told) == 2


def test_no_other_site_can_frame_it_nor_the_clinic_its_other_pages(page, addresses):
    guide, clinic, other = addresses
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(other)
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    assert page.frames[1].url.startswith("chrome-error:")
    refused.clear()
    page.goto(clinic)
    page.evaluate("address => { document.querySelector('iframe').src = address }", f"{guide}/")
    page.wait_for_timeout(500)
    assert any("""frame-ancestors 'none'""" in text for text in refused)


def test_a_form_of_the_clinics_page_is_not_taken(page, addresses):
    guide, clinic, _ = addresses
    page.goto(clinic)
    form = f"""
        document.body.innerHTML = `<iframe name="guide"></iframe>
            <form method="post" action="{guide}/embed/questions/area" target="guide"><input name="answer" value="both"></form>`;
        document.querySelector("form").submit();
    """
    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        page.evaluate(form)
    assert (sent.value.status, sent.value.request.headers.get("origin")) == (403, clinic)


@pytest.fixture(scope="module", params=["as it comes", "blocking"])
def window(request):
    """Firefox that finds these sites on this machine. It parts what third parties keep by the site around them as it
    comes; `blocking`: it keeps of theirs only what is partitioned by its own word.
    """
    if FIREFOX is None:
        pytest.skip("Firefox is not installed")
    settings = {"network_dns_localDomains": ",".join((GUIDE, CLINIC, OTHER))}
    if request.param == "blocking":
        settings |= {"network_cookie_cookieBehavior_optInPartitioning": True}
    with firefox(**settings) as window:
        window.blocks = request.param == "blocking"
        yield window


def size_in_firefox(window):
    """How high the frame is, and what is in it, once both agree; goes on within the frame."""
    for _ in range(400):
        window.frame()
        outer = window.evaluate("() => document.querySelector('iframe').getBoundingClientRect().height")
        window.frame("iframe")
        inner = window.evaluate("() => document.body && Math.ceil(document.body.getBoundingClientRect().height)")
        if outer == inner:
            break
    return outer, inner


@pytest.mark.timeout(300)
def test_in_firefox_a_visitor_walks_from_the_start_to_the_result_within_the_frame(window, addresses):
    guide, clinic, _ = addresses
    window.goto(clinic)
    window.wait("() => document.querySelector('iframe').style.height.endsWith('px')")
    window.frame("iframe")
    plain = "SameSite=None; Secure; Path=/embed"
    set_both = f"() => {{ document.cookie = 'plain=1; {plain}'; document.cookie = 'apart=1; {plain}; Partitioned'; }}"
    window.evaluate(set_both)
    kept = window.evaluate("() => document.cookie.split('; ').sort()")
    assert kept == (["apart=1"] if window.blocks else ["apart=1", "plain=1"])

    window.click("a", "Start now")
    seen, question = set(), ""
    while True:
        window.wait("(before) => !location.pathname.endsWith(before || '/embed/')", question)
        question = window.evaluate("() => location.pathname").rpartition("/")[2]
        if question not in (*FULL, "area", "shape"):
            break
        outer, inner = size_in_firefox(window)
        assert outer == inner
        seen.add(inner)
        window.click(f"#{question}-{FULL.get(question, 'both')}")
        window.click("main button", "Continue")
    assert len(seen) > 3
    window.click("a", "See your options")
    window.wait(
        "() => location.pathname === '/embed/options' && document.querySelector('main').textContent.includes('Exercise')"
    )
    outer, inner = size_in_firefox(window)
    assert outer == inner > 844
    assert window.evaluate("() => location.origin") == guide
    window.frame()
    assert window.evaluate("() => innerWidth >= document.documentElement.scrollWidth")
    assert window.evaluate("() => document.querySelector('a').href") == f"{guide}/"

    window.goto(
        f"{guide}/embed/options"
    )  # on its own page it has no answers: what was kept is of the clinic's page alone
    assert window.url == f"{guide}/embed/questions/area"


@pytest.mark.timeout(300)
def test_in_firefox_no_other_site_can_frame_it(window, addresses):
    _, clinic, other = addresses
    window.goto(other)
    window.frame("iframe")
    window.wait(
        "() => document.documentURI.startsWith('about:neterror') || document.documentURI.startsWith('about:blocked')"
    )
    assert "What this is" not in window.evaluate("() => document.body.textContent")
    window.goto(clinic)
    window.frame("iframe")
    window.wait("() => document.body.textContent.includes('What this is')")
