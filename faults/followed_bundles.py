"""Three nodes behind nginx follow a bundle whose web server goes away, sends half, sends garbage, and comes back.

Visitors walk meanwhile, and a node is killed and started again while the web server is away.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from questionnaire.releases.seals import make_key

from .marked_releases import active, folder_in_memory, publish, run, versions_on
from .report import Line, quantile
from .running_site import Page, Site, Tally, Visitor, WrongPage, crowd, free_port, get

NODES, EVERY, CLIENTS = 3, 5, 6
"""How many nodes, how often each asks (seconds), and how many visitors walk at once."""
NGINX = """
worker_processes 1; error_log {folder}/nginx.log; pid {folder}/nginx.pid; daemon off;
events {{ worker_connections 512; }}
http {{
  access_log off;
  upstream nodes {{ {nodes} keepalive 16; keepalive_timeout 4s; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_connect_timeout 1s;
      proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
    }}
  }}
}}
"""


class BundleServer:
    """A web server with one file: `mode` says what it does with who asks for it."""

    def __init__(self, file: Path) -> None:
        self.file, self.mode, self.asked = file, "good", 0
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None

    def come(self, mode: str = "good") -> None:
        """Serve from now on."""
        self.mode = mode
        if self._server:
            return
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def go(self) -> None:
        """Refuse connections from now on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """The file, half of it, or noise; by its ETag where it is known."""
        self.asked += 1
        data = self.file.read_bytes()
        etag = f'"{self.file.stat().st_mtime_ns}"'
        if self.mode == "good" and request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.send_header("ETag", etag if self.mode == "good" else f'"{self.mode}"')
        request.end_headers()
        noise = os.urandom(len(data))
        request.wfile.write({"good": data, "half": data[: len(data) // 2], "garbage": noise}[self.mode])


@contextmanager
def nginx(folder: Path, sites: list[Site]) -> Iterator[int]:
    """nginx before all nodes, as docs/scaling.md has it; its port."""
    port = free_port()
    nodes = " ".join(f"server 127.0.0.1:{site.port} max_fails=0;" for site in sites)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, nodes=nodes, port=port))
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        until = time.monotonic() + 10
        while b" 200 " not in get(port, "/readyz")[:20]:
            if time.monotonic() > until:
                raise RuntimeError("nginx did not answer")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def ready(site: Site) -> Mapping[str, str]:
    """What a node says of itself; nothing while it does not answer."""
    answer = get(site.port, "/readyz").partition(b"\r\n\r\n")[2]
    return json.loads(answer) if answer else {}


async def until(what: Callable[[], bool], seconds: float) -> float | None:
    """Seconds until something is so; None where it is not in time."""
    start = time.monotonic()
    while not await asyncio.to_thread(what):
        if time.monotonic() - start > seconds:
            return None
        await asyncio.sleep(0.05)
    return time.monotonic() - start


class Trial:
    """A publisher, a web server, three nodes, and what came of each fault."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, folder / "key.pem"
        self.public = make_key(self.key)
        self.file = folder / "bundle.tar.gz"
        self.server = BundleServer(self.file)
        self.told: list[tuple[str, float | None, str]] = []

    def publish(self, version: int) -> str:
        """Publish a version and put its bundle on the web server; the release's name."""
        name = publish(self.folder, version, self.key)
        code, output = run("bundle", str(self.file), releases=self.folder / "releases", key=self.key)
        if code:
            raise RuntimeError(output)
        return name

    def node(self, number: int) -> Site:
        """A node with a folder of releases of its own, that is not started yet."""
        settings = {
            "FLASK_RELEASES": str(self.folder / f"node-{number}"),
            "FLASK_BUNDLE_URL": f"http://127.0.0.1:{self.server.port}/bundle.tar.gz",
            "FLASK_BUNDLE_EVERY": str(EVERY),
            "FLASK_RELEASE_PUBLIC_KEYS": self.public,
        }
        return Site(workers=2, environment=settings)

    async def fault(self, sites: list[Site], what: str, mode: str, why: str, serves: str) -> None:
        """Let the web server do something wrong until every node tells of it; they must serve what they served."""
        if mode == "away":
            await asyncio.to_thread(self.server.go)
        else:
            self.server.come(mode)
        seconds = await until(lambda: all(why in ready(site).get("problem", "") for site in sites), 3 * EVERY)
        kept = all(ready(site).get("release") == serves for site in sites)
        self.told.append((what, seconds if kept else None, f"told by all, {serves.partition('-')[0]} serves on"))

    async def new(self, sites: list[Site], what: str, name: str) -> None:
        """Let the web server give the new bundle until every node serves it and tells of no problem."""
        self.server.come()

        def taken_up() -> bool:
            states = [ready(site) for site in sites]
            return all(state.get("release") == name and "problem" not in state for state in states)

        self.told.append(
            (what, await until(taken_up, 3 * EVERY), f"all {len(sites)} nodes serve {name[:4]} within {EVERY} s")
        )


async def walk(trial: Trial, sites: list[Site], names: list[str], port: int, tally: Tally) -> None:
    """Visitors walk while the web server does one wrong thing after another."""
    goes_on = True

    def check(answers: Mapping[str, str], page: Page) -> None:
        if len(versions_on(page.text)) > 1:
            raise WrongPage("a page of two versions")

    walking = asyncio.create_task(crowd(lambda: Visitor(port, tally, think=0.02), CLIENTS, lambda: goes_on, check))
    names.append(await asyncio.to_thread(trial.publish, 1))
    await trial.new(sites, "a new bundle", names[1])
    await trial.fault(sites, "the web server goes away", "away", "Connection refused", names[1])
    await asyncio.to_thread(sites[0].kill)
    start = time.monotonic()
    await asyncio.to_thread(sites[0].start)
    seconds = time.monotonic() - start
    served = ready(sites[0]).get("release") == names[1]
    self_told = "serves the last good one, from its disk"
    trial.told.append(("a node is killed and started meanwhile", seconds if served else None, self_told))
    names.append(await asyncio.to_thread(trial.publish, 2))
    await trial.fault(sites, "it sends half", "half", "the download was cut off", names[1])
    await trial.fault(sites, "it sends garbage", "garbage", "no seal stands at its end", names[1])
    await trial.new(sites, "it sends the new bundle", names[2])
    goes_on = False
    await walking


def lines(size: float) -> Iterator[Line]:
    """Go through all faults once (`size` changes nothing)."""
    tally = Tally()
    with folder_in_memory() as folder, ExitStack() as stack:
        trial = Trial(folder)
        names = [trial.publish(0)]
        trial.server.come()
        stack.callback(trial.server.go)
        sites = [stack.enter_context(trial.node(number)) for number in range(NODES)]
        with nginx(folder, sites) as port:
            asyncio.run(walk(trial, sites, names, port, tally))
        clean = all(site.log_is_clean() for site in sites)
        taken = all(active(folder / f"node-{number}") == names[-1] for number in range(NODES))
    for what, seconds, goal in trial.told:
        measured = "not in time" if seconds is None else f"{seconds:.1f} s"
        how_often = f"asked every {EVERY} s"
        met = seconds is not None and (not goal.startswith("all") or seconds <= EVERY)
        yield Line(f"{NODES} nodes follow a bundle: {what}", how_often, goal, measured, met)
    how_much = f"{CLIENTS} at once, {tally.journeys:,} journeys, {len(tally.times):,} pages"
    told = f"{tally.told} p99 {quantile(tally.times, 0.99) * 1000:.0f} ms"
    yield Line(
        f"{NODES} nodes follow a bundle: visitors", how_much, "none wrong", told, not tally.wrong and clean and taken
    )
