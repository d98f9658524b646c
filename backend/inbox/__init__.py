"""What the app's bell shows, and how it leaves the house: items, preferences, devices, push."""
