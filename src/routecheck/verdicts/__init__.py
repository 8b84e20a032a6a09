"""Judging: what became of each expected pickup of a service date.

Silence is never a miss. A pickup is `missed` only if the track that had to see it was there: the
scheduled vehicle's, and that of another vehicle only where it did that round. What stands in the
way (no fixes, a gap, poor fixes, a place not known) makes it `unverifiable`.

Evidence: `trajectories` (where vehicles were), `stops` (where they stood), `hidden` and `silence`
(where they may have been unseen), `rounds` (who served what), all gathered in `facts`. Rules:
`assign_visits` (which visit serves which pickup), then `criteria` in their order, `other_vehicles`
among them, then `missed`. `confidence` is measured; `field_checks` and `recalibrate` adapt it to a
site. The numbers stand in `parameters` and `confidence.toml`. `episodes` keeps all that the tracks
have of each pickup, whatever settled it.
"""

from routecheck.verdicts.judging import judge
from routecheck.verdicts.scene import Scene

__all__ = ["Scene", "judge"]
