"""Liest die Sensoren der Wetterstation und schreibt die Messwerte in eine SQLite-Datenbank."""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from climate import dew_point, sea_level_pressure

ALTITUDE_M = 212.0
SECONDS_BETWEEN_READINGS = 60


@dataclass(frozen=True)
class Reading:
    """Ein Messwert zu einem Zeitpunkt (UTC)."""

    taken_at: datetime
    temperature_c: float
    humidity_percent: float
    pressure_hpa: float
    wind_mps: float | None

    @property
    def dew_point_c(self) -> float:
        return dew_point(self.temperature_c, self.humidity_percent)


class SensorGlitch(ValueError):
    """Der Sensor lieferte einen Wert, den es auf der Erde nicht gibt."""


def reject_implausible(reading: Reading) -> Reading:
    """Wirft Ausreißer weg: bei Spannungseinbruch meldet der BME280 gern 188 Grad."""
    if not -40.0 <= reading.temperature_c <= 60.0:
        raise SensorGlitch(f"Temperatur {reading.temperature_c:.1f} °C")
    if not 0.0 <= reading.humidity_percent <= 100.0:
        raise SensorGlitch(f"Luftfeuchte {reading.humidity_percent:.1f} %")
    return reading


def parse_wind_line(line: str) -> float | None:
    """Die Firmware sendet Zeilen wie ``W 3.42``; alles andere ist Rauschen auf der Leitung."""
    marker, _, value = line.strip().partition(" ")
    if marker != "W":
        return None
    try:
        return float(value)
    except ValueError:
        return None


class ReadingStore:
    """Schreibt gesammelt: die SD-Karte soll nicht jede Minute einen Commit ertragen."""

    def __init__(self, database: Path, flush_every: int = 10) -> None:
        self._connection = sqlite3.connect(database)
        self._flush_every = flush_every
        self._waiting: list[Reading] = []

    def append(self, reading: Reading) -> None:
        self._waiting.append(reading)
        if len(self._waiting) >= self._flush_every:
            self.flush_to_disk()

    def flush_to_disk(self) -> None:
        rows = [
            (r.taken_at.isoformat(), r.temperature_c, r.humidity_percent,
             sea_level_pressure(r.pressure_hpa, ALTITUDE_M, r.temperature_c), r.wind_mps)
            for r in self._waiting
        ]
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?)", rows)
        self._waiting.clear()


def read_forever(sensor: "Bme280", serial_port: TextIO) -> Iterator[Reading]:
    """Gibt jede Minute einen geprüften Messwert zurück; Ausreißer werden übersprungen."""
    while True:
        temperature, humidity, pressure = sensor.measure()
        wind = parse_wind_line(serial_port.readline())
        try:
            yield reject_implausible(
                Reading(datetime.now(timezone.utc), temperature, humidity, pressure, wind)
            )
        except SensorGlitch as glitch:
            print(f"übersprungen: {glitch}")
        time.sleep(SECONDS_BETWEEN_READINGS)


def main() -> None:
    parser = argparse.ArgumentParser(description="Datenlogger der Wetterstation")
    parser.add_argument("--database", type=Path, default=Path("readings.db"))
    parser.add_argument("--port", type=Path, default=Path("/dev/ttyUSB0"))
    arguments = parser.parse_args()

    from bme280 import Bme280  # nur auf dem Raspberry Pi vorhanden

    store = ReadingStore(arguments.database)
    with arguments.port.open() as serial_port:
        try:
            for reading in read_forever(Bme280(address=0x76), serial_port):
                store.append(reading)
        finally:
            store.flush_to_disk()


if __name__ == "__main__":
    main()
