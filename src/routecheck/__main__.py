"""`python -m routecheck`."""

from routecheck.cli import main

main()
