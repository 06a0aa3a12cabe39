"""Transforms about the case of letters."""
