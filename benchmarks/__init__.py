"""Measures what the project promises; run by a command and never by a test."""
