"""More than one machine: two servers behind nginx, killed again and again while a crowd walks; visitors notice nothing.

All that the two share is the secret and the rule files. Each in turn is killed with SIGKILL, all its processes at
once, and started again; the other is killed only when this one answers. nginx asks the other where one does not answer.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from servers import OURS, PROJECT, Server, ask, free_port, need
from table import Report, machine, number, options
from visitor import Walked, send_crowd

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

CONFIG = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  # max_fails=0: with two nodes, one failure each must not make nginx believe that none is left (it would answer 502).
  upstream nodes {{
{nodes}
    keepalive 16;  # idle connections count in granian's --backpressure: all of nginx's together must stay well below it
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_connect_timeout 1s;
      # A server that is killed while it answers: ask the other. Also for POST (non_idempotent): an answer sent is only
      # written into the visitor's own cookie, so nothing can happen twice.
      proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
      proxy_buffers 16 16k;
    }}
  }}
}}
"""


@contextmanager
def nginx(ports: list[int]) -> Iterator[int]:
    """nginx in front of servers on these ports, with all of its files in a folder of its own; gives its port."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        # Started by root, nginx would work as another user, who may not write to our folder.
        user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
        nodes = "\n".join(f"    server 127.0.0.1:{each} max_fails=0;" for each in ports)
        config = Path(folder) / "nginx.conf"
        config.write_text(CONFIG.format(user=user, folder=folder, nodes=nodes, port=port))
        words = [need("nginx"), "-p", folder, "-e", f"{folder}/error.log", "-c", str(config)]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        try:
            for _ in range(500):
                try:
                    ask(port, "/healthz")
                    break
                except OSError:
                    time.sleep(0.01)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(port: int) -> bool:
    try:
        return b" 200 " in ask(port, "/readyz", timeout=1)[:20]
    except OSError:
        return False


async def kill_in_turn(nodes: list[Server], every: float, until: asyncio.Task[None]) -> tuple[int, float]:
    """Kill one node and start it again, then the other, until the crowd is through: kills, seconds with one node."""
    kills, alone = 0, 0.0
    for node in cycle(nodes):
        await asyncio.wait([until], timeout=every)
        if until.done():
            break
        start = time.monotonic()
        await asyncio.to_thread(node.kill)
        kills += 1
        node.start()
        while not await asyncio.to_thread(answers, node.port):
            await asyncio.sleep(0.02)
        alone += time.monotonic() - start
    return kills, alone


async def walk(
    port: int, nodes: list[Server], tables: DecisionTables, journeys: int, visitors: int, every: float
) -> tuple[Walked, int, float]:
    walked = Walked()
    crowd = asyncio.create_task(send_crowd(port, visitors, journeys, tables, walked))
    kills, alone = await kill_in_turn(nodes, every, crowd)
    await crowd
    return walked, kills, alone


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--journeys", type=int, default=1000)
    parser.add_argument("--visitors", type=int, default=30, help="at once")
    parser.add_argument("--every", type=float, default=1.0, help="seconds from a node's answer to the next kill")
    given = parser.parse_args()
    report = Report("nodes", given.markdown, given.results)
    need("nginx")
    tables = build(load(PROJECT / "rules"))
    rows = []
    with Server(OURS, workers=1) as first, Server(OURS, workers=1) as second:
        nodes = [first, second]
        for node in nodes:
            node.wait("/readyz")
        with nginx([node.port for node in nodes]) as port:
            for what, every in (("both left alone", 1e6), ("killed in turn", given.every)):
                walked, kills, alone = asyncio.run(walk(port, nodes, tables, given.journeys, given.visitors, every))
                errors = sum(walked.errors.values())
                for kind, times in walked.errors.most_common(5):
                    report.say(f"error, {what}, {times} times: {kind}")
                mark = report.note(f"errors that visitors saw, {what}, {kills} kills", "none", [errors], most=0)
                slow = [number(walked.quantile(page, 0.99)) for page in ("question page", "answer sent", "result page")]
                counts = [f"{walked.journeys:,}", f"{walked.requests:,}", number(walked.taken), str(kills)]
                rows.append([what, *counts, number(alone), *slow, str(errors), mark])
    report.say(f"{machine('granian', 'Flask')}; nginx on the same machine, {given.visitors} visitors at once")
    columns = ["two nodes", "journeys", "requests", "seconds", "kills", "s with one node"]
    columns += ["question p99 ms", "answer p99 ms", "result p99 ms", "errors seen", "goal 0"]
    report.table("Two servers behind nginx, with the same secret and rules and nothing else in common", columns, rows)


if __name__ == "__main__":
    main()
