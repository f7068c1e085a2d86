from html.parser import HTMLParser

from analysis.report.page import Chapter, Picture, report_page
from analysis.report.table import Table

EVIL = "<script>alert('x')</script> & \"quoted\""


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def read(page):
    tags = Tags()
    tags.feed(page)
    return tags


def test_what_comes_from_data_stays_text():
    chapter = Chapter(EVIL, [EVIL], [Table("t", EVIL, [EVIL], [[EVIL]]), Picture("p", EVIL, "<svg/>")])
    found = read(report_page(EVIL, [chapter]))
    assert "script" not in {tag for tag, _ in found.tags}
    # The title twice, the chapter's heading and paragraph, the table's caption, column and row, the figure's caption.
    assert found.texts.count(EVIL) == 8
    [image] = [attributes for tag, attributes in found.tags if tag == "img"]
    assert image["alt"] == EVIL


def test_nothing_is_loaded_from_elsewhere():
    page = report_page("A", [Chapter("B", [], [Picture("p", "c", "<svg xmlns='http://www.w3.org/2000/svg'/>")])])
    found = read(page)
    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "link", "iframe", "object"})
    addresses = [value for _, attributes in found.tags for name, value in attributes.items() if name in {"src", "href"}]
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    policy = next(attributes["content"] for tag, attributes in found.tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")
