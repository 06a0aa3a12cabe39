"""Translation validation: is a rewritten Dockerfile the same program, up to what the patch declared?

Transforms do not use anything in here; it reads the tree and the tables on its own.
"""
