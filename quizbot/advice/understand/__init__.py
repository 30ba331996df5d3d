"""Free text: what shoppers say in their own words, understood in a closed vocabulary and never guessed silently."""
