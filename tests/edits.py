"""Changes that several tests make to a copy of our own rule files, and commands that they run on it."""

import subprocess

from questionnaire.decide.build_tables import build
from questionnaire.review.checks import CHECKS, check_folder
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

FAT = "hip-dips/fat-transfer"
LIPOSUCTION = "love-handles/liposuction"
SURGERY = "area=hip-dips donor-fat=enough tolerance=surgery timing=soon upkeep=yes hoped-for=softer"


def put(folder, file, old, new):
    path = folder / file
    assert old in path.read_text(), f"{file} has no {old!r} any more"
    path.write_text(path.read_text().replace(old, new, 1))


def found_by(check, folder):
    """What one check says of a folder, without the folder's own path. Those of reading have no function of their own."""
    try:
        problems = CHECKS[check](build(load(folder), allow_gaps=True)) if check in CHECKS else check_folder(folder)
    except RulebookError as fault:
        problems = fault.problems
    return [str(p).replace(f"{folder}/", "") for p in sorted(set(problems)) if p.check == check]


def problems(folder):
    """What all checks say of a folder, without the folder's own path."""
    return [str(p).replace(f"{folder}/", "") for p in check_folder(folder)]


def change_a_verdict(rules):
    put(
        rules,
        "love-handles/liposuction.yaml",
        '{tolerance: surgery, noticeable: clear, tried: "yes"}',
        "{tolerance: surgery}",
    )
    put(rules, "love-handles/liposuction.yaml", "when: {tried: not-yet}", "when: {tried: not-yet, noticeable: slight}")


def run(runner, words):
    return runner.invoke(args=["rules", *words.split()])


def git(folder, *words):
    """Run git as an editor of the clinic."""
    author = ["-c", "user.name=An Editor", "-c", "user.email=editor@clinic.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)


def commit(rules):
    """Put a folder of rules under version control, in a repository above it."""
    git(rules.parent, "init", "-q")
    git(rules.parent, "add", ".")
    git(rules.parent, "commit", "-qm", "first")
