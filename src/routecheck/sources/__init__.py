"""Reading: whatever the files look like, the tables of the house come out, and rejected rows."""
