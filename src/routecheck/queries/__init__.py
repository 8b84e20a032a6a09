"""Queries: typed answers to one question each, without text."""
