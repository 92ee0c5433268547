"""Programs with one small change, made from the text of right ones: what do the cases not see?"""
