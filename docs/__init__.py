"""The pages, and the programs that make what they show: `docs.commands`, `docs.notebooks`,
`docs.pictures`, `docs.site`."""
