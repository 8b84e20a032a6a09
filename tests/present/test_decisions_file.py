"""Decisions in their readable file: what goes in comes back as it was."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from routecheck.present.decisions_file import decisions_text, read_decisions
from routecheck.store.schema import UtcDateTime

COLUMNS = (
    sa.Column("point_id", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("holds_from", sa.Date),
    sa.Column("offset_m", sa.Float),
)
SIGNS = st.one_of(
    st.sampled_from("'\"\\=+-@\x1b\x07\u202e\ufeff\u200b\ufffd␛\u2028 \n\r,1P点"),
    st.characters(codec="utf-8"),
)


@given(word=st.text(SIGNS, min_size=1), by=st.text(SIGNS))
def test_every_text_comes_back(tmp_path_factory, word, by):
    row = {
        "point_id": word,
        "decided_by": by,
        "decided_at": datetime(2026, 3, 2, 6, 30, 1, 5, tzinfo=UTC),
        "holds_from": date(2026, 3, 2),
        "offset_m": 0.1 + 0.2,
    }
    written = decisions_text([row], [column.name for column in COLUMNS])
    assert not set("\x1b\x07\u202e\u200b\u2028") & set(written.decode("utf-8-sig"))
    path = tmp_path_factory.getbasetemp() / "decisions.csv"
    path.write_bytes(written)
    assert read_decisions(path, COLUMNS) == [row]


def test_what_is_ordinary_is_written_as_it_is():
    told = decisions_text([{"point_id": "某点-1", "decided_by": "=Li"}], ["point_id", "decided_by"])
    assert told.decode("utf-8-sig") == "point_id,decided_by\n某点-1,'=Li\n"
