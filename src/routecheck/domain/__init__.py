"""The words: tables, codes, settings, errors."""
