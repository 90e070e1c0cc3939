"""Each check of `flask rules check`: one fault in a rulebook, found at its line and in words; nothing else wrong."""

import re

import pytest

from questionnaire.review.checks import CHECKS, check_folder
from questionnaire.review.checks.docs_page import checks_page
from questionnaire.review.checks.words import page_problems, reading_age
from questionnaire.rulebook.load import load

from .conftest import PROJECT, RULES
from .edits import found_by, put
from .signing import sign_in
from .test_checks_of_clinic import FAULTS_OF_CLINIC
from .test_checks_of_meaning import FAULTS_OF_MEANING
from .test_translate import CHECKS_OF_TRANSLATIONS

FAT = "hip-dips/fat-transfer.yaml"


# One fault for each check: (file, what is there, what stands there instead, the whole line that must come out).
FAULTS = {
    "gap": (
        FAT,
        "when: {tolerance: [injections, devices, self-care]}",
        "when: {tolerance: [injections, devices]}",
        f"{FAT}:7:5: error [gap] 3 of 45 combinations of answers match no rule of 'hip-dips/fat-transfer', for example "
        "donor-fat=enough, tolerance=self-care; add a rule for them; if in doubt, under 'ask-first'",
    ),
    "required-row": (
        "grid.yaml",
        "row: what-it-is,",
        "row: what-it-is,",
        "grid.yaml:1:1: error [required-row] the row 'what-it-is' is missing, and the pages show it by that id; give the "
        "row that id again; its 'name' may be any",
    ),
    "placeholder": (
        FAT,
        "    because: You would think about surgery, and you think that you have fat that could be moved.",
        "    because: This option is new here. Its rules are not written yet.",
        f"{FAT}:9:5: error [placeholder] 'hip-dips/fat-transfer.rules.open-to-surgery-with-fat.because' is still the placeholder “This "
        "option is new here. Its rules are not written yet.”; write what visitors are to read, and its claims",
    ),
    "borrowed-claim": (
        "hip-dips/vacuum-therapy.yaml",
        "claims: [",
        "claims: [",
        "hip-dips/vacuum-therapy.yaml:1:1: warning [borrowed-claim] 'hip-dips/vacuum-therapy' carries the shared caveat "
        "'devices-do-not-change-bone', which rests on 'devices-do-not-change-bone', and no claim of its own is of that "
        "document; is it true of this one? then cite a claim about it; if not, list the caveat's options by name",
    ),
    "asked-in-vain": (
        "questions.yaml",
        "    claims: [gentler-first]\n    asked-when: {in-scope: love-handles}\n",
        "    claims: [gentler-first]\n    asked-when: {in-scope: any}\n",
        "questions.yaml:50:5: error [asked-in-vain] no answer to 'tried' changes anything for area=hip-dips; narrow its "
        "'asked-when', or use it there in a rule or caveat",
    ),
    "dead-rule": (
        "hip-dips/emsculpt.yaml",
        "when: {tolerance: not-sure}",
        'when: {tolerance: not-sure, upkeep: "no"}',
        "hip-dips/emsculpt.yaml:12:5: error [dead-rule] the rule 'tolerance-not-sure' never decides a row of "
        "'hip-dips/emsculpt'; remove it, or narrow the rules that win over it",
    ),
    "repeated-rule": (
        "hip-dips/plla-injections.yaml",
        "  - rule: timing-not-sure\n    when: {timing: not-sure}",
        "  - rule: timing-not-sure\n    when: {timing: soon}",
        "hip-dips/plla-injections.yaml:20:5: error [repeated-rule] the rule 'timing-not-sure' repeats "
        "'change-wanted-soon': both hold for the same answers; keep one of them, with both reasons",
    ),
    "unread-choice": (
        "questions.yaml",
        "      - {choice: soon, label: Within weeks}\n",
        "      - {choice: soon, label: Within weeks}\n      - {choice: years, label: It can take years}\n",
        "questions.yaml:73:5: warning [unread-choice] no rule or caveat looks at the choice 'years' of 'timing'; "
        "name it in a rule or caveat, or remove it",
    ),
    "idle-question": (
        "questions.yaml",
        "  - question: timing\n",
        "  - question: colour\n    ask: Which colour do you like?\n    why: To see.\n    claims: silent\n"
        "    asked-when: always\n    choices: [{choice: red, label: Red}, {choice: blue, label: Blue}]\n"
        "  - question: timing\n",
        "questions.yaml:73:5: error [idle-question] the answer to 'colour' changes nothing; "
        "use it in a rule or caveat, or do not ask it",
    ),
    "never-fits": (
        "hip-dips/emsculpt.yaml",
        "  - rule: open-to-devices\n    when: {tolerance: [devices, injections, surgery]",
        "  - rule: open-to-devices\n    when: {tolerance: [not-sure]",
        "hip-dips/emsculpt.yaml:1:1: warning [never-fits] 'hip-dips/emsculpt' fits for no answers; "
        "offer it for some answers, or name the open conflict that holds it back",
    ),
    "example": (
        FAT,
        "    verdict: fits\n",
        "    verdict: ask\n",
        f"{FAT}:68:5: error [example] the example 'Enough fat and open to surgery' gives 'fits', not 'ask'; "
        "correct the rules, or the example",
    ),
    "rule-without-example": (
        FAT,
        "  - example: Not enough fat\n",
        "  - example: Not enough fat\n",
        f"{FAT}:25:5: error [rule-without-example] the rule 'no-donor-fat' decides no example of "
        "'hip-dips/fat-transfer'; add an example for the answers it is about",
    ),
    "promise": (
        FAT,
        "  - rule: no-donor-fat\n    when: {donor-fat: not-enough}",
        "  - rule: no-donor-fat\n    when: {donor-fat: not-enough, timing: soon}",
        "promises.yaml:21:5: error [promise] the promise 'no-fat-transfer-without-fat' is broken for "
        "donor-fat=not-enough, tolerance=not-sure, timing=months: 'hip-dips/fat-transfer' is 'ask'; "
        "correct the rules or caveats of that option, or the promise",
    ),
    "conflict": (
        "hip-dips/coolsculpting.yaml",
        "    conflict: coolsculpting-in-a-hollow\n",
        "",
        "hip-dips/coolsculpting.yaml:1:1: error [conflict] no rule of 'hip-dips/coolsculpting' names the open conflict "
        "'coolsculpting-in-a-hollow'; add under 'ask-first' a rule with 'conflict: coolsculpting-in-a-hollow' and "
        "'when: always'",
    ),
    "no-caveat": (
        "love-handles/leave-as-is.yaml",
        "expect:",
        "expect:",
        "love-handles/leave-as-is.yaml:1:1: error [no-caveat] 'love-handles/leave-as-is' has no caveat for any answers; "
        "say under 'expect' what to realistically expect",
    ),
    "required-caveat": (
        "clinic.yaml",
        "    kinds: [injection, surgery]\n    text: Take your time.",
        "    kinds: [injection, surgery]\n    when: {timing: months}\n    text: Take your time.",
        "hip-dips/plla-injections.yaml:1:1: error [required-caveat] 'hip-dips/plla-injections' must carry "
        "'clinic-time-to-decide' and does not for tolerance=surgery, timing=soon, upkeep=yes; "
        "let the caveat reach every option of kind 'injection', without a 'when'",
    ),
    "sign-off": (
        FAT,
        "name: Fat transfer (fat grafting)",
        "name: Moving fat",
        f"{FAT}:1:1: error [sign-off] 'hip-dips/fat-transfer': 1 of 20 texts of this option changed since Dr Able read "
        "them on 2026-11-26: hip-dips/fat-transfer.name; have it read again ('flask rules unsigned') and signed with "
        "'flask rules sign hip-dips/fat-transfer'",
    ),
    "signature": (
        f"sign-offs/{FAT}",
        'role: "plastic surgeon"',
        'signature: {passkey: q5c2Rk9w}\nrole: "plastic surgeon"',
        f"sign-offs/{FAT}:2:1: error [signature] the sign-off of 'hip-dips/fat-transfer' by Dr Able is not proved: the name "
        "is not in reviewers.yaml; have the unit signed again, by somebody who may sign",
    ),
    "leaving-not-signed": (
        "hip-dips/leave-as-is.yaml",
        "name: Leaving hip dips as they are",
        "name: Leaving them",
        "hip-dips/leave-as-is.yaml:1:1: warning [leaving-not-signed] 'hip-dips/leave-as-is' is not signed, so 8 reviewed "
        "options of its area can't be shown where a sign-off is required; have 'hip-dips/leave-as-is' read, and sign it first",
    ),
    "uncited": (
        FAT,
        "    claims: [graft-loss-first-year]\n",
        "",
        f"{FAT}:31:5: error [uncited] 'caveats.graft-loss.statement' rests on no claim; add 'claims: [...]', or "
        "'claims: silent' if it says that the article says nothing",
    ),
    "number": (
        FAT,
        "text: In the first year, 30 to 50 percent of the moved fat may be lost.",
        "text: In the first year, 10 to 50 percent of the moved fat may be lost.",
        f"{FAT}:31:5: error [number] 'caveats.graft-loss.statement' says “10”, and none of its claims does; "
        "correct the number, or cite the claim that has it",
    ),
    "unused-term": (
        "glossary.yaml",
        "name: collagen",
        "name: keratin",
        "glossary.yaml:3:5: error [unused-term] no text has the word “keratin”; "
        "remove it, or list the word that texts use under 'also'",
    ),
    "filled-silence": (
        FAT,
        "  recovery: silent\n",
        "  recovery: {text: You are back to daily life soon., claims: silent}\n",
        f"{FAT}:63:3: error [filled-silence] 'hip-dips/fat-transfer.grid.recovery' has a text, but the article "
        "is silent there; write 'recovery: silent', or cite a claim",
    ),
    "unused-claim": (
        "hip-dips/plla-injections.yaml",
        "claims: [plla-is-a-sugar, face-fillers-for-body]",
        "claims: [plla-is-a-sugar]",
        "source.yaml:185:5: warning [unused-claim] no text rests on the claim 'face-fillers-for-body'; "
        "cite it where it is said, or list its sentence under 'not-used'",
    ),
    "sentence": (
        "source.yaml",
        "  - {passages: [T-1.4], reason: It only announces what the article is about.}\n",
        "",
        "source.yaml:27:7: error [sentence] the sentence T-1.4 is not accounted for; cite it by a claim, or list it "
        "under 'not-used' with the reason",
    ),
    "word": (
        FAT,
        "text: Surgery that moves your own fat.",
        "text: The best surgery that moves your own fat.",
        f"{FAT}:45:3: error [word] the word 'best' stands here: it ranks; "
        "say it in other words, or add the phrase under 'unless'",
    ),
    "reading": (
        FAT,
        "text: Surgery that moves your own fat.",
        "text: Surgery that redistributes autologous adipose tissue to reconstitute symmetrical lateral contours "
        "following comprehensive preoperative consultation.",
        f"{FAT}:45:3: error [reading] this text needs a reader of 33 years, over 16; "
        "make two sentences of it, with shorter words",
    ),
}


