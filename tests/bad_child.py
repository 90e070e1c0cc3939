"""A child that goes wrong (test_apart.py): all of the real one's rails, and a way to fail instead of building."""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from questionnaire.decide import child
from questionnaire.decide.spread import spread


def crash(_):
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_in_a_helper(_):
    return "fault", str(spread(lambda number: number != 1 or crash(_), range(100)))


def fail_in_a_helper(_):
    return "fault", str(spread(lambda number: 1 // (number - 1), range(100)))


def count_in_helpers(_):
    return "fault", str(spread(lambda number: number * 2, range(100)) == list(range(0, 200, 2)))


def hang(_):
    time.sleep(60)


def take_memory(_):
    return "tables", str(len(bytearray(10**12)))


def talk(_):
    print("a library prints this")
    return "fault", "and this is the answer"


def flood(_):
    return "tables", "x" * 100_000


def no_tables(_):
    return "tables", '{"format": 1, "tab'


def no_problems(_):
    return "problems", '[{"file": 1}]'


def unknown(_):
    return "nonsense", ""


def leave(_):
    os._exit(0)


def fail(_):
    sys.exit("no library of that name")


def tell(_):
    return "fault", json.dumps(
        {
            "environment": sorted(os.environ),
            "files": len(os.listdir("/proc/self/fd")),
            "dump": resource.getrlimit(resource.RLIMIT_CORE),
        }
    )


if __name__ == "__main__":
    child._build = globals()[sys.argv[1]]
    child.main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
