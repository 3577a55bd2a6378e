"""How programs are compared: the data, fresh processes in paired rounds, medians, tables."""
