"""Measurements, each as a ratio of two figures taken in one run.  ``make bench`` prints them all."""
