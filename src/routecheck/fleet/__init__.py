"""Many sites, worked on together: one command, one page, and no site that stops another.

A site and the dates that are due of it are one piece of work: a call with plain arguments that
reads the site's own inputs and writes its own store, wherever it runs (`work`): in this process, in
processes beside it, or on workers of Dask (`engine.workers`). The store of a site has one runner at
a time and takes a date in one transaction; so a piece that runs twice, or whose worker dies, leaves
one result.
"""
