"""Hours by how heavily a power system is loaded in them, and the surplus of each system in each class: the shipped table, and how it is made."""
