"""Chapter 9, loyalty: do they come back because they want to?"""
