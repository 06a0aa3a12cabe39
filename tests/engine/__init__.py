"""Tests that build images with a real engine, marker ``engine``."""
