"""A function of a session, and all that it uses from other cells, put together as one program: as text.

The cells' own text is the source; the session's values only say which text still holds. Nothing is called.
"""
