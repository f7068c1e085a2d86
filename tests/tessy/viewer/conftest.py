"""A headless Chromium that opens pages from files, and pages made of rows."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tessy.viewer.write import write_viewer

_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--window-size=1280,800",
)  # fmt: skip


def row(number: int = 0, thinking: str = "Okay, 2 + 2 = 4.", answer: str = "4", **more: Any) -> dict[str, Any]:
    """Return a row in which the student writes the first five characters and the answer, the teacher the rest."""
    text = f"<think>\n{thinking}\n</think>\n\n{answer}"
    first, second = len("<think>\n") + 5, len("<think>\n") + len(thinking)
    segments = [["student", 0, first], ["teacher", first, second], ["student", second, len(text)]]
    return {
        "id": f"q{number}",
        "messages": [
            {"role": "user", "content": f"question {number}"},
            {"role": "assistant", "content": text},
        ],
        "segments": segments,
        "stop_reason": "finished",
        "tokens": {"student": 4, "teacher": 12},
        "totals": {"student": {"requests": 2, "thrown": 3}, "teacher": {"requests": 1, "thrown": 1}},
        "hand_overs": 2,
        "provenance": {"recipe": "tessy", "seed": 0},
        **more,
    }


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSON lines, half surrogate pairs escaped."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in rows), encoding="utf-8")
    return path


class Page:
    """A page in the browser, with what a reader can do to it."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a function's body in the page."""
        return self.browser.execute_script(script, *arguments)

    def until(self, condition: str) -> Any:
        """Wait until an expression of the page is true, and return it."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, 30, 0.05).until(
            lambda _: self.run(f"return {condition}"), f"{condition} did not become true"
        )

    def text(self, selector: str) -> str:
        """Return the whole text of an element, in view or not."""
        # As JSON: the driver cannot carry half of a surrogate pair.
        text = "return JSON.stringify(document.querySelector(arguments[0]).textContent)"
        return str(json.loads(self.run(text, selector)))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def opened(self, identifier: str) -> None:
        """Wait until a row is open with all its text."""
        name = json.dumps(identifier)
        self.until(
            f"document.getElementById('identity').textContent === {name}"
            " && document.getElementById('row').getAttribute('aria-busy') === 'false'"
        )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; tests that need it are skipped where it, its driver or selenium is missing."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: make check")
    from selenium.webdriver.chrome.service import Service

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for option in _OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.fixture
def show(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Write rows as a page and open it, light and wide; the test fails when the page complains in the console."""

    def open_page(rows: list[dict[str, Any]], **alone: Path) -> Page:
        out = tmp_path / "view.html"
        write_viewer(write(tmp_path / "rows.jsonl", rows), out, **alone)
        emulate(chromium, "prefers-color-scheme", "light")
        chromium.get_log("performance")
        chromium.get(out.as_uri())
        page = Page(chromium)
        page.opened(rows[0]["id"])
        return page

    yield open_page
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    complaints = [entry["message"] for entry in chromium.get_log("browser")]
    chromium.get("about:blank")
    assert complaints == []


def emulate(browser: Any, feature: str, value: str) -> None:
    """Let the browser believe that its user prefers something."""
    features = {"features": [{"name": feature, "value": value}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", features)
