"""The project around the product: settings, addresses and the doors for web servers."""