def test_every_check_has_a_fault_here_that_it_finds():
    elsewhere = FAULTS_OF_MEANING.keys() | FAULTS_OF_CLINIC.keys() | CHECKS_OF_TRANSLATIONS | {"hold"}
    assert FAULTS.keys() | elsewhere == CHECKS.keys()


@pytest.mark.parametrize("check", FAULTS)
def test_check_finds(rules, check):
    file, old, new, said = FAULTS[check]
    if check == "no-caveat":
        path = rules / file
        text = re.sub(r"expect:.*?grid:", "grid:", path.read_text(), flags=re.S)
        path.write_text(re.sub(r"caveats: \[.*?\]", "caveats: []", text))
    elif check == "required-row":  # in every file, or the option files would name a row that is not there
        for path in rules.rglob("*.yaml"):
            path.write_text(re.sub(r"\bwhat-it-is\b", "what-it-was", path.read_text()))
    elif check in ("sign-off", "signature", "leaving-not-signed"):
        sign_in(rules)
        put(rules, file, old, new)
    elif check == "borrowed-claim":
        path = rules / file
        path.write_text(re.sub(r"claims: \[.*?\]", "claims: silent", path.read_text()))
    elif check == "rule-without-example":
        path = rules / file
        text = path.read_text()
        path.write_text(re.sub(r"  - example: Not enough fat\n.*?(?=\.\.\.\n)", "", text, flags=re.S))
    else:
        put(rules, file, old, new)
    assert said in found_by(check, rules), found_by(check, rules)


