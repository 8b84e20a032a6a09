"""Alembic's environment: how a store of an earlier schema is brought to the present one."""
