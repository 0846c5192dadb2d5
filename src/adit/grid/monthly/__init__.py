"""The surplus of each system by month, as facts that a rule of law may read: the shipped table, and how it is made from the hours."""
