"""What the demo's businesses are called and what they sell: categories, trades, services in dollars, products."""

from dataclasses import dataclass, field

# Each: slug, name, icon, parent.
CATEGORIES: tuple[tuple[str, str, str, str | None], ...] = (
    ("beauty", "Beauty", "spa", None),
    ("hair", "Hair", "content_cut", "beauty"),
    ("nails", "Nails", "brush", "beauty"),
    ("massage", "Massage", "self_improvement", "beauty"),
    ("wellness", "Wellness", "favorite", None),
    ("yoga", "Yoga", "sports_gymnastics", "wellness"),
    ("fitness", "Fitness", "fitness_center", "wellness"),
    ("health", "Health", "medical_services", None),
    ("dental", "Dental", "dentistry", "health"),
    ("physiotherapy", "Physiotherapy", "accessibility_new", "health"),
    ("home", "Home", "home_repair_service", None),
    ("cleaning", "Cleaning", "cleaning_services", "home"),
    ("plumbing", "Plumbing", "plumbing", "home"),
    ("electrical", "Electrical", "bolt", "home"),
    ("learning", "Learning", "school", None),
    ("pottery", "Pottery", "palette", "learning"),
)
PRODUCT_CATEGORIES = (
    ("skin-care", "Skin care", "water_drop"),
    ("hair-care", "Hair care", "wash"),
    ("tools", "Tools", "build"),
)


@dataclass(frozen=True, slots=True)
class ServiceSample:
    """A service: title, price in whole dollars, minutes, category, where; extras are (name, dollars, minutes)."""

    title: str
    dollars: int
    minutes: int
    category: str
    place: str = "AT_BUSINESS"
    extras: tuple[tuple[str, int, int], ...] = ()
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of business: names to choose from, what it sells, when it opens (weekdays, Saturday, Sunday)."""

    names: tuple[str, ...]
    about: str
    services: tuple[ServiceSample, ...]
    weekday: tuple[str, str] = ("09:00", "18:00")
    saturday: tuple[str, str] | None = ("10:00", "17:00")
    sunday: tuple[str, str] | None = None
    # Each: title, dollars, stock, category.
    products: tuple[tuple[str, int, int, str], ...] = field(default=())


TRADES: tuple[Trade, ...] = (
    Trade(
        ("Adunni Hair Atelier", "Crown & Coil", "The Braid House", "Silk Press Studio", "Mane Street Salon"),
        "Braids, colour and care by stylists who listen first.",
        (
            ServiceSample("Knotless braids", 38, 180, "hair", extras=(("Beads", 4, 15), ("Scalp treatment", 8, 20))),
            ServiceSample("Silk press", 22, 90, "hair", extras=(("Trim", 5, 15),)),
            ServiceSample("Colour and gloss", 45, 120, "hair"),
            ServiceSample("Gel manicure", 14, 45, "nails", extras=(("Nail art", 5, 15),)),
        ),
        products=(("Shea butter hair cream", 9, 40, "hair-care"), ("Satin bonnet", 6, 60, "hair-care")),
        sunday=("12:00", "17:00"),
    ),
    Trade(
        ("Oasis Day Spa", "Still Waters Spa", "Amber & Oak Wellness"),
        "Quiet rooms, trained hands, and time that is yours.",
        (
            ServiceSample("Deep tissue massage", 35, 60, "massage", extras=(("Hot stones", 10, 15),)),
            ServiceSample("Couples' massage", 65, 60, "massage"),
            ServiceSample("Massage at home", 50, 60, "massage", place="AT_CUSTOMER", checklist=("Table set up", "Room left tidy")),
            ServiceSample("Facial", 30, 50, "beauty"),
        ),
        saturday=("09:00", "19:00"),
        sunday=("11:00", "18:00"),
        products=(("Black soap", 5, 80, "skin-care"), ("Baobab face oil", 18, 25, "skin-care")),
    ),
    Trade(
        ("Bloom Yoga Loft", "Ashanti Yoga", "Rift Valley Movement"),
        "Small classes and private sessions for every body.",
        (
            ServiceSample("Private yoga session", 25, 60, "yoga"),
            ServiceSample("Online mobility coaching", 18, 45, "fitness", place="VIRTUAL"),
            ServiceSample("Personal training", 28, 60, "fitness"),
        ),
        weekday=("06:00", "20:00"),
        saturday=("07:00", "14:00"),
    ),
    Trade(
        ("Bright Smile Dental", "Harbour Dental Care"),
        "Gentle dentistry with prices told before the chair tilts.",
        (
            ServiceSample("Check-up and cleaning", 40, 45, "dental", checklist=("Medical history confirmed", "Instruments sterilised")),
            ServiceSample("Teeth whitening", 120, 75, "dental"),
            ServiceSample("Consultation by video", 15, 20, "dental", place="VIRTUAL"),
        ),
        weekday=("08:00", "17:00"),
        saturday=("09:00", "13:00"),
    ),
    Trade(
        ("Motion Physiotherapy", "Upright Physio"),
        "From the first step back to the finish line.",
        (
            ServiceSample("Assessment", 32, 60, "physiotherapy", checklist=("Consent signed",)),
            ServiceSample("Follow-up treatment", 24, 40, "physiotherapy"),
            ServiceSample("Treatment at home", 40, 60, "physiotherapy", place="AT_CUSTOMER"),
        ),
        weekday=("07:30", "18:30"),
        saturday=None,
    ),
    Trade(
        ("Sparkle Home Cleaning", "Broom & Bucket", "Fresh Start Cleaners"),
        "Vetted cleaners who bring everything, water included.",
        (
            ServiceSample("Apartment cleaning", 30, 180, "cleaning", place="AT_CUSTOMER", extras=(("Inside the fridge", 6, 30), ("Windows", 10, 45)), checklist=("Kitchen", "Bathrooms", "Floors", "Photos taken")),
            ServiceSample("Deep cleaning", 70, 360, "cleaning", place="AT_CUSTOMER", checklist=("Kitchen", "Bathrooms", "Behind furniture")),
        ),
        weekday=("07:00", "19:00"),
        saturday=("08:00", "16:00"),
    ),
    Trade(
        ("Clay & Kiln Workshop",),
        "Wheel, hand-building and a kiln that never sleeps.",
        (ServiceSample("First turn at the wheel", 28, 120, "pottery"), ServiceSample("Glazing session", 20, 90, "pottery")),
        weekday=("10:00", "20:00"),
        products=(("Stoneware clay, 5 kg", 12, 30, "tools"), ("Carving tools", 15, 20, "tools")),
    ),
)  # fmt: skip
# Streets that exist in the quarters' cities, for addresses that look right.
STREETS = (
    "Admiralty Way",
    "Awolowo Road",
    "Adetokunbo Ademola Crescent",
    "Ring Road",
    "Independence Avenue",
    "Ngong Road",
)
