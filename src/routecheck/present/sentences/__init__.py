"""Sentences about stored rows: which one, and its figures as people write them.

The sentences stand in the catalogues of `routecheck.texts`. A row of the store has the name of its
sentence and the figures in it (`criteria`), never the sentence: the language can change later
without judging again. Keys of `criteria` are documented where they are made, in the stages.
"""
