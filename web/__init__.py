"""What the chat looks like: rendering, style, words."""
