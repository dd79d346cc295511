"""The wizard: the flow, its forms, and the door between formtools and a case."""
