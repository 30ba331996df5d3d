"""What those who agreed teach: what goes together, how traits weigh, what pleases."""
