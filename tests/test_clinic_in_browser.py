"""Pages with the clinic's own lines (the worked example of docs/clinic.md) in a real browser."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import CHROMIUM, FULL, journey, serving
from .clinic import write_clinic
from .conftest import RULES
from .test_states import PHONE, SIDEWAYS, WANTED

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)


def test_no_page_with_the_clinics_lines_has_a_fault_that_axe_finds(browser, tmp_path):
    rules = shutil.copytree(RULES, tmp_path / "rules")
    write_clinic(rules)
    with serving(tmp_path, FLASK_RULES=str(rules)) as address:
        context = browser.new_context(base_url=address, bypass_csp=True, viewport=PHONE)
        context.set_default_timeout(10_000)
        page = context.new_page()
        journey(page, {**FULL, "area": "both", "tolerance": "surgery", "worry": "not-often"})
        shown = 0
        for address in ("/options", "/options/hip-dips/implants", "/sheet"):
            page.goto(address)
            shown += page.locator(".clinic-says").count()
            assert not page.evaluate(SIDEWAYS), address
            found = Axe().run(page, options=WANTED)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert shown > 3
        context.close()
