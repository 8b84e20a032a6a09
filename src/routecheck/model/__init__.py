"""The words of the house: tables, codes, settings and the sentences people read."""
