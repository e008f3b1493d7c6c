"""What is done: from a scan to a filing with evidence."""

__version__ = "0.1.0"
