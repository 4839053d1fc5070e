"""Meteorologische Formeln, ohne Sensor und ohne Datenbank zu prüfen."""

from __future__ import annotations

import math

# Konstanten der Magnus-Formel über Wasser, gültig von -45 bis 60 °C.
MAGNUS_A = 17.62
MAGNUS_B = 243.12


def dew_point(temperature_c: float, humidity_percent: float) -> float:
    """Taupunkt in °C nach Magnus. Unter diesem Wert beschlägt das Fenster."""
    if humidity_percent <= 0:
        raise ValueError("Bei 0 % Luftfeuchte gibt es keinen Taupunkt")
    gamma = math.log(humidity_percent / 100.0) + MAGNUS_A * temperature_c / (MAGNUS_B + temperature_c)
    return MAGNUS_B * gamma / (MAGNUS_A - gamma)


def sea_level_pressure(station_hpa: float, altitude_m: float, temperature_c: float) -> float:
    """Rechnet den gemessenen Luftdruck auf Meereshöhe um, damit er mit der Wetterkarte vergleichbar ist."""
    kelvin = temperature_c + 273.15
    return station_hpa * (1.0 - 0.0065 * altitude_m / (kelvin + 0.0065 * altitude_m)) ** -5.257


def heat_index(temperature_c: float, humidity_percent: float) -> float:
    """Gefühlte Temperatur bei Schwüle (Rothfusz-Regression). Unter 27 °C die Lufttemperatur selbst."""
    if temperature_c < 27.0:
        return temperature_c
    t = temperature_c * 9 / 5 + 32
    r = humidity_percent
    fahrenheit = (
        -42.379 + 2.04901523 * t + 10.14333127 * r - 0.22475541 * t * r
        - 6.83783e-3 * t * t - 5.481717e-2 * r * r + 1.22874e-3 * t * t * r
        + 8.5282e-4 * t * r * r - 1.99e-6 * t * t * r * r
    )
    return (fahrenheit - 32) * 5 / 9


def beaufort(wind_mps: float) -> int:
    """Windstärke nach Beaufort, 0 (still) bis 12 (Orkan)."""
    limits = (0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7)
    return sum(wind_mps >= limit for limit in limits)


def pressure_tendency(hpa_three_hours_ago: float, hpa_now: float) -> str:
    """Die Drucktendenz in Worten: fällt es schnell, kommt ein Sturm."""
    change = hpa_now - hpa_three_hours_ago
    if change <= -3.5:
        return "stark fallend"
    if change <= -1.0:
        return "fallend"
    if change < 1.0:
        return "gleichbleibend"
    return "steigend"
