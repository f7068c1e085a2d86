"""What data cannot do to the page, and what everybody can read of it, in headless Chromium."""

import json

import pytest

from tests.tessy.viewer.conftest import row, write

ATTACK = "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'><!-- {{script}} ]]>"
SIGNS = "\u2028\u2029\u202e\u2066 \ud800 \udfff\0\r\x1b\ufeff\U0001f600 &amp; \\ ' \" `${hit}` javascript:hit"


@pytest.fixture
def attacked(show, tmp_path):
    entry = row(
        id=ATTACK,
        thinking="Okay," + ATTACK + SIGNS,
        answer=ATTACK + SIGNS,
        stop_reason=ATTACK,
        totals={"student": {ATTACK: 3}},
        provenance={ATTACK: SIGNS},
        metadata={"hit": ATTACK},
        thrown=[["teacher", 13, ATTACK]],
    )
    entry["messages"] = [
        {"role": ATTACK, "content": ATTACK},
        {"role": "user", "content": ATTACK + SIGNS},
        entry["messages"][-1],
    ]
    own = [{"id": ATTACK, "prompt": ATTACK, "thinking": ATTACK + "x", "answer": ATTACK, "model": ATTACK}]
    return show([entry, row(1)], teacher=write(tmp_path / "own.jsonl", own))


def test_data_stays_text_wherever_it_stands(attacked):
    attacked.press("d", "i")
    attacked.press("\ue00c")
    attacked.press("/")
    attacked.press("window.hit")
    attacked.until("document.getElementById('found').textContent.endsWith('in 1 row')")
    assert attacked.run("return window.hit ?? null") is None
    assert attacked.run("return document.querySelectorAll('img, iframe, main script, dialog script').length") == 0
    panes = "[...document.querySelectorAll('.pane:not([hidden]) .texts')].map((one) => one.textContent)"
    # As JSON: the driver cannot carry half of a surrogate pair.
    together, teacher = json.loads(attacked.run(f"return JSON.stringify({panes})"))
    # In the text, as a draft that was thrown away, and in the answer.
    assert (together.count(ATTACK), teacher.count(ATTACK)) == (3, 2)
    assert ATTACK in attacked.text("#facts-body")
    assert attacked.text("#identity") == ATTACK


def test_every_character_arrives_as_it_was(attacked):
    whole = attacked.run("return JSON.stringify(document.querySelector('#panes .answer .student').textContent)")
    assert json.loads(whole) == ATTACK + SIGNS


def test_the_page_asks_the_network_for_nothing(attacked):
    events = [json.loads(entry["message"])["message"] for entry in attacked.browser.get_log("performance")]
    asked = {
        event["params"]["request"]["url"].partition("#")[0]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    page = attacked.browser.current_url.partition("#")[0]
    assert {url for url in asked if not url.startswith(("data:,", "about:"))} <= {page}


def test_what_is_smuggled_in_later_does_not_run(attacked):
    attacked.run(
        "const script = document.createElement('script'); const sink = document.createElement('div');"
        "try { script.text = 'window.hit = 2'; document.body.append(script); } catch { window.refused = true; }"
        "try { sink.innerHTML = '<img>'; } catch { window.refused = true; }"
    )
    assert attacked.run("return [window.refused, window.hit ?? null]") == [True, None]
    # Chromium logs what it refused; that is this test's doing.
    attacked.browser.get_log("browser")


def test_everything_has_a_name_and_a_role(show, tmp_path):
    own = write(tmp_path / "own.jsonl", [{"id": "q0", "thinking": "We need 4."}])
    page = show([row(number) for number in range(30)], teacher=own)
    tree = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]]
    kinds = {"button", "listbox", "option", "searchbox", "combobox", "region", "main", "navigation", "toolbar"}
    assert [role for role, name in named if role in kinds and not name] == []
    assert kinds - {role for role, _ in named} == set()
    assert page.run("return document.documentElement.lang") == "en"
    chosen = page.run("return [...document.querySelectorAll('[aria-selected=true]')].map((item) => item.id)")
    assert chosen == ["item-0"]


def test_authors_are_told_apart_without_colour(show):
    page = show([row()])
    line = "return getComputedStyle(document.querySelector(arguments[0])).textDecorationLine"
    assert page.run(line, "#panes .student") == "underline"
    assert page.run(line, "#panes .teacher") == "none"
