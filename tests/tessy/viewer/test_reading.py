"""What a reader can do in the page, in headless Chromium."""

import pytest

from tessy.viewer.fragment import fragment, sections
from tessy.viewer.trace_view import read_view
from tests.tessy.viewer.conftest import emulate, row, write

LONG = "Okay," + "".join(f" line {number} of it.\n" for number in range(4_000))


@pytest.fixture
def many(show):
    return show([row(number, f"Okay, it is {number}.") for number in range(3_000)])


def names(page):
    return page.run("return [...document.querySelectorAll('.item .name bdi')].map((name) => name.textContent)")


def test_the_page_opens_on_the_first_row(show):
    page = show([row(stop_reason="thinking_limit"), row(1)])
    assert page.text("#count") == "2 rows"
    assert page.text("#question") == "question 0"
    assert page.text("#reason") == "thinking limit"
    assert page.text("#numbers") == "student 4teacher 12tokens"
    assert page.text("#hand-overs") == "2 hand-overs"


def test_the_page_and_notebooks_make_the_same_elements(show):
    entry = row(thinking='Okay, <b>2</b> & "2"\n\n\u202e= 4.', thrown=[["student", 13, " so"]])
    page = show([entry])
    view = read_view(entry, "x:1")
    ours = page.run("return document.querySelector('#panes .texts').innerHTML")
    # Browsers write quotes in text as they are.
    assert ours == sections(view.thinking, view.answer).replace("&quot;", '"')


def test_only_rows_in_view_are_in_the_document_and_scrolling_brings_others(many):
    assert many.text("#count") == "3,000 rows"
    assert names(many)[0] == "q0"
    assert len(names(many)) < 60
    many.run("document.getElementById('list').scrollTop = 1500 * 66")
    many.until("[...document.querySelectorAll('.item .name bdi')].some((name) => name.textContent === 'q1500')")
    assert len(names(many)) < 60


def test_keys_go_through_the_rows(many):
    many.press("j", "j")
    many.opened("q2")
    many.press("k")
    many.opened("q1")
    many.press("\ue015")
    many.opened("q2")
    many.press("\ue010")
    many.opened("q2999")
    assert many.run("return document.querySelector('#list').getAttribute('aria-activedescendant')") == "item-2999"
    assert many.run("return location.hash") == "#3000"
    assert many.text("#place") == "3,000 of 3,000"


def test_the_address_opens_a_row(many):
    many.browser.get(many.browser.current_url.split("#")[0] + "?again#1234")
    many.opened("q1233")


def test_keys_go_through_the_hand_overs(show):
    page = show([row(thinking=LONG)])
    here = "document.querySelector('.here')"
    in_view = f"{here}.getBoundingClientRect().top > 0 && {here}.getBoundingClientRect().top < innerHeight"
    page.press("n")
    page.until(f"{here}?.className === 'teacher begins here' && {in_view}")
    assert page.text("#hand-overs") == "1 of 2 hand-overs, to the teacher"
    page.press("n")
    page.until(f"{here}?.className === 'student begins here'")
    # The answer is far below: the reader is taken there.
    page.until(in_view)
    page.press("p", "n")
    page.until(f"{here}?.className === 'student begins here'")


def test_a_long_text_is_whole(show):
    page = show([row(thinking=LONG)])
    assert page.text("#panes .thinking").removeprefix("Thinking") == LONG
    assert page.run("return document.querySelectorAll('#panes .thinking .block').length") > 20


def test_search_finds_rows_and_places(show):
    rows = [row(number, f"Okay, it is {'<Needle>' if number % 7 == 3 else 'hay'}.") for number in range(50)]
    rows[10]["messages"][0]["content"] = "a <NEEDLE>\nin the question"
    page = show(rows)
    page.press("/")
    page.press("<needle>")
    page.until("document.getElementById('found').textContent === '8 matches in 7 rows'")
    page.opened("q3")
    assert page.text("#count") == "7 of 50 rows"
    assert names(page) == ["q3", "q10", "q17", "q24", "q31", "q38", "q45"]
    assert page.run("return [...CSS.highlights.get('current')].map(String)") == ["<Needle>"]
    page.press("\ue007")
    page.opened("q10")
    assert page.run("return [...CSS.highlights.get('match')].map(String)") == ["<NEEDLE>", "<Needle>"]
    page.press("\ue00c")
    page.until("document.getElementById('count').textContent === '50 rows'")
    assert page.run("return CSS.highlights.get('match').size") == 0
    assert page.run("return document.activeElement.id") == "list"


