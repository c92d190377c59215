"""A demonstration: songs that follow the expression of who listens, as A-MobileNet's paper proposes (section 3.2).

library     a folder of songs, each with the expression that it is for
choice      which song plays, from what is seen and what a hand chooses
listening   the same, shared by the thread that sees and the page that shows
"""
