"""A feed file as text: its size, encoding and digest are known before the first line is read."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from quizbot.content.feeds.findings import refusal
from quizbot.content.problems import choose_from

MOST_BYTES = 512 * 1024 * 1024
START = 1 << 16

Progress = Callable[[int, int], None]
"""Called now and then with the bytes read and the bytes there are."""

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_PACKED = {_GZIP: "gzip", b"PK\x03\x04": "zip", b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG"}
_UNDEFINED = bytes(range(256)).decode("cp1252", errors="replace")
_NOT_WINDOWS = bytes(at for at, each in enumerate(_UNDEFINED) if each == "\ufffd")
_EVERY = 5000
_DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)
# What XML and HTML say about themselves; UTF-8 that holds and Windows-1252 need no word.
_DECLARED = re.compile(rb"""\s*<[^>]{0,200}?(?:encoding|charset)\s*=\s*["']?([\w-]{3,20})""", re.IGNORECASE)
_META = re.compile(rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?([\w-]{3,20})""", re.IGNORECASE)
_KNOWN = re.compile(r"iso-8859-\d+|windows-125\d|koi8-[ru]|shift_jis|euc-(jp|kr)|gbk|gb2312|gb18030|big5")
_SAME_AS_WINDOWS = ("iso-8859-1", "windows-1252")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that can be read as text, also one packed with gzip.

    `start` holds its first characters, `digest` is the SHA-256 of its (unpacked) bytes.
    """

    path: Path
    size: int
    encoding: str
    digest: str
    start: str
    has_nul: bool
    packed: bool = False

    def lines(self, progress: Progress | None = None) -> Iterator[str]:
        """The lines with their ends."""
        with self._opened() as (raw, text):
            for at, line in enumerate(text):
                if progress and at % _EVERY == 0:
                    progress(raw.tell(), self.size)
                yield line
        if progress:
            progress(self.size, self.size)

    def texts(self, progress: Progress | None = None) -> Iterator[str]:
        """The content piece by piece, for what has no lines."""
        with self._opened() as (raw, text):
            while piece := text.read(START):
                if progress:
                    progress(raw.tell(), self.size)
                yield piece
        if progress:
            progress(self.size, self.size)

    @contextmanager
    def _opened(self) -> Iterator[tuple[BinaryIO, io.TextIOWrapper]]:
        with (
            self.path.open("rb") as raw,
            _unpacked(raw, packed=self.packed) as content,
            io.TextIOWrapper(content, encoding=self.encoding, newline="") as text,
        ):
            yield raw, text


@contextmanager
def _unpacked(raw: BinaryIO, *, packed: bool) -> Iterator[BinaryIO]:
    """The content of a file; nothing of it is unpacked before it is read."""
    if not packed:
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as content:
        yield cast("BinaryIO", content)


def inspect(path: Path) -> Document:
    """Look at a file once from end to end. Raises Refused when it is missing, empty, too large or no text."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise refusal(path, "feed-size", f"the feed has {size} bytes", "split it; 512 MB are the most")
        with path.open("rb") as raw:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            with _unpacked(raw, packed=packed) as content:
                head, seen = _look(path, content)
    except _DAMAGED:
        raise refusal(path, "feed-binary", "the gzip file is cut off or damaged", "pack it again") from None
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        beside = sorted(each.name for each in path.parent.glob(f"*{path.suffix}")) if path.suffix else []
        remedy = choose_from(path.name, beside) if beside else "check its name, and the folder it is in"
        raise refusal(path, "feed-missing", f"the feed '{path}' cannot be opened: {reason}", remedy) from None
    encoding = seen.settled()
    start = codecs.getincrementaldecoder(encoding)().decode(head)
    if not start.strip("\ufeff \t\r\n"):
        raise refusal(path, "feed-empty", "the feed is empty", "export it again")
    return Document(path, size, encoding, seen.digest.hexdigest(), start, seen.nul, packed)


def _look(path: Path, content: BinaryIO) -> tuple[bytes, "_Seen"]:
    """The first bytes of a file, and what was seen up to its end."""
    head = chunk = content.read(START)
    seen = _Seen(path, _encoding(path, head), _declared(head))
    total = 0
    while chunk:
        total += len(chunk)
        if total > MOST_BYTES:
            raise refusal(path, "feed-size", "the feed unpacks to more than 512 MB", "split it")
        seen.look(chunk)
        chunk = content.read(_CHUNK)
    return head, seen


def _encoding(path: Path, head: bytes) -> str:
    """The encoding the first bytes speak for."""
    packed = next((name for magic, name in _PACKED.items() if head.startswith(magic)), None)
    if packed:
        raise refusal(path, "feed-binary", f"the feed is a {packed} file", "export it as text: CSV or JSON Lines")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without its mark: in western text every other byte is 0.
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(zeros) > 1 and zeros.count(0) > len(zeros) // 2 and head.count(0) < len(head) * 2 // 3:
            return encoding
    return "utf-8-sig"


def _declared(head: bytes) -> str:
    """The encoding that an XML or HTML file names, when only its word can tell."""
    if not head.lstrip().startswith(b"<"):
        return ""
    found = _DECLARED.match(head[:1024]) or _META.search(head[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    return name if _KNOWN.fullmatch(name) and name not in _SAME_AS_WINDOWS and _is_there(name) else ""


def _is_there(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


class _Seen:
    """What passes by while the file is read: digest, zeros, and which encodings hold."""

    def __init__(self, path: Path, encoding: str, declared: str) -> None:
        self.path = path
        self.digest = sha256()
        self.nul = False
        names = (encoding, declared) if declared and encoding == "utf-8-sig" else (encoding,)
        self._decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
        self._windows = encoding == "utf-8-sig"

    def look(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.nul = self.nul or b"\0" in chunk
        self._windows = self._windows and not any(each in chunk for each in _NOT_WINDOWS)
        self._decode(chunk, final=False)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        for name, decoder in list(self._decoders.items()):
            try:
                decoder.decode(chunk, final)
            except UnicodeDecodeError:
                del self._decoders[name]

    def settled(self) -> str:
        """The encoding that holds for the whole file."""
        self._decode(b"", final=True)
        holding = next(iter(self._decoders), None)
        if holding is not None:
            return holding
        if self._windows and not self.nul:
            return "cp1252"
        text = "the feed is not text" if self.nul else "the feed is neither UTF-8, UTF-16 nor Windows-1252"
        raise refusal(self.path, "feed-binary" if self.nul else "feed-encoding", text, "save it as UTF-8")
