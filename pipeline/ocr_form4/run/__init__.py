"""A run over many documents: scans, workers, executors, progress."""
