"""Logs of the service: lines for people, or JSON for machines, each with the id of its run."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from routecheck.domain.errors import UsageError
from routecheck.texts.outside import shown, shown_lines, within

Form = Literal["text", "json"]
FILE_BYTES, FILES_KEPT = 5_000_000, 5
"""A log file is put aside at 5 MB, and five are kept."""
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A JSON object a line: `time` (UTC), `level`, `logger`, `message`, and what came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: value for name, value in vars(record).items() if name not in _OWN}
        # What is no text, number or list is written as text, which is looked at too.
        entry = within(json.loads(json.dumps(entry, default=str)), shown)
        if record.exc_info:
            entry["trace"] = shown_lines(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line for people: time (UTC), level, message, and the run it belongs to."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name there
        """Return the record as one line, whatever its message holds."""
        return shown(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line; lines of a traceback are marked as what they are."""
        line = shown_lines(super().format(record)).replace("\n", "\n  | ")
        run_id = getattr(record, "run_id", "")
        return f"{line}  [{run_id}]" if run_id else line


def set_up_logs(form: Form = "text", file: Path | None = None) -> None:
    """Send the program's logs to standard error, or to a file that is kept small.

    Args:
        form: text, or json.
        file: where to write them; standard error, where not given.

    Raises:
        UsageError: the file cannot be written.
    """
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.handlers.RotatingFileHandler(
                file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
            )
        except OSError as error:
            raise UsageError("log_file_refused", file=file, reason=error.strerror) from None
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger("routecheck")
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False
    # What other libraries warn of would be written as it is.
    others = logging.getLogger()
    for old in [
        one for one in others.handlers if isinstance(one.formatter, (TextLines, JsonLines))
    ]:
        others.removeHandler(old)
    warned = logging.StreamHandler(sys.stderr) if file is None else handler
    warned.setFormatter(handler.formatter)
    others.addHandler(warned)
