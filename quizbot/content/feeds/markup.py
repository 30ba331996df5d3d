"""HTML to the text a reader would see.

The standard library's parser takes 46 seconds for 60 kB of `<a `; this one reads each character a few times at most.
"""

import html
import re
from collections.abc import Iterator

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "td", "th", "tr", "ul"}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object"})
_MAY_BE_MARKUP = re.compile(r"<[A-Za-z/!?]|&[A-Za-z#]")
_PREFORMATTED = re.compile(r"<pre>([^<]*+)</pre>")
# No part of a tag reaches beyond the next "<", and what was read is never given back: linear time.
_TAG = re.compile(r"""<(?:(/?)([A-Za-z][A-Za-z0-9]*+)(?:[^<>"']|"[^"<]*+"|'[^'<]*+'|["'])*+|[!?][^<>]*+)>""")


def plain(text: str) -> str:
    """The text of some HTML: a line for each block, spaces collapsed. Without markup, or preformatted, it stays."""
    if not _MAY_BE_MARKUP.search(text):
        return text
    if kept := _PREFORMATTED.fullmatch(text):
        return html.unescape(kept[1])
    read = "".join(_texts(" ".join("".join(_without_comments(text)).split())))
    lines = (" ".join(each.split()) for each in read.split("\n"))
    return "\n".join(filter(None, lines))


def _without_comments(text: str) -> Iterator[str]:
    start = 0
    while (comment := text.find("<!--", start)) >= 0 and (end := text.find("-->", comment)) >= 0:
        yield text[start:comment]
        start = end + 3
    yield text[start:]


def _texts(text: str) -> Iterator[str]:
    """The texts between tags, and a new line for each block."""
    start, silent = 0, ""
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if not silent:
            yield html.unescape(text[start : tag.start()])
            if name in _BLOCKS:
                yield "\n"
            elif name in _SILENT and not tag[1]:
                silent = name
        elif tag[1] and name == silent:
            silent = ""
        start = tag.end()
    if not silent:
        yield html.unescape(text[start:])


def marked(text: str) -> str:
    """The HTML that `plain` turns into this text: itself where it can be, preformatted where its spaces need it."""
    if plain(text) == text:
        return text
    escaped = html.escape(text, quote=False)
    written = escaped.replace("\n", "<br>")
    return written if plain(written) == text else f"<pre>{escaped}</pre>"
