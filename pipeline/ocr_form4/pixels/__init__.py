"""Ink and crops: what is asked of pixels, whatever the stage."""
