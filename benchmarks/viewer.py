"""The trace viewer on 1,000 rows of 15,000 tokens: how soon it opens, and whether scrolling and searching ever block.

Run it with ``make bench-viewer``; it needs Debian's chromium and chromium-driver. The text is that of real traces
beside the checkout, or else of the miniature world, repeated; the authors change every 12 words or so. A table goes to
stderr, JSON to stdout. Blocked is the longest task of the page's thread, by the browser's own PerformanceObserver.
"""

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.corpus import read_corpus
from analysis.jsonl import write_rows
from tessy.miniature.writers import STUDENT, TEACHER, write
from tessy.viewer.write import write_viewer

DATA = Path(__file__).parents[2] / "shared" / "data" / "traces" / "qwen3-8b.jsonl"
BARS = {
    "seconds to open": 3.0,
    "longest task while scrolling the list, ms": 100,
    "longest task while rows open, ms": 100,
    "longest task while a row is scrolled, ms": 100,
    "longest task while searching, ms": 100,
}
"""What is measured -> what it has to stay under."""
CHARACTERS_PER_TOKEN = 4
OBSERVE = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""


def texts() -> list[str]:
    """Return words to write traces of."""
    if DATA.is_file():
        return [trace.thinking for trace in read_corpus(DATA)]
    random = Random(0)
    steps = [f"{left} + {right} = {left + right}" for left in range(10) for right in range(10)]
    return [write(random.sample(steps, 8), "7", (STUDENT, TEACHER), random) for _ in range(2_000)]


def rows(count: int, tokens: int) -> Iterator[dict[str, Any]]:
    """Make rows of so many tokens, four characters each."""
    random, sources = Random(0), texts()
    for number in range(count):
        text = "<think>\n"
        while len(text) < tokens * CHARACTERS_PER_TOKEN:
            text += random.choice(sources) + "\n\n"
        text += "\n</think>\n\nThe answer is 4."
        segments, position, role = [], 0, "student"
        while position < len(text):
            end = text.find(" ", min(position + random.randrange(1, 120), len(text)))
            end = end if end >= 0 else len(text)
            segments.append([role, position, end])
            position, role = end, "teacher" if role == "student" else "student"
        yield {
            "id": f"row-{number}",
            "messages": [{"role": "user", "content": f"Question {number}"}, {"role": "assistant", "content": text}],
            "segments": segments,
            "stop_reason": "finished",
            "tokens": {"student": tokens // 4, "teacher": tokens - tokens // 4},
            "hand_overs": len(segments) - 1,
            "provenance": {"recipe": "tessy", "seed": 0},
        }


def open_browser() -> Any:
    """Start a headless Chromium with its disk cache off."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        sys.exit("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1360,860"):
        options.add_argument(option)
    return webdriver.Chrome(options=options, service=Service(driver))


def until(browser: Any, condition: str, seconds: float = 120) -> None:
    """Wait until an expression of the page is true."""
    end = time.monotonic() + seconds
    while not browser.execute_script(f"return Boolean({condition})"):
        if time.monotonic() > end:
            sys.exit(f"{condition} did not become true")
        time.sleep(0.02)


def longest(browser: Any, act: Callable[[], object]) -> float:
    """Return the longest task of the page's thread, in milliseconds, while something is done; 0 for under 50."""
    browser.execute_script("window.longest = 0")
    act()
    time.sleep(0.3)
    return float(browser.execute_script("return window.longest"))


def measure(page: Path, count: int, repeats: int) -> dict[str, float]:
    """Open the page several times, then use it once."""
    ready = f"document.getElementById('count')?.textContent === '{count:,} row{'s' if count != 1 else ''}'"
    opened = f"{ready} && document.getElementById('row').getAttribute('aria-busy') === 'false'"
    found: dict[str, float] = {}
    browser = open_browser()
    try:
        seconds = []
        for _ in range(repeats):
            browser.get("about:blank")
            begun = time.perf_counter()
            browser.get(page.as_uri())
            until(browser, opened)
            seconds.append(time.perf_counter() - begun)
        found["seconds to open"] = statistics.median(seconds)
        first = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        found["first paint, ms"] = browser.execute_script(f"return {first}")
        browser.execute_script(OBSERVE)
        time.sleep(0.3)
        found["longest task while opening, ms"] = browser.execute_script("return window.longest")

        def scroll(selector: str) -> None:
            script = (
                "const [selector, done] = arguments; const box = document.querySelector(selector); let step = 0;"
                "const move = () => { box.scrollTop = (step / 120) * box.scrollHeight;"
                " step += 1; step > 120 ? done() : requestAnimationFrame(move); }; move();"
            )
            browser.execute_async_script(script, selector)

        def walk() -> None:
            for number in range(1, min(count, 21)):
                browser.find_element("css selector", "body").send_keys("j")
                name = f"document.getElementById('identity').textContent === 'row-{number}'"
                until(browser, f"{name} && document.getElementById('row').getAttribute('aria-busy') === 'false'")

        def search() -> None:
            begun = time.perf_counter()
            browser.find_element("id", "query").send_keys("let me check")
            until(browser, "/^[\\d,]+ match(es)? in [\\d,]+ rows?$/.test(document.getElementById('found').textContent)")
            found["seconds to search all rows"] = time.perf_counter() - begun

        found["longest task while scrolling the list, ms"] = longest(browser, lambda: scroll("#list"))
        found["longest task while rows open, ms"] = longest(browser, walk)
        found["longest task while a row is scrolled, ms"] = longest(browser, lambda: scroll("#panes .texts"))
        found["longest task while searching, ms"] = longest(browser, search)
        heap = "return performance.memory.usedJSHeapSize / 2 ** 20"
        found["heap after all of it, MiB"] = browser.execute_script(heap)
    finally:
        browser.quit()
    return found


def main() -> None:
    """Write the rows, write the page, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--tokens", type=int, default=15_000)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, page = Path(folder) / "rows.jsonl", Path(folder) / "view.html"
        write_rows(source, rows(chosen.rows, chosen.tokens))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begun = time.perf_counter()
        write_viewer(source, page)
        found = {"seconds to write": time.perf_counter() - begun}
        found["rows, MB"] = source.stat().st_size / 1e6
        found["page, MB"] = page.stat().st_size / 1e6
        found["memory added by writing, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        found |= measure(page, chosen.rows, chosen.repeats)
    table = Table(title=f"{chosen.rows:,} rows of {chosen.tokens:,} tokens", title_justify="left")
    for column in ("", "measured", "bar"):
        table.add_column(column, justify="right" if column else "left")
    for name, value in found.items():
        table.add_row(name, f"{value:,.2f}", f"< {BARS[name]:g}" if name in BARS else "")
    Console(stderr=True).print(table)
    print(json.dumps({"rows": chosen.rows, "tokens": chosen.tokens, **found}, indent=2))
    if any(found[name] >= bar for name, bar in BARS.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
