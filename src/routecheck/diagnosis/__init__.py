"""Diagnosing: where the points really are, inferred from where vehicles stop for them.

Three nets, coarse to fine: batches recorded in another datum or shifted as a whole; single points
that were written wrongly or misplaced; points whose stand lies just outside the tolerance. What
is found is proposed with its evidence and used for judging meanwhile; what contradicts a record
without settling the right place makes the point unsettled.
"""

from routecheck.diagnosis.diagnosis import Diagnosis, diagnose
from routecheck.diagnosis.history import summarise

__all__ = ["Diagnosis", "diagnose", "summarise"]
