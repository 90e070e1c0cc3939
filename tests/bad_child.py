"""What goes wrong in a child instead of building (test_build_process.py), by the name of its function."""

import json
import math
import os
import resource
import signal
import sys
import time


def say(answer):
    """Answer as the child does, whatever that is: its answer goes to the first file that it opened."""
    with open(3, "wb") as file:
        file.write(answer.encode())
    os._exit(0)


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
    return bytearray(10**12)


def talk(_):
    print("a library prints this", flush=True)
    say("fault\nand this is the answer")


def flood(_):
    say("tables\n[]\n" + "x" * 100_000)


def no_tables(_):
    say('tables\n[]\n{"format": 1, "tab')


def no_problems(_):
    say('problems\n[{"file": 1}]')


def warn(_):
    said = [
        {"file": "a.yaml", "line": 2, "column": 3, "level": level, "check": level[0], "message": "m", "help": "h"}
        for level in ("warning", "error", "other")
    ]
    say(f"problems\n{json.dumps(said)}")


def unknown(_):
    say("nonsense\n")


def divide(_):
    return 1 // 0


def leave(_):
    os._exit(0)


def fail(_):
    sys.exit("no library of that name")


def tell(_):
    limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in ("CORE", "CPU", "AS", "FSIZE")}
    told = {
        "environment": {name: value for name, value in os.environ.items() if not name.startswith("LC_")},
        "input": os.readlink("/proc/self/fd/0"),
        "session": os.getsid(0) == os.getpid(),
        "files": len(os.listdir("/proc/self/fd")),
        "ends": math.ceil(signal.getitimer(signal.ITIMER_REAL)[0]),
        **limits,
    }
    say(f"fault\n{json.dumps(told)}")
