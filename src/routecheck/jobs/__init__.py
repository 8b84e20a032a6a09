"""Jobs: what changes the store: a run, catching up, decisions."""
