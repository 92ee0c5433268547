"""An author's check of an exercise: is what is there good enough to judge by?

Each check gives results and tables, all of them make one record, and text, JSON and the page show it. What
computes runs in trusted workers; here it is only compared.
"""
