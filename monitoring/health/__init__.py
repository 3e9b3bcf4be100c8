"""The financial health code: what colour a customer has, why, and for which purposes others may see it."""
