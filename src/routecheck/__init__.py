"""routecheck: which waste pickups were really missed, from GPS alone."""

__version__ = "0.1.0"
