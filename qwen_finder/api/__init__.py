"""How clients and service speak to each other. Knows neither the engine nor what is behind it."""
