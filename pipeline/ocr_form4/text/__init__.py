"""What the form says in print, and what words and names there are."""
