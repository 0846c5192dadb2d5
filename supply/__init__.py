"""What this project rests on: which packages the locks name, how long ago each was locked, and a bill of materials. Not for installing anything."""
