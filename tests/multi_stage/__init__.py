"""Tests of files with one stage that become two."""
