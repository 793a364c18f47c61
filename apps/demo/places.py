"""Cities and quarters with their true coordinates, currencies and time zones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """A city of the demo; quarters are (name, latitude, longitude)."""

    name: str
    state: str
    country: str
    time_zone: str
    currency: str
    dialling_code: str
    quarters: tuple[tuple[str, float, float], ...]
    # What mobile numbers begin with there, how many digits they have, and streets that there are.
    mobile_prefix: str
    digits: int
    streets: tuple[str, ...]
    # How much one US dollar's worth of service costs there, in minor units of the currency.
    minor_per_dollar: int


LAGOS = City(
    "Lagos", "Lagos", "NG", "Africa/Lagos", "NGN", "+234",
    (
        ("Victoria Island", 6.4281, 3.4219), ("Ikoyi", 6.4549, 3.4346), ("Lekki Phase 1", 6.4478, 3.4723),
        ("Ikeja GRA", 6.5805, 3.3595), ("Yaba", 6.5095, 3.3711), ("Surulere", 6.5006, 3.3581),
    ),
    "803", 10, ("Admiralty Way", "Awolowo Road", "Adeola Odeku Street", "Allen Avenue", "Bode Thomas Street", "Herbert Macaulay Way"),
    150_000,
)  # fmt: skip
ABUJA = City(
    "Abuja", "FCT", "NG", "Africa/Lagos", "NGN", "+234",
    (("Wuse 2", 9.0796, 7.4724), ("Maitama", 9.0882, 7.4957), ("Garki", 9.0301, 7.4911), ("Gwarinpa", 9.1107, 7.3911)),
    "805", 10, ("Adetokunbo Ademola Crescent", "Aminu Kano Crescent", "Gana Street", "Ahmadu Bello Way", "Third Avenue"),
    150_000,
)  # fmt: skip
PORT_HARCOURT = City(
    "Port Harcourt", "Rivers", "NG", "Africa/Lagos", "NGN", "+234",
    (("Old GRA", 4.7896, 7.0085), ("New GRA", 4.8156, 7.0034), ("Trans Amadi", 4.8142, 7.0378)),
    "806", 10, ("Aba Road", "Tombia Street", "Forces Avenue", "Peter Odili Road", "Olu Obasanjo Road"),
    150_000,
)  # fmt: skip
ACCRA = City(
    "Accra", "Greater Accra", "GH", "Africa/Accra", "GHS", "+233",
    (("Osu", 5.5560, -0.1827), ("East Legon", 5.6358, -0.1614), ("Cantonments", 5.5823, -0.1718)),
    "24", 9, ("Oxford Street", "Boundary Road", "Lagos Avenue", "Fifth Circular Road", "Ring Road East"),
    1_200,
)  # fmt: skip
NAIROBI = City(
    "Nairobi", "Nairobi County", "KE", "Africa/Nairobi", "KES", "+254",
    (("Westlands", -1.2676, 36.8108), ("Kilimani", -1.2921, 36.7856), ("Karen", -1.3197, 36.7073)),
    "722", 9, ("Ngong Road", "Waiyaki Way", "Argwings Kodhek Road", "Karen Road", "Mpaka Road"),
    13_000,
)  # fmt: skip
CITIES = (LAGOS, ABUJA, PORT_HARCOURT, ACCRA, NAIROBI)
