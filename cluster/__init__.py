"""The same archive on engines that others run: Milvus keeps it, Ray builds it."""
