"""How detectors read a batch that is cut into parts: what is made of which of them, and how it is added."""
