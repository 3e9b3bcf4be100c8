"""Products and regions in the admin: pages of figures that marketing and concentration read, nothing else."""
