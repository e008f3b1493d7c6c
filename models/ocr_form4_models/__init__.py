"""What things are: pages, readings, fields, filings and checks, without I/O, OpenCV or OCR."""
