"""Decisions in the admin: the list, and each as a page, a letter and a case of a draft."""
