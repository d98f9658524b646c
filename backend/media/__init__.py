"""Media: pictures people upload, re-made by us in three widths, and PDFs; public, attached, or sealed as evidence."""
