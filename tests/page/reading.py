"""What the checks of pages share: a reader that refuses what is not well formed, and the page of a run."""
import html.parser
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "run"))
from support import folder, h5py, make  # noqa: E402,F401

PROGRAM = sys.argv[2]
VOID = {"meta", "link", "br", "img", "rect", "circle", "path", "polygon", "polyline", "line", "image", "use"}


def report(run, *flags, check=True):
    return subprocess.run([PROGRAM, "report", str(run), *map(str, flags)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=check)


class Page(html.parser.HTMLParser):
    """Text, tables by caption, and everything that could lead elsewhere; an element that is not closed is an error."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.source, self.open, self.text, self.tags, self.ids = text, [], [], [], []
        self.tables, self.table, self.cell = {}, None, None
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        assert len(dict(attributes)) == len(attributes), f"an attribute twice in {tag}"
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = []
        if tag == "tr":
            self.table.append([])
        if tag in ("th", "td", "caption"):
            self.cell = ""

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> within {self.open}"
        self.open.pop()
        if tag == "caption":
            self.caption = self.cell
        if tag in ("th", "td"):
            self.table[-1].append(self.cell)
        if tag == "table":
            self.tables[self.caption] = {row[0]: row[1:] for row in self.table[1:]}

    def handle_data(self, data):
        self.text.append(data)
        if self.cell is not None:
            self.cell += data

    def words(self):
        return " ".join("".join(self.text).split())

    def leads_elsewhere(self):
        """Whatever a browser might fetch."""
        found = [f"<{tag}>" for tag, _ in self.tags if tag in ("script", "iframe", "object", "embed", "base", "form")]
        for tag, attributes in self.tags:
            for name, value in attributes.items():
                inner = name in ("href", "xlink:href") and re.match("#|data:", value or "")
                if name in ("src", "srcset", "href", "xlink:href", "action", "data", "ping") and not inner:
                    found.append(f"{tag} {name}={value}")
                if name.startswith("on"):
                    found.append(f"{tag} {name}")
        return found + re.findall(r"https?:|@import|url\(|xmlns", self.source)


def page_of(run, *flags):
    """The page about a run, read."""
    file = run.parent / (run.name + ".html")
    report(run, "-o", file, "--force", *flags)
    return Page(file.read_bytes().decode())
