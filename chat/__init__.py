"""The Gradio page: carries questions one way and drawings the other."""
