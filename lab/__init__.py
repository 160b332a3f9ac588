"""What makes the weights and the numbers; the product never imports it."""
