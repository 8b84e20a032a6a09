"""The pages, and the programs that make what they show: commands, notebooks, pictures, the site."""
