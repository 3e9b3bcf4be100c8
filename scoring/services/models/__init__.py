"""Models in the registry: taken in, put forward for a role, approved and retired."""
