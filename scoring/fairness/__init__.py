"""Whether groups fare unequally: who is in a group, what is measured, and how it is kept. Pure."""
