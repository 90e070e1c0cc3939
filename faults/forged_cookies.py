"""Send cookies and reference codes of any text: no 5xx, and only results that anybody may get by answering.

A visitor's cookie is not signed, so any text may come. Whatever is read from it is held against the rulebook: a result
page names its code, and must show exactly what the answers in that code give.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator

from questionnaire.decide.reference_code import ALPHABET, ReferenceCodeError, decode

from .report import Line
from .running_site import BROKEN, Page, Site, Tally, Visitor, WrongPage, check_result, our_tables

CODE = re.compile(r'class="code"[^>]*>([^<]+)<')
SIGNS = "".join(chr(c) for c in range(32, 127) if chr(c) not in ';,"\\ ') + "\xa0\xff%&="
LOOK_ALIKES = "\u202e\u200b\ufeff\0\r\n\t\u0130\ufb01\u2460\uff21\uff22\U0001d400\u0660\U0001f468\u200d\u0301%+<>'\"&"
ADDRESSES = ("/", "/questions/area", "/questions/timing", "/check", "/options", "/areas")


def altered(text: str, chance: random.Random, signs: str) -> str:
    """Cut off, a sign changed, put in or taken out, turned round, doubled, or two halves of it swapped."""
    at, sign = chance.randrange(len(text) or 1), chance.choice(signs)
    ways = (text[:at], text[at:], text[:at] + sign + text[at + 1 :], text[:at] + sign + text[at:])
    return chance.choice((*ways, text[:at] + text[at + 1 :], text[::-1], text + text, text[at:] + text[:at]))


def cookie(known: str, chance: random.Random) -> str:
    """What is made of a visitor's cookie: altered, of any signs, or pairs of questions and choices at random."""
    how = chance.randrange(3)
    if how == 0:
        return altered(known, chance, SIGNS)
    if how == 1:
        return "".join(chance.choices(SIGNS, k=chance.randrange(3000)))
    questions = our_tables().rulebook.questions
    names = [*questions, "", "layout", "release", "keep", "no-such-question", "__class__"]
    choices = [*(choice for question in questions.values() for choice in question.choices), "", "../../x", "1" * 500]
    pairs = [f"{chance.choice(names)}={chance.choice(choices)}" for _ in range(chance.randrange(40))]
    return chance.choice("&;|~.").join(pairs)


def code(known: str, chance: random.Random) -> str:
    """A reference code as nobody would type it: altered, of any signs at all, or of look-alikes."""
    how = chance.randrange(3)
    if how == 0:
        return altered(known, chance, ALPHABET + LOOK_ALIKES)
    if how == 1:
        return "".join(
            chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000)))) for _ in known
        )
    return "".join(chance.choices(ALPHABET + ALPHABET.lower() + LOOK_ALIKES, k=chance.randrange(1, 70)))


def check_page(page: Page) -> str:
    """The kind of a page's status. Raises WrongPage for a 5xx, and for a result that its own code does not give."""
    if page.status >= 500:
        raise WrongPage(f"{page.address} gave {page.status}")
    shown = CODE.search(page.text) if page.address == "/options" and page.status == 200 else None
    if shown:
        try:
            answers = decode(our_tables().rulebook, shown[1]).answers
        except ReferenceCodeError as fault:
            raise WrongPage(f"a result page shows a code that is none: {fault}") from None
        check_result(our_tables(), answers, page)
    return f"{page.status // 100}xx"


async def forge(port: int, times: int) -> tuple[Counter[str], Tally]:
    """Send so many forged cookies and codes, one after another; the statuses, and what went wrong."""
    chance, seen, tally = random.Random(17), Counter[str](), Tally()
    visitor = Visitor(port, tally)
    _, page = await visitor.walk(lambda _, choices: choices[0])
    name, value = list(visitor.cookies.items())[-1]
    known = CODE.findall(page.text)[0]
    await visitor.exchange("GET", "/reference")
    for step in range(times):
        visitor.cookies[name] = value if step % 3 == 2 else cookie(value, chance)
        try:
            if step % 3 == 0:
                page = await visitor.exchange("GET", chance.choice(ADDRESSES))
            elif step % 3 == 1:
                page = await visitor.exchange("POST", chance.choice(ADDRESSES[1:3]), {"answer": "both"})
            else:
                page = await visitor.exchange("POST", "/reference", {"code": code(known, chance)})
                page = await visitor.exchange("GET", page.location) if page.status == 303 else page
            seen[check_page(page)] += 1
        except (WrongPage, *BROKEN) as fault:
            tally.wrong[str(fault) or type(fault).__name__] += 1
            await visitor.close()
    await visitor.close()
    return seen, tally


def lines(size: float) -> Iterator[Line]:
    """Send 20,000 forged cookies and codes, times `size`."""
    times = max(60, round(20_000 * size))
    with Site() as site:
        seen, tally = asyncio.run(forge(site.port, times))
        clean = site.log_is_clean()
    told = f"{', '.join(f'{number:,} {status}' for status, number in sorted(seen.items()))}; {tally.told}"
    right = not tally.wrong and clean and seen["2xx"] > 0
    yield Line("forged cookies and reference codes", f"{times:,}", "no 5xx, only what anybody may answer", told, right)
