"""The engine: the order of the stages, and the way into a site."""
