"""The POSIX shell language: text to a tree, or an honest "not modelled"."""
