"""The stages of a reading, each a pure function from one frozen type to the next."""
