"""Portraits where rules have a say: what decisions tell them, and the segments customers belong to."""
