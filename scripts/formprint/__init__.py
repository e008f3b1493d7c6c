"""Prints Section 16 filings on pages of the form and puts the pages through a model of a scanner.

Only for making fixtures and study corpora: nothing of this is installed with ocr-form4. Needs Chromium with its driver
(Debian: ``chromium chromium-driver``), poppler, and the fonts named in ``styles.py``.
"""
