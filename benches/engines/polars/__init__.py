"""Polars, lazily and with its streaming engine."""
