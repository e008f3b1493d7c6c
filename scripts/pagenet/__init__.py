"""The page network: pages with pixel-true labels, the hands that spoil them, the network and its
training.
"""
