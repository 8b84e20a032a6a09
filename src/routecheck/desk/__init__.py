"""The desk: the pages of a site in the browser, for whoever has no command line.

The same session, the same queries and the same decisions as the command line has; only who asks,
and how it is shown, is of this room. Nothing is held while a page is shown, no path from a request
reaches the disk, and all that comes from a browser is taken for hostile (`guard`, `forms`).
"""
