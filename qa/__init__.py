"""Question -> answer. Knows nothing of Gradio."""
