"""Results that outlive a run: asked before the engine what is there, told after it what was found out.

All of it goes through SQLAlchemy Core, one code for SQLite and PostgreSQL, and is imported where a store
is used.
"""