def test_our_own_rules_have_no_error_and_no_warning_in_any_check(tables):
    for name, check in CHECKS.items():
        assert list(check(tables)) == [], name


def test_the_pages_of_the_site_have_no_word_of_the_list(rulebook):
    assert list(page_problems(rulebook.standards, PROJECT / "templates")) == []


def test_a_word_of_the_list_in_a_page_is_found_at_its_line(rulebook, tmp_path):
    (tmp_path / "page.html").write_text("<p>fine</p>\n<p class='best'>{{ perfect }} This is <b>better</b>.</p>\n")
    (problem,) = page_problems(rulebook.standards, tmp_path)
    assert str(problem) == (
        "page.html:2:1: error [word] the word 'better' stands here: it ranks; "
        "say it in other words, or add the phrase under 'unless'"
    )


def test_a_flaw_may_be_denied_and_not_claimed(rules):
    put(rules, "hip-dips/leave-as-is.yaml", "they are not a flaw.", "they are a flaw.")
    assert len(found_by("word", rules)) == 1


def test_all_texts_of_each_file_can_be_read_at_eleven(tables):
    standards = tables.rulebook.standards
    assert (standards.age_of_file, standards.age_of_text) == (11, 16)
    assert list(CHECKS["reading"](tables)) == []
    assert reading_age(standards, "CoolSculpting is cold. It can help.") == reading_age(
        standards, "It is cold. It can help."
    )


