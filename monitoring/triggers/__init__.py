"""What warns of trouble: how good each trigger is, thresholds that officers can keep up with. Pure."""
