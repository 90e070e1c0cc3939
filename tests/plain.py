"""A second evaluator, in plain Python: what the rules mean, written apart from the code that it is held against."""

from datetime import date
from itertools import product

CAUTION = {"fits": 0, "ask": 1, "ruled-out": 2}


def holds(condition, answers):
    return all(question in answers and answers[question] in choices for question, choices in condition.lines)


def decide(rulebook, option, answers):
    """(verdict, ids of the deciding rules, ids of the caveats) for one option; verdict None where no rule matches."""
    matched = [rule for rule in option.rules if holds(rule.when, answers)]
    caveats = [c.id for c in rulebook.caveats.values() if option.id in c.options and holds(c.when, answers)]
    if not matched:
        return None, [], caveats
    verdict = max((rule.verdict for rule in matched), key=CAUTION.__getitem__)
    return verdict, [rule.id for rule in matched if rule.verdict == verdict], caveats


def notes(rulebook, area, answers):
    shown = [c for c in rulebook.caveats.values() if area in c.areas and holds(c.when, answers)]
    return [c.id for c in shown if c.first] + [c.id for c in shown if not c.first]


def scope(rulebook, answers):
    return [a.id for a in rulebook.areas.values() if any(holds(when, answers) for when in a.in_scope_when)]


def asked(rulebook, question, answers):
    when = question.asked_when
    in_scope = not when.areas or any(area in when.areas for area in scope(rulebook, answers))
    return in_scope and holds(when.condition, answers)


def visits(rulebook):
    """Every way through the questions: all combinations of all choices, thinned to the answers that were asked for."""
    seen = set()
    for choices in product(*(list(question.choices) for question in rulebook.questions.values())):
        answers = {}
        for question, choice in zip(rulebook.questions.values(), choices, strict=True):
            if asked(rulebook, question, answers):
                answers[question.id] = choice
        key = tuple(answers.items())
        if key not in seen:
            seen.add(key)
            yield answers


def held(added, day):
    """Whether a line of the clinic's holds on a day, by counting days."""
    number = date.fromisoformat(day).toordinal()
    first = date.fromisoformat(added.since).toordinal() if added.since else 0
    last = date.fromisoformat(added.until).toordinal() if added.until else 10**9
    return first <= number <= last


def decide_with_clinic(rulebook, option, answers, day):
    """The same as decide, with the clinic's rules of a day; no verdict where no rule of the option's own matches."""
    verdict, because, caveats = decide(rulebook, option, answers)
    worst, reasons = CAUTION.get(verdict, -1), list(because)
    for rule in rulebook.clinic.rules:
        if option.id in rule.options and holds(rule.when, answers) and held(rule.added, day):
            if CAUTION[rule.verdict] > worst:
                worst, reasons = CAUTION[rule.verdict], []
            if CAUTION[rule.verdict] == worst:
                reasons.append(rule.id)
    return (None, [], caveats) if verdict is None else (["fits", "ask", "ruled-out"][worst], reasons, caveats)
