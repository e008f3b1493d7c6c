"""Makes the line reader: PP-OCR's recogniser trained further on lines as Form 4 prints and scanners
spoil them.
"""