def test_an_overdue_sign_off_is_a_warning_and_one_that_stands_is_nothing(rules):
    unit = FAT.removesuffix(".yaml")
    sign_in(rules, unit, until="2026-01-01")
    assert found_by("sign-off", rules) == [
        f"sign-offs/{FAT}:2:1: warning [sign-off] '{unit}': Dr Able signed it until 2026-01-01; it is to be read again; "
        f"have it read again ('flask rules unsigned') and signed with 'flask rules sign {unit}'"
    ]
    sign_in(rules)
    assert [str(problem) for problem in check_folder(rules)] == []


def test_another_table_alone_is_named_as_such(rules):
    sign_in(rules)
    put(rules, "questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}")
    assert (
        "sign-offs/questions.yaml:2:1: error [sign-off] 'questions': what answers lead to changed since Dr Able signed it "
        "on 2026-11-26; have it read again ('flask rules unsigned') and signed with 'flask rules sign questions'"
    ) in found_by("sign-off", rules)


def test_a_sign_off_of_an_option_that_is_gone_is_a_warning(rules):
    sign_in(rules, "hip-dips/exercise")
    (rules / "sign-offs/hip-dips/exercise.yaml").rename(rules / "sign-offs/hip-dips/exercize.yaml")
    assert found_by("sign-off", rules) == [
        "sign-offs/hip-dips/exercize.yaml:2:1: warning [sign-off] there is no option 'hip-dips/exercize' any more that was "
        "signed here; delete its file (did you mean 'hip-dips/exercise'? Known: " + ", ".join(load(rules).options) + ")"
    ]


def test_the_page_of_the_checks_is_the_one_that_the_code_makes():
    docs = PROJECT / "docs"
    page = checks_page((docs / "altered-texts.md").read_text())
    assert (docs / "checks.md").read_text() == page, "run `make docs`"


def test_several_faults_at_once_are_all_named_in_file_order(rules):
    put(rules, FAT, "    claims: [graft-loss-first-year]\n", "")
    put(rules, "source.yaml", "  - {passages: [T-1.4], reason: It only announces what the article is about.}\n", "")
    problems = check_folder(rules)
    assert {"uncited", "sentence"} <= {problem.check for problem in problems}
    assert problems == sorted(problems)
    assert check_folder(RULES) == []
