"""Static checks of a rule-set document, one file each. What they claim is proven; what they cannot tell they leave."""
