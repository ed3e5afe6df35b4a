"""Temperatures of three regions, all stations asked at once. The north is warmer than it should be: run it to see."""

import asyncio
from dataclasses import dataclass

REPORTS = {
    "north": {"Oslo": "4 C", "Bergen": "7 C", "Duluth": "41 F"},
    "middle": {"Kyiv": "11 C", "Lyon": "14 C"},
    "south": {"Nairobi": "22 C", "Lima": "19 C", "Perth": "24 C"},
}


@dataclass
class Reading:
    station: str
    celsius: float


async def receive(region: str, station: str) -> str:
    """Stands for the network: farther stations take longer."""
    await asyncio.sleep(0.05 * len(station))
    return REPORTS[region][station]


def parse(report: str) -> float:
    number, _unit = report.split()
    return float(number)


async def read_station(region: str, station: str) -> Reading:
    report = await receive(region, station)
    celsius = parse(report)
    return Reading(station, celsius)


async def average_of(region: str) -> float:
    readings = await asyncio.gather(*(read_station(region, station) for station in REPORTS[region]))
    return sum(reading.celsius for reading in readings) / len(readings)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        averages = {region: group.create_task(average_of(region), name=region) for region in REPORTS}
    for region, task in averages.items():
        print(f"{region:8} {task.result():5.1f}")


if __name__ == "__main__":
    asyncio.run(main())
