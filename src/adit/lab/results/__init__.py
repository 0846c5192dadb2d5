"""What a run comes to: figures by month and place with bands, the outcomes by which scenarios are compared, and the folder that keeps them.

Not for running (`lab/run`) or for pages and pictures.
"""
