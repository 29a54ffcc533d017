"""Survey microdata: exported answers → shares with their own n, nobody's personal data, no cell that is too small."""
