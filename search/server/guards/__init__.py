"""What every request passes before it is answered: the name of the server, the token, the rate, the origin, the size."""
