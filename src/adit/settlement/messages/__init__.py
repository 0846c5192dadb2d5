"""What leaves the office: data that travel with a payment (IVMS101), a credit transfer (ISO 20022), the whole file. Not for sending, and nothing is signed."""
