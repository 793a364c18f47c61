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
    about: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of business: names to choose from, what it sells, when it opens (weekdays, Saturday, Sunday)."""

    names: tuple[str, ...]
    about: str
    # Its picture, and how its people speak of themselves; {name} is the first name, {years} how long.
    picture: str
    bios: tuple[str, ...]
    services: tuple[ServiceSample, ...]
    weekday: tuple[str, str] = ("09:00", "18:00")
    saturday: tuple[str, str] | None = ("10:00", "17:00")
    sunday: tuple[str, str] | None = None
    # Each: title, dollars, stock, category, description.
    products: tuple[tuple[str, int, int, str, str], ...] = field(default=())
    # Whether the owner looks at each paid booking before it is confirmed.
    approves: bool = False


TRADES: tuple[Trade, ...] = (
    Trade(
        ("Adunni Hair Atelier", "Crown & Coil", "The Braid House", "Silk Press Studio", "Mane Street Salon"),
        "Braids, colour and care by stylists who listen first.",
        "hair",
        (
            "{name} has braided for {years} years and will tell you honestly which style your edges can take.",
            "Trained in Accra, {name} is asked for by name for colour that grows out softly.",
            "{name} works quietly and quickly; most clients are out before the school run.",
        ),
        (
            ServiceSample("Knotless braids", 38, 180, "hair", extras=(("Beads", 4, 15), ("Scalp treatment", 8, 20)), about="Small to medium, waist length, with extensions included. Wash the day before and come with dry, stretched hair."),
            ServiceSample("Silk press", 22, 90, "hair", extras=(("Trim", 5, 15),), about="Wash, deep condition, blow-dry and press. Smooth for two weeks if you wrap it at night."),
            ServiceSample("Colour and gloss", 45, 120, "hair", about="Full colour with a bond builder, then a gloss. A strand test comes first; we say no when hair needs rest."),
            ServiceSample("Gel manicure", 14, 45, "nails", extras=(("Nail art", 5, 15),), about="Shape, cuticle care and gel colour that holds for two to three weeks."),
        ),
        products=(("Shea butter hair cream", 9, 40, "hair-care", "Raw shea from Tamale, whipped with baobab oil. 250 ml."), ("Satin bonnet", 6, 60, "hair-care", "Double-lined, one size, keeps a silk press for two weeks.")),
        sunday=("12:00", "17:00"),
    ),
    Trade(
        ("Oasis Day Spa", "Still Waters Spa", "Amber & Oak Wellness"),
        "Quiet rooms, trained hands, and time that is yours.",
        "massage",
        (
            "{name} has {years} years of deep tissue and sports massage, and strong, unhurried hands.",
            "Certified in aromatherapy, {name} asks first and presses second.",
            "{name} came from a hotel spa and kept its standards, not its prices.",
        ),
        (
            ServiceSample("Deep tissue massage", 35, 60, "massage", extras=(("Hot stones", 10, 15),), about="Slow, firm work on back, neck and shoulders. Tell us about old injuries."),
            ServiceSample("Couples' massage", 65, 60, "massage", about="Two therapists, one room, one hour. Tea afterwards."),
            ServiceSample("Massage at home", 50, 60, "massage", place="AT_CUSTOMER", checklist=("Table set up", "Room left tidy"), about="We bring table, towels and oil; you need two metres by three and a door that closes."),
            ServiceSample("Facial", 30, 50, "beauty", about="Cleanse, exfoliate, mask and massage for melanin-rich skin."),
        ),
        saturday=("09:00", "19:00"),
        sunday=("11:00", "18:00"),
        products=(("Black soap", 5, 80, "skin-care", "Alata soap, cooked for two days. 300 g."), ("Baobab face oil", 18, 25, "skin-care", "Cold-pressed, unscented. 30 ml.")),
    ),
    Trade(
        ("Ashanti Yoga", "Rift Valley Movement", "Bloom Yoga Loft"),
        "Small classes and private sessions for every body.",
        "yoga",
        (
            "{name} has taught for {years} years and never asks a beginner to stand on their head.",
            "A runner turned teacher, {name} works on hips, backs and breath.",
            "{name} plans every session for one person: you.",
        ),
        (
            ServiceSample("Private yoga session", 25, 60, "yoga", about="One teacher, one mat, your pace. Beginners are welcome."),
            ServiceSample("Online mobility coaching", 18, 45, "fitness", place="VIRTUAL", about="By video: a look at how you move, then a ten-minute routine for your desk."),
            ServiceSample("Personal training", 28, 60, "fitness", about="Strength and stamina, measured and planned; the first session is an assessment."),
        ),
        weekday=("06:00", "20:00"),
        saturday=("07:00", "14:00"),
    ),
    Trade(
        ("Bright Smile Dental", "Harbour Dental Care"),
        "Gentle dentistry with prices told before the chair tilts.",
        "dental",
        (
            "Dr {name} has {years} years at the chair and explains every step before it is taken.",
            "Dr {name} is the one whom nervous patients ask for.",
            "Dr {name} keeps children laughing long enough to finish.",
        ),
        (
            ServiceSample("Check-up and cleaning", 40, 45, "dental", checklist=("Medical history confirmed", "Instruments sterilised"), about="Examination, X-ray where needed, scaling and polish. You hear the price of anything more before it is done."),
            ServiceSample("Teeth whitening", 120, 75, "dental", about="In-chair whitening, two to six shades, with sensitivity care."),
            ServiceSample("Consultation by video", 15, 20, "dental", place="VIRTUAL", about="Show us what hurts; leave with a plan and an honest price."),
        ),
        approves=True,
        weekday=("08:00", "17:00"),
        saturday=("09:00", "13:00"),
    ),
    Trade(
        ("Motion Physiotherapy", "Upright Physio"),
        "From the first step back to the finish line.",
        "physiotherapy",
        (
            "{name} looked after a football club for {years} years and now looks after knees of every age.",
            "{name} measures, explains, and sends you home with three exercises, not thirty.",
            "{name} specialises in backs that sit all day.",
        ),
        (
            ServiceSample("Assessment", 32, 60, "physiotherapy", checklist=("Consent signed",), about="History, movement tests and a written plan."),
            ServiceSample("Follow-up treatment", 24, 40, "physiotherapy", about="Hands-on treatment and the next three exercises."),
            ServiceSample("Treatment at home", 40, 60, "physiotherapy", place="AT_CUSTOMER", about="For those who cannot travel; we bring the table."),
        ),
        weekday=("07:30", "18:30"),
        saturday=None,
    ),
    Trade(
        ("Sparkle Home Cleaning", "Broom & Bucket", "Fresh Start Cleaners"),
        "Vetted cleaners who bring everything, water included.",
        "cleaning",
        (
            "{name} has {years} years in hotels behind them; beds come out square.",
            "{name} brings everything, works to a list, and sends photos when done.",
            "Clients trust {name} with their keys; references are on file.",
        ),
        (
            ServiceSample("Apartment cleaning", 30, 180, "cleaning", place="AT_CUSTOMER", extras=(("Inside the fridge", 6, 30), ("Windows", 10, 45)), checklist=("Kitchen", "Bathrooms", "Floors", "Photos taken"), about="Two rooms, kitchen and bath, by a team of two. Materials included."),
            ServiceSample("Deep cleaning", 70, 360, "cleaning", place="AT_CUSTOMER", checklist=("Kitchen", "Bathrooms", "Behind furniture"), about="Behind and under everything, windows inside, cupboards out. For moving in or out."),
        ),
        weekday=("07:00", "19:00"),
        saturday=("08:00", "16:00"),
    ),
    Trade(
        ("Clay & Kiln Workshop",),
        "Wheel, hand-building and a kiln that never sleeps.",
        "pottery",
        (
            "{name} has thrown pots for {years} years and still likes the first five minutes best.",
            "{name} mixes every glaze by hand.",
            "{name} teaches slowly, so that you take home something you made.",
        ),
        (ServiceSample("First turn at the wheel", 28, 120, "pottery", about="Two hours, one wheel, two bowls. We fire and glaze them for you; fetch them in ten days."), ServiceSample("Glazing session", 20, 90, "pottery", about="Bring bisque of your own or choose from the shelf.")),
        weekday=("10:00", "20:00"),
        products=(("Stoneware clay, 5 kg", 12, 30, "tools", "Smooth, grey, fires to 1,240 °C."), ("Carving tools", 15, 20, "tools", "Six tools of beech and steel, in a roll.")),
    ),
)  # fmt: skip
