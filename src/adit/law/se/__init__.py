"""Sweden: energy tax on electricity for mining, 2018 to today."""
