"""A rule file is read whole or refused with our own error, at the line and column of the fault."""

import random
import re

import pytest

from questionnaire.decide.build_tables import build as build_tables
from questionnaire.rulebook import schema
from questionnaire.rulebook.build import build
from questionnaire.rulebook.declared_names import Files
from questionnaire.rulebook.problems import Problem, RulebookError
from questionnaire.rulebook.question_order import wrong_order
from questionnaire.rulebook.references import broken_links
from questionnaire.rulebook.schema_errors import fit
from questionnaire.rulebook.yaml_tree import read, read_bytes

from .conftest import RULES

FILES = sorted(path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml"))
OPTION = "hip-dips/fat-transfer.yaml"
DATA = (RULES / OPTION).read_bytes()
UTF_8 = "save it as UTF-8 (Notepad: Save as, Encoding; VS Code: the encoding in the status bar, Save with Encoding)"


def refusal(data):
    """What is said of these bytes, without the name of the file."""
    with pytest.raises(RulebookError) as refused:
        read_bytes(data, "x.yaml")
    return str(refused.value).replace("x.yaml:", "")


@pytest.mark.parametrize(
    "end", ["...", "...\n", "...  ", "... \n\n\n", "...\n\n# a comment\n  # another", "... # the end"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_file_is_whole_where_nothing_but_blank_lines_and_comments_follow_its_end_mark(end, line_end):
    body = DATA.removesuffix(b"...\n") + end.encode()
    data = b"\xef\xbb\xbf" + body.replace(b"\n", line_end.encode())
    tree = read_bytes(data, "x.yaml")
    assert tree.plain() == read_bytes(DATA, "x.yaml").plain()
    assert tree.at("examples").line == 67


START = "start from another rule file"
NOT_A_RULE_FILE = "not a rule file; write rules in a plain text file"
EMPTY = "1:1: error [empty-file] this file is empty; put it back from a copy, or start from another rule file"
UTF_16 = f"1:1: error [encoding] this file is saved as UTF-16 ('Unicode'); {UTF_8}"
WHOLE_FILES = {
    "empty": (b"", EMPTY),
    "nothing but a comment": (b"\n# to do\n", EMPTY),
    "a list": (b"- a\n- b: c\n...\n", f"1:1: error [shape] the file has no 'key: value' lines; {START}"),
    "a letter": (
        b"Dear colleague\n\nhere are the rules\n",
        f"1:1: error [kind-of-file] the file has no 'key: value' lines; {START}",
    ),
    "UTF-16 with a mark": ("kind: surgery\n...\n".encode("utf-16"), UTF_16),
    "UTF-16 without a mark": ("kind: surgery\n...\n".encode("utf-16-le"), UTF_16),
    "Windows": (
        "name: Fürth’s café\n...\n".encode("cp1252"),
        f"1:8: error [encoding] the byte 0xfc here is not UTF-8 text (it is 'ü' in the encoding of Windows); {UTF_8}",
    ),
    "a byte of nothing": (
        b"kind: surgery\nname: \xc3\xa9\x81\n...\n",
        f"2:8: error [encoding] the byte 0x81 here is not UTF-8 text; {UTF_8}",
    ),
    "Word": (b"PK\x03\x04...", f"1:1: error [kind-of-file] this is a Word, Excel or zip file, {NOT_A_RULE_FILE}"),
    "PDF": (b"%PDF-1.7", f"1:1: error [kind-of-file] this is a PDF, {NOT_A_RULE_FILE}"),
    "HTML": (
        b"<!doctype html>",
        f"1:1: error [kind-of-file] this is a web page or another file with tags, {NOT_A_RULE_FILE}",
    ),
    "nesting over 20 levels": (
        b"kind: " + b"[" * 20_000 + b"\n...\n",
        "1:26: error [nesting] nested over 20 levels deep; flatten this part",
    ),
    "a number without end": (
        b"kind: " + b"9" * 5000 + b"\n...\n",
        "1:7: error [yaml] this number is too long; put quotes around it if it is text",
    ),
}


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_a_file_of_another_kind_is_told_what_it_is_and_how_to_save_it(kind):
    data, message = WHOLE_FILES[kind]
    assert refusal(data) == message


def test_a_file_over_256_kib_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"# " + b"x" * (256 * 1024) + b"\n" + DATA)
    with pytest.raises(RulebookError) as refused:
        read(path, "x.yaml")
    assert str(refused.value) == "x.yaml:1:1: error [size] this file is over 256 KiB; split it or shorten it"
    assert refusal(path.read_bytes()) == str(refused.value).removeprefix("x.yaml:")


def test_a_comment_beside_a_name_or_after_quotes_is_no_fault():
    lines = (
        b"kind: surgery # not self-care\n",
        b'name: "Fat transfer" # as the article calls it\n',
        b"  recovery: silent # for now\n",
    )
    data = DATA
    for old, new in zip(
        (b"kind: surgery\n", b"name: Fat transfer (fat grafting)\n", b"  recovery: silent\n"), lines, strict=True
    ):
        data = data.replace(old, new)
    assert taken(OPTION, data) is not None


@pytest.mark.parametrize("file", FILES)
def test_no_file_that_was_cut_off_at_any_byte_is_accepted(file):
    data = (RULES / file).read_bytes()
    read_bytes(data, file)
    for length in range(len(data) - 1):  # without the last line end it is whole
        with pytest.raises(RulebookError):
            read_bytes(data[:length], file)


@pytest.mark.parametrize("file", FILES)
def test_a_file_cut_off_in_any_line_and_ended_again_by_hand_never_half_loads(file):
    """Three dots under half a file give problems or a whole file of fewer entries, never a crash."""
    data = (RULES / file).read_bytes()
    starts = [match.start() + 1 for match in re.finditer(rb"\n", data)]
    for start in starts[:: max(1, len(starts) // 40)]:
        taken(file, data[:start] + b"...\n")


@pytest.fixture(scope="module")
def ours():
    """Our own files, loaded once."""
    files = Files()
    for file in FILES:
        tree = read_bytes((RULES / file).read_bytes(), file)
        shape, _ = fit(tree, schema.shape_of(file))
        files.loaded[file] = (tree, shape)
        if file not in schema.FILES:
            files.listed.append(file.removesuffix(".yaml"))
    return files


def taken(file, data):
    """Read and fit one file's bytes: what it makes, or None where problems were found. Only our own error comes out."""
    try:
        tree = read_bytes(data, file)
    except RulebookError as refused:
        assert refused.problems
        assert all(isinstance(problem, Problem) for problem in refused.problems)
        return None
    shape, problems = fit(tree, schema.shape_of(file))
    assert (shape is None) == bool(problems)
    return None if shape is None else (tree, shape)


@pytest.mark.parametrize("part", range(4))
def test_two_thousand_random_changes_of_bytes_give_our_own_error_or_a_whole_rulebook(ours, part):
    chance = random.Random(part)
    contents = {file: (RULES / file).read_bytes() for file in FILES}
    for number in range(500):
        file = chance.choice(FILES)
        data = bytearray(contents[file])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            how = chance.random()
            if how < 0.5:
                data[at] = chance.randrange(256)
            elif how < 0.75:
                data[at : at + chance.randint(1, 20)] = b""
            else:
                data[at:at] = chance.choice(
                    [b"&", b"*a", b"!", b"\n", b"- ", b": ", b"{", b"[", b"'", b'"', b"\t", b"~"]
                )
        result = taken(file, bytes(data))
        if result is not None and number % 8 == 0:
            files = Files({**ours.loaded, file: result}, ours.listed)
            questions, areas = files.loaded["questions.yaml"], files.loaded["areas.yaml"]
            problems = [*broken_links(files), *wrong_order(questions[0], questions[1], areas[1])]
            if not problems and number % 32 == 0:
                build_tables(build(files), allow_gaps=True)
