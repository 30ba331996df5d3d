"""HTML to the text a reader would see."""

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "td", "th", "tr", "ul"}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object"})
_SPACE = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[\s]*")
_MAY_BE_MARKUP = re.compile(r"[<&]")


class _Reader(HTMLParser):
    """Collects text; block elements become new lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the parser's own)
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " ").replace("\r", " "))


def plain(text: str) -> str:
    """The text of some HTML: a line for each block, spaces collapsed. What has no markup stays as it is."""
    if not _MAY_BE_MARKUP.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _BREAKS.sub("\n", _SPACE.sub(" ", "".join(reader.parts))).strip()


def marked(text: str) -> str:
    """The HTML that `plain` turns into this text."""
    return html.escape(text, quote=False).replace("\n", "<br>") if _MAY_BE_MARKUP.search(text) else text