def test_rows_can_be_picked_and_ordered(show):
    page = show([row(0), row(1, stop_reason="repetition"), row(2, tokens={"student": 900, "teacher": 9})])
    page.run("const s = document.getElementById('order'); s.value = 'tokens'; s.dispatchEvent(new Event('change'))")
    assert names(page) == ["q2", "q0", "q1"]
    page.run("const s = document.getElementById('stop'); s.value = 'repetition'; s.dispatchEvent(new Event('change'))")
    assert names(page) == ["q1"]
    assert page.text("#count") == "1 of 3 rows"


def test_own_traces_stand_beside(show, tmp_path):
    teacher = write(tmp_path / "t.jsonl", [{"id": "q0", "model": "big", "thinking": "We need 4.", "answer": "4"}])
    student = write(tmp_path / "s.jsonl", [{"id": "x", "prompt": "question 1", "thinking": "Hmm, 4."}])
    page = show([row(0), row(1)], teacher=teacher, student=student)
    shown = "return [...document.querySelectorAll('.pane:not([hidden]) .texts')].map((one) => one.textContent)"
    together = "ThinkingOkay, 2 + 2 = 4.Answer4"
    assert page.run(shown) == [together, "ThinkingWe need 4.Answer4"]
    page.press("3")
    assert page.run(shown) == [together]
    page.press("j")
    page.opened("q1")
    assert page.run(shown) == [together, "ThinkingHmm, 4."]


def test_thrown_drafts_are_shown_on_demand(show):
    page = show([row(0, thrown=[["student", 13, " so we"]]), row(1), row(2, thrown=[])])
    visible = "return getComputedStyle(document.querySelector('del.thrown')).display"
    assert page.run(visible) == "none"
    page.press("d")
    assert page.run(visible) == "inline"
    assert page.text("#note") == ""
    page.press("j")
    page.opened("q1")
    assert "does not keep the text" in page.text("#note")
    page.press("j")
    page.opened("q2")
    assert page.text("#note") == ""


def test_a_notebook_shows_thrown_drafts_at_a_click(chromium, tmp_path):
    path = tmp_path / "cell.html"
    trace = fragment(read_view(row(thrown=[["student", 13, " so we"]]), "x:1"))
    path.write_text(f"<!doctype html><meta charset=utf-8>{trace}", encoding="utf-8")
    chromium.get(path.as_uri())
    visible = "return getComputedStyle(document.querySelector('del.thrown')).display"
    before = chromium.execute_script(visible)
    chromium.find_element("css selector", ".show-thrown").click()
    assert (before, chromium.execute_script(visible)) == ("none", "inline")


def test_details_say_costs_and_provenance(show):
    page = show([row(metadata={"source": "<i>here</i>"})])
    page.press("i")
    shown = page.text("#facts-body")
    for part in ("requests", '"recipe": "tessy"', '"source": "<i>here</i>"'):
        assert part in shown
    page.press("\ue00c")
    page.until("!document.getElementById('facts').open")
    page.press("?")
    page.until("document.getElementById('keys').open")


def test_dark_and_light_follow_the_system_and_the_switch(show):
    page = show([row()])
    paper = "return getComputedStyle(document.body).backgroundColor"
    ink = "return getComputedStyle(document.querySelector('.texts .teacher')).color"
    light, light_ink = page.run(paper), page.run(ink)
    emulate(page.browser, "prefers-color-scheme", "dark")
    dark, dark_ink = page.run(paper), page.run(ink)
    assert dark != light
    assert dark_ink != light_ink
    page.press("t")
    assert (page.run(paper), page.run(ink)) == (light, light_ink)
    page.run("localStorage.clear()")


def test_a_narrow_window_shows_one_thing_at_a_time(show, tmp_path):
    teacher = write(tmp_path / "t.jsonl", [{"id": "q0", "thinking": "We need 4."}])
    page = show([row(0), row(1)], teacher=teacher)
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    page.until("document.querySelectorAll('.pane:not([hidden])').length === 1")
    assert page.run("return document.documentElement.scrollWidth") <= 390
    page.run("document.getElementById('drawer').click()")
    assert page.run("return getComputedStyle(document.getElementById('rows')).visibility") == "visible"
    page.run("document.getElementById('item-1').click()")
    page.opened("q1")
    assert page.run("return getComputedStyle(document.getElementById('rows')).visibility") == "hidden"
