"""What is known of a person besides credit: graphs, texts, habits; off unless consented, reviewed and piloted."""
