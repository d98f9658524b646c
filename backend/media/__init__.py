"""Media: pictures people upload, re-made by us in three widths, public or sealed as evidence."""
