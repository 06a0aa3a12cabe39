"""Proof by building: both Dockerfiles are built with a real engine, and what comes out is compared."""
