"""What lending systems tell of customers under the variable catalogue, over HTTP."""
