"""Reference codes of a small rulebook made by hand: the very characters, and what is said of each that can't be read."""

from dataclasses import replace

import pytest

from questionnaire.decide.reference_code import ALPHABET, Reference, ReferenceCodeError, decode, encode, made_from
from questionnaire.decide.routing import options_in_scope

from . import plain, small
from .visitor import FULL

ANSWERS = {"side": "left", "depth": "flat", "top": "yes", "height": "low", "last": "two"}
CODE = "QXMDV-A322N"
PLEASE = "Please check it."


@pytest.fixture(scope="module")
def small_rules():
    return small.small_rulebook()


@pytest.fixture(scope="module")
def many():
    """A rulebook with 14 questions of four choices, for which four characters do not suffice."""
    return replace(small.small_rulebook(), questions={f"q{n}": small.question(f"q{n}", "a b c d") for n in range(14)})


def test_a_code_that_somebody_has_on_paper_is_read_for_ever(small_rules):
    """A change of these characters makes every code that was ever printed unreadable."""
    assert encode(small_rules, ANSWERS) == CODE
    assert decode(small_rules, CODE) == Reference(ANSWERS, True)
    other = {"side": "both", "depth": "deep", "colour": "blue", "top": "no", "height": "high", "last": "one"}
    assert encode(small_rules, other) == "QXMDV-P222R"
    assert decode(small_rules, "QXMDV-P222R") == Reference(other, True)


def test_a_code_of_many_questions_is_longer(many):
    answers = {f"q{n}": "abcd"[n * 7 % 4] for n in range(14)}
    assert encode(many, answers) == "QXMDV-JZGQA9H"
    assert decode(many, "QXMDV-JZGQA9H") == Reference(answers, True)


def test_a_code_of_other_rules_with_the_same_questions_is_read_and_says_so(small_rules):
    assert decode(replace(small_rules, fingerprint="0123456789ac"), CODE) == Reference(ANSWERS, False)


def test_kept_options_make_a_code_longer_and_come_back_from_it(rulebook):
    for answers in list(plain.visits(rulebook))[::90]:
        options = options_in_scope(rulebook, answers)
        for kept in ((), options[:1], options[-1:], options[1::3], options):
            code = encode(rulebook, answers, kept)
            assert decode(rulebook, code) == Reference(answers, True, kept)
            assert len(code) <= 14
            assert code == encode(rulebook, answers) or kept


def test_each_wrong_character_and_each_swap_is_noticed_in_a_code_with_kept_options_too(rulebook):
    code = encode(rulebook, FULL, rulebook.options).replace("-", "")
    typed = [code[:n] + other + code[n + 1 :] for n in range(len(code)) for other in ALPHABET if other != code[n]]
    typed += [code[:n] + code[n + 1] + code[n] + code[n + 2 :] for n in range(len(code) - 1) if code[n] != code[n + 1]]
    for wrong in typed:
        with pytest.raises(ReferenceCodeError, match=f"It has {len(code)} letters and digits: one of them is wrong"):
            decode(rulebook, wrong)


def test_what_was_kept_of_other_options_is_left_out_and_the_answers_stay(rulebook):
    code = encode(rulebook, FULL, ["hip-dips/exercise"])
    area = rulebook.areas["hip-dips"]
    fewer = {**rulebook.areas, "hip-dips": replace(area, options=area.options[1:])}
    assert decode(replace(rulebook, areas=fewer, fingerprint="0123456789ab"), code) == Reference(FULL, False)
    with pytest.raises(ReferenceCodeError, match="does not belong to any answers"):
        decode(replace(rulebook, areas=fewer), code)
    same_options = replace(rulebook, fingerprint="0123456789ab")
    assert decode(same_options, code) == Reference(FULL, False, ("hip-dips/exercise",))


@pytest.mark.parametrize("typed", ["ＱＸＭＤＶ－Ａ３２２Ｎ", "q.x.m.d.v. a_3–2/2 n\n", "(qxmdv a322n)"])
def test_a_code_in_wide_or_small_letters_or_with_other_signs_is_read(small_rules, typed):
    assert decode(small_rules, typed) == Reference(ANSWERS, True)
    assert made_from(small_rules.fingerprint, typed)


@pytest.mark.parametrize(
    ("typed", "text", "values"),
    [
        ("–", "Enter a reference code. It has at least ten letters and digits, such as K7MPX-4RT92.", {}),
        (
            "QX0DV-A3I2N",
            "A reference code never has the character “%(character)s”. It has no 0, 1, I, L or O. "
            "Please check the code.",
            {"character": "0"},
        ),
        (
            "QXMDV-A32V",
            f"This code has %(number)s letters and digits. It should have at least %(right)s. {PLEASE}",
            {"number": 9, "right": 10},
        ),
        (
            "2" * 41,
            f"This code has %(number)s letters and digits, which is too many. {PLEASE}",
            {"number": 41},
        ),
        ("QXMDV-23225", "One or more characters of this code are not right. Please check it and type it again.", {}),
        (
            "QXMDV-32222V",
            "Something in this code is not right. It has %(number)s letters and digits: one of them is wrong, "
            "or there is one too many. Please check it and type it again.",
            {"number": 11},
        ),
        (
            "2" * 40,
            "This code was made with earlier questions, or is not one of ours. "
            "Please check it, or answer the questions again.",
            {},
        ),
        (
            "QXMDV-22222V",
            f"This code has %(number)s letters and digits, which is too many. {PLEASE}",
            {"number": 11},
        ),
        ("QXMDV-23224", "This code does not belong to any answers. Please check it and type it again.", {}),
    ],
)
def test_what_can_t_be_read_is_said_with_placeholders_for_other_languages(small_rules, typed, text, values):
    with pytest.raises(ReferenceCodeError) as fault:
        decode(small_rules, typed)
    assert (fault.value.text, fault.value.values) == (text, values)
    assert str(fault.value) == text % values


@pytest.mark.parametrize(
    ("fingerprint", "typed"),
    [
        ("0123456789ab", "QXMDV-A322P"),
        ("0123456789ab", "QXMDV-A3I2N"),
        ("0123456789ac", CODE),
        ("0123456789ab", ""),
        ("000000000000", "222"),
    ],
)
def test_a_code_names_no_rulebook_where_it_is_mistyped_cut_short_or_of_another(fingerprint, typed):
    assert made_from("0123456789ab", CODE)
    assert made_from("0123456789ab", "QXMDV-JZGQA9H")
    assert made_from("000000000000", "2222")
    assert not made_from(fingerprint, typed)
