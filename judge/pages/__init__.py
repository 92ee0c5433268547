"""Records → pages for the browser: one for a learner, one for a class, and the pictures in them.

A page is one file that loads nothing. It is built of elements, so that no text can become markup, and is
written as it is built, so that it is never held as a whole.
"""
