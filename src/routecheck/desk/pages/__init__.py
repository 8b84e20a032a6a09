"""The pages of the desk, a module each: a visit in, an answer out."""
