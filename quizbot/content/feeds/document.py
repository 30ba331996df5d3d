"""A feed file as text: its size, encoding and digest are known before the first line is read."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quizbot.content.feeds.findings import refusal

MOST_BYTES = 512 * 1024 * 1024
START = 1 << 16

Progress = Callable[[int, int], None]
"""Called now and then with the bytes read and the bytes there are."""

_CHUNK = 1 << 20
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG"}
_UNDEFINED = bytes(range(256)).decode("cp1252", errors="replace")
_NOT_WINDOWS = bytes(at for at, each in enumerate(_UNDEFINED) if each == "\ufffd")
_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Document:
    """A file that can be read as text. `start` holds its first characters, `digest` is the SHA-256 of its bytes."""

    path: Path
    size: int
    encoding: str
    digest: str
    start: str
    has_nul: bool

    def lines(self, progress: Progress | None = None) -> Iterator[str]:
        """The lines with their ends."""
        with self.path.open("rb") as raw, io.TextIOWrapper(raw, encoding=self.encoding, newline="") as text:
            for at, line in enumerate(text):
                if progress and at % _EVERY == 0:
                    progress(raw.tell(), self.size)
                yield line
        if progress:
            progress(self.size, self.size)


def inspect(path: Path) -> Document:
    """Look at a file once from end to end. Raises Refused when it is missing, empty, too large or no text."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise refusal(path, "feed-size", f"the feed has {size} bytes", "split it; 512 MB are the most")
        with path.open("rb") as raw:
            head = raw.read(START)
            seen = _Seen(path, _encoding(path, head))
            chunk = head
            while chunk:
                seen.look(chunk)
                chunk = raw.read(_CHUNK)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise refusal(path, "feed-missing", f"the feed '{path}' cannot be opened: {reason}") from None
    encoding = seen.settled()
    start = codecs.getincrementaldecoder(encoding)().decode(head)
    if not start.strip():
        raise refusal(path, "feed-empty", "the feed is empty", "export it again")
    return Document(path, size, encoding, seen.digest.hexdigest(), start, seen.nul)


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


class _Seen:
    """What passes by while the file is read: digest, zeros, and whether the encoding holds."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path, self.encoding = path, encoding
        self.digest = sha256()
        self.nul = False
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder(encoding)()
        self._windows = encoding == "utf-8-sig"

    def look(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.nul = self.nul or b"\0" in chunk
        self._windows = self._windows and not any(each in chunk for each in _NOT_WINDOWS)
        self._decode(chunk, final=False)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        try:
            if self._decoder is not None:
                self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._decoder = None

    def settled(self) -> str:
        """The encoding that holds for the whole file."""
        self._decode(b"", final=True)
        if self._decoder is not None:
            return self.encoding
        if self._windows and not self.nul:
            return "cp1252"
        text = "the feed is not text" if self.nul else "the feed is neither UTF-8, UTF-16 nor Windows-1252"
        raise refusal(self.path, "feed-binary" if self.nul else "feed-encoding", text, "save it as UTF-8")
