"""Bytes of a file as blocks of whole lines in UTF-8, whatever they were."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import FileLimits

BLOCK_BYTES = 8 << 20
"""Large enough for a county-day of fixes, small enough for any machine."""
LONGEST_LINE = 1 << 20
"""A line of a megabyte is no table: a compressed bomb, or something binary."""

BAD_CHARACTER = "\ufffd"
"""Stands for bytes that are no text, NUL among them; a row that needs such a cell is rejected."""

_NOT_TEXT = (
    (b"PK\x03\x04", "format_workbook"),
    (b"\xd0\xcf\x11\xe0", "format_old_workbook"),
    (b"\xff\xfe", "format_utf16"),
    (b"\xfe\xff", "format_utf16"),
    (b"%PDF", "format_pdf"),
    (b"PAR1", "format_parquet"),
    (b"SQLite format 3", "format_sqlite"),
)
_TEXT_BYTES = bytes(set(range(256)) - set(range(9)) - set(range(14, 32)))
"""All bytes but the control characters that no table has."""


class _Gunzip:
    """Unpacks gzip and gives, where it is cut off, what there is (the gzip module drops it)."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._member = zlib.decompressobj(31)
        self._packed = b""
        self.broken = False

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and not self.broken:
            self._packed = self._packed or self._raw.read(1 << 16)
            if self._member.eof:
                # Another member may follow, or blocks of zeros as tapes have them.
                self._packed = self._packed.lstrip(b"\0")
                if not self._packed:
                    break
                self._member = zlib.decompressobj(31)
            if not self._packed:
                self.broken = True
                break
            try:
                part = self._member.decompress(self._packed, size)
            except zlib.error:
                self.broken = True
                break
            self._packed = self._member.unconsumed_tail or self._member.unused_data
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class LineReader:
    """Cuts a stream into blocks of whole lines and gives them as UTF-8.

    UTF-8 with or without byte-order mark is tried first, then GB18030, never Latin-1, which takes
    anything. A file is in one encoding: that of most of its first lines that are not ASCII. Bytes
    that are no text in it become U+FFFD.

    Args:
        raw: the file.
        size: its bytes.
        limits: what it may unpack to, and how long that may take.
        whole: whether all of it is held at once.
        encoding: `auto`, or one that was declared.
    """

    def __init__(
        self,
        raw: IO[bytes],
        size: int,
        limits: FileLimits,
        *,
        whole: bool,
        encoding: str = "auto",
    ) -> None:
        self.label, self._limits, self._size, self._whole = limits.label, limits, size, whole
        self._unpacked = 0
        self.encoding = "" if encoding == "auto" else encoding
        self.cut_off = ""
        head = raw.read(4096)
        raw.seek(0)
        packed = head.startswith(b"\x1f\x8b")
        self._stream = _Gunzip(raw) if packed else raw
        if not packed:
            self._refuse_binary(head)

    def blocks(self) -> Iterator[tuple[bytes, bool]]:
        """Yield blocks with LF at the ends of lines, and whether the last line had an end."""
        rest = b""
        first = True
        while True:
            data = self._read()
            if first:
                self._refuse_binary(data[:4096])
                data = data.removeprefix(b"\xef\xbb\xbf")
                first = False
            block = rest + data
            if not data:
                if block:
                    yield self._utf8(block), False
                return
            end = _last_line_end(block)
            if end == 0:
                if len(block) > LONGEST_LINE:
                    raise UnreadableFileError("line_too_long", file=self.label, bytes=LONGEST_LINE)
                rest = block
                continue
            rest = block[end:]
            yield self._utf8(block[:end]), True

    def _read(self) -> bytes:
        data = self._stream.read(BLOCK_BYTES)
        self._unpacked += len(data)
        self._limits.time()
        if self._whole:
            self._limits.whole(self._unpacked)
        if isinstance(self._stream, _Gunzip):
            self._limits.unpacked(self._unpacked, self._size)
            if self._stream.broken:
                # What was read before stands; the last line is incomplete like that of any cut
                # file.
                self.cut_off = Message("gzip_cut")
        return data

    def _refuse_binary(self, head: bytes) -> None:
        for magic, what in _NOT_TEXT:
            if head.startswith(magic):
                raise UnreadableFileError("wrong_format", file=self.label, what=Message(what))
        # By its first line too: a row of NULs in a small table is a bad row, and the table is text.
        first = re.split(rb"[\r\n]", head, maxsplit=1)[0]
        if all(len(part.translate(None, _TEXT_BYTES)) > len(part) // 20 for part in (head, first)):
            raise UnreadableFileError("binary", file=self.label)

    def _utf8(self, block: bytes) -> bytes:
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
            if b"\n" not in block:
                block = block.replace(b"\r", b"\n")
        if b"\0" in block:
            block = block.replace(b"\0", BAD_CHARACTER.encode())
        if not self.encoding:
            if block.isascii():
                return block
            self.encoding = _guess(block)
        if self.encoding == "utf-8":
            try:
                block.decode()
            except UnicodeDecodeError:
                return block.decode(errors="replace").encode()
            return block
        return block.decode(self.encoding, errors="replace").encode()


def _last_line_end(block: bytes) -> int:
    """Return where the last whole line ends, before a quoted cell that spans the end if it may."""
    end = block.rfind(b"\n") + 1
    if b'"' not in block:
        return end or (block.rfind(b"\r", 0, -1) + 1)
    before = end
    for _ in range(20):
        if before == 0 or block.count(b'"', 0, before) % 2 == 0:
            return before or end
        before = block.rfind(b"\n", 0, before - 1) + 1
    return end


def _guess(block: bytes) -> str:
    head = block[: 1 << 18]
    block = block if head.isascii() else head
    lines = [line for line in block.split(b"\n") if not line.isascii()][:1000]
    right = sum(_decodes(line, "utf-8") for line in lines)
    return "utf-8" if 2 * right > len(lines) else "gb18030"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def guess_encoding(data: bytes) -> str:
    """Return `utf-8` or `gb18030`, whichever the lines of `data` are in."""
    return "utf-8" if data.isascii() else _guess(data)
