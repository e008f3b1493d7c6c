"""Prints Section 16 filings on pages of the form and puts the pages through a model of a scanner.

Only for making fixtures and study corpora: nothing of this is installed with ocr-form4. Needs
Chromium with its driver, poppler, selenium, and the fonts named in ``styles.py``; where a font is
missing the pages come out different. On Debian: ``chromium chromium-driver poppler-utils
fonts-liberation fonts-dejavu fonts-freefont-ttf fonts-urw-base35 fonts-courier-prime fonts-breip
fonts-klee fonts-dkg-handwriting fonts-sjfonts``.

Read ``documents.make_document`` first: filing -> page (``edgar_page``, ``paper_page``) ->
``scanner.scan`` -> file.
"""
