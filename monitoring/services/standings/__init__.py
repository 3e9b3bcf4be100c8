"""What post-loan tells pre-loan of a customer, product by product: `lending.CustomerStanding`."""
