"""A draft tried on one application before anybody is asked to approve it."""
