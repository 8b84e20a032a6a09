"""The stages: functions of tables to tables.

They know the words and the geometry, and nothing of each other; only the pipeline knows their
order.
"""
