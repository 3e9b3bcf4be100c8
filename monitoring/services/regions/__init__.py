"""Products and regions: months kept from the book, figures, placements and plans for approval."""
