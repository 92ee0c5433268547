"""Where learners write in cells: the Python interface, and `%judge` and `%%judge` of IPython upon it.

Nothing of a learner's program runs here: what is judged goes through the sandbox as text, whoever asks.
"""
