"""Standard texts (常用语): what is often written in a form, kept once for the whole office."""
