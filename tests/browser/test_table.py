"""The table of a class, by mouse and by keyboard; its address keeps what is shown."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.visitor import PHONE, Visitor

ALL = 12
UNSCALED = ["ada.py", "bob.py"]


@pytest.fixture
def page(visitor: Visitor, class_file: Path) -> Page:
    visitor.page.goto("about:blank")  # else another fragment of the same file loads nothing anew
    return visitor.open(class_file)


def names(page: Page) -> list[str]:
    """Who is shown, in order."""
    return page.locator("#roll tbody tr:visible th").all_inner_texts()


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search")


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name)


def told(page: Page, text: str) -> None:
    """Wait until the count is told, as a screen reader would tell it."""
    expect(page.get_by_role("status")).to_have_text(text)


def press_until(page: Page, target: str, key: str = "Tab") -> None:
    """Go on with a key until what a selector names has the focus."""
    for _ in range(200):
        page.keyboard.press(key)
        if page.evaluate("target => document.activeElement.matches(target)", target):
            return
    pytest.fail(f"{target} can't be reached")


def test_at_first_everybody_is_shown(page: Page):
    assert len(names(page)) == ALL
    told(page, f"{ALL} of {ALL} submissions")


def test_a_search_shows_the_rows_with_all_of_its_words(page: Page):
    search(page).fill("UNSCALED bob")
    told(page, f"1 of {ALL} submissions")
    assert names(page) == ["bob.py"]
    search(page).fill("nobody")
    told(page, f"0 of {ALL} submissions")
    assert names(page) == []


def test_filters_show_who_has_a_verdict_and_a_pitfall(page: Page):
    choice(page, "Pitfall").select_option("full-precision-loss")
    told(page, f"2 of {ALL} submissions")
    assert sorted(names(page)) == ["bob.py", "fay.py"]
    choice(page, "Verdict").select_option("accepted")
    told(page, f"1 of {ALL} submissions")
    assert names(page) == ["fay.py"]


def test_a_click_on_a_pitfall_shows_who_has_it_and_a_button_everybody_again(page: Page):
    page.get_by_role("link", name="unscaled-grads").first.click()
    told(page, f"2 of {ALL} submissions")
    assert sorted(names(page)) == UNSCALED
    assert page.url.endswith("#p=unscaled-grads")
    expect(choice(page, "Pitfall")).to_have_value("unscaled-grads")
    page.get_by_role("button", name="Show all").click()
    told(page, f"{ALL} of {ALL} submissions")
    assert len(names(page)) == ALL
    expect(search(page)).to_be_focused()


def test_columns_sort_both_ways_and_say_so(page: Page):
    head = page.locator("#roll th", has_text="score")
    scores = page.locator("#roll tbody td:nth-child(3)")
    head.get_by_role("button").click()
    rising = ["-", "0.00", "0.00", "0.12", "0.25", "0.25", "0.50", "0.50", "0.75", "1.00", "1.00", "1.00"]
    assert scores.all_inner_texts() == rising
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert scores.all_inner_texts() == rising[::-1]
    assert head.get_attribute("aria-sort") == "descending"
    page.locator("#roll th", has_text="time").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert names(page)[-1] == "kim.py"  # 21 s


@pytest.mark.more
def test_the_address_keeps_what_is_shown(page: Page):
    search(page).fill("s")
    choice(page, "Verdict").select_option("wrong_answer")
    page.locator("#roll th", has_text="time").get_by_role("button").click()
    before, url = names(page), page.url
    assert 0 < len(before) < ALL
    page.reload()
    assert (names(page), page.url) == (before, url)
    expect(search(page)).to_have_value("s")
    expect(choice(page, "Verdict")).to_have_value("wrong_answer")
    expect(page.locator("#roll th", has_text="time")).to_have_attribute("aria-sort", "ascending")


@pytest.mark.more
def test_all_of_it_can_be_done_with_a_keyboard(page: Page):
    press_until(page, "#search")
    page.keyboard.type("case")
    press_until(page, "#verdict")
    page.keyboard.type("wrong")
    told(page, f"2 of {ALL} submissions")
    button = page.locator("#roll th", has_text="submission").get_by_role("button")
    press_until(page, "th:first-child button")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert names(page) == sorted(names(page), reverse=True)
    expect(button).to_be_focused()
    press_until(page, "#all", "Shift+Tab")
    page.keyboard.press("Enter")
    told(page, f"{ALL} of {ALL} submissions")


def test_a_group_that_fails_alike_leads_to_its_rows(page: Page):
    page.locator("a[href^='#g=']").first.click()
    expect(page.get_by_role("status")).to_contain_text("group")
    assert 0 < len(names(page)) < ALL


@pytest.mark.more
def test_without_scripts_everybody_is_there_and_the_tools_are_not(scriptless: Visitor, class_file: Path):
    page = scriptless.open(class_file)
    assert len(names(page)) == ALL
    assert names(page)[0] == "jon.py"  # the judge is at fault
    expect(search(page)).to_be_hidden()
    page.get_by_role("link", name="unscaled-grads").first.click()
    expect(page.locator("#roll")).to_be_in_viewport()


@pytest.mark.more
def test_on_a_phone_each_row_is_whole(visitor: Visitor, page: Page):
    visitor.look(PHONE, "light")
    row = page.locator("#roll tbody tr", has_text="bob.py")
    for text in ("bob.py", "wrong_answer", "0.50", "unscaled-grads", "full-precision-loss", "0.40 s"):
        expect(row.get_by_text(text).first).to_be_visible()
    box = row.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE
