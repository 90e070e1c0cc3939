"""A child that goes wrong (test_build_process.py): all of the real one's rails, and a way to fail instead of building."""

import json
import math
import os
import resource
import signal
import sys
import time

from questionnaire.decide import build_worker


def crash(_):
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(_):
    time.sleep(60)


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
    return "tables", "[]\n" + "x" * 100_000


def no_tables(_):
    return "tables", '[]\n{"format": 1, "tab'


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
    way = globals()[sys.argv[1]]
    build_worker.answer = lambda build, folder: build(folder)
    build_worker.main(way, *sys.argv[1:])
