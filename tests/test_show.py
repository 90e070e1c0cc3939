"""`flask rules show`: an option as a page of English."""

from .edits import FAT, run


def test_show_is_a_page_of_english_with_the_passage_of_each_statement(runner):
    said = " ".join(run(runner, f"show {FAT}").stdout.split())
    assert "Fat transfer (fat grafting) (hip-dips/fat-transfer, surgery)" in said
    assert (
        "It fits: - if “What is the most you would think about having done?” is answered with “Surgery”, and “Do you have "
        "fat in another place that could be moved?” is answered with “I think so” (open-to-surgery-with-fat)"
    ) in said
    assert "In the first year, 30 to 50 percent of the moved fat may be lost. [GHD-8.3]" in said
    assert "Cost: Not said. [silent]" in said
    assert "Added by the clinic: Take your time." in said
    assert "- only" not in said
    assert "Not yet reviewed by a clinician." in said


def test_show_names_the_disagreements_that_touch_an_option(runner):
    said = " ".join(run(runner, "show hip-dips/coolsculpting").stdout.split())
    assert "Why take fat away from a place that is already hollow? (still open)" in said
    assert "It fits: never." in said


def test_show_sets_the_article_s_paragraph_beside_our_words(runner, article):
    said = " ".join(run(runner, f"show {FAT} --document {article}").stdout.split())
    sentence = next(line for line in article.read_text().split("\n") if "30 to 50 percent" in line).split(". ")[2]
    assert f"| GHD-8.3: {sentence}" in said


def test_an_option_may_be_named_without_its_area_where_only_one_has_it(runner):
    assert run(runner, "show implants").exit_code == 0
    done = run(runner, "show coolsculpting")
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: there is no unit 'coolsculpting'; did you mean 'hip-dips/coolsculpting'? "
        "Known: hip-dips/coolsculpting, love-handles/coolsculpting\n",
    )
