"""A child that goes wrong (test_apart.py): all of the real one's rails, and a way to fail instead of building."""

import json
import math
import os
import resource
import signal
import sys
import time

from questionnaire.decide import build_worker
from questionnaire.decide.spread import spread


def crash(_):
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_in_a_helper(_):
    return "fault", str(spread(lambda number: number != 1 or crash(_), range(100)))


def fail_in_a_helper(_):
    return "fault", str(spread(lambda number: 1 // (number - 1), range(100)))


def count_in_helpers(_):
    return "fault", str(spread(lambda number: number * 2, range(100)) == list(range(0, 200, 2)))


def share_out(_):
    """How many processes work on so many things with so many cores, and which of them on the first six."""
    shares = {}
    for cores, things in ((8, 59), (8, 60), (8, 119), (8, 120), (8, 500), (3, 500), (1, 500), (None, 500)):
        os.cpu_count = lambda cores=cores: cores
        by = spread(lambda _: os.getpid(), range(things))
        shares[f"{things} on {cores}"] = [list(dict.fromkeys(by)).index(process) for process in by[:6]]
    return "fault", json.dumps(shares)


def hang(_):
    time.sleep(60)


def hang_in_a_helper(_):
    return "fault", str(spread(lambda number: number != 1 or time.sleep(300), range(100)))


def hang_in_silence(_):
    os.closerange(0, 100)
    time.sleep(60)


def compute_too_long(_):
    os.kill(os.getpid(), signal.SIGXCPU)


def complain(_):
    print("x" * 70_000, file=sys.stderr)
    print("the last", "word" * 100, file=sys.stderr)
    os._exit(3)


def cry_out(_):
    os.write(2, b"the last w\xf6rd\n")
    os.kill(os.getpid(), signal.SIGABRT)


def take_memory(_):
    return "tables", str(len(bytearray(10**12)))


def talk(_):
    print("a library prints this", flush=True)
    return "fault", "and this is the answer"


def flood(_):
    return "tables", "x" * 100_000


def no_tables(_):
    return "tables", '{"format": 1, "tab'


def no_problems(_):
    return "problems", '[{"file": 1}]'


def warn(_):
    said = [
        {"file": "a.yaml", "line": 2, "column": 3, "level": level, "check": level[0], "message": "m", "help": "h"}
        for level in ("warning", "error", "other")
    ]
    return "problems", json.dumps(said)


def unknown(_):
    return "nonsense", ""


def leave(_):
    os._exit(0)


def fail(_):
    sys.exit("no library of that name")


def tell(_):
    return "fault", json.dumps(
        {
            "environment": {name: value for name, value in os.environ.items() if not name.startswith("LC_")},
            "input": os.readlink("/proc/self/fd/0"),
            "session": os.getsid(0) == os.getpid(),
            "files": len(os.listdir("/proc/self/fd")),
            "dump": resource.getrlimit(resource.RLIMIT_CORE),
            "seconds": resource.getrlimit(resource.RLIMIT_CPU),
            "ends": math.ceil(signal.getitimer(signal.ITIMER_REAL)[0]),
            "memory": resource.getrlimit(resource.RLIMIT_AS),
        }
    )


if __name__ == "__main__":
    build_worker._build = globals()[sys.argv[1]]
    build_worker.main(*sys.argv[1:])
