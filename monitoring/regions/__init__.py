"""Products and regions by complete business months: how they move, what weighs on repayment, what could be offered."""
