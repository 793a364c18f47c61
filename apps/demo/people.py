"""The demo's people: names by country, and those whom a visitor may sign in as."""

from dataclasses import dataclass

PASSWORD = "guild-demo-2026"  # noqa: S105  # printed to everybody who starts the demo
# The second factor of the demo's ops; anybody may add it to an authenticator app. Base32.
OPS_TOTP_SEED = "GUILDDEMOGUILDDEMOGUILDDEMOGUILD"

NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "NG": (
        ("Adaeze", "Okafor"), ("Tunde", "Bakare"), ("Ngozi", "Eze"), ("Emeka", "Nwosu"), ("Funke", "Adeyemi"),
        ("Ibrahim", "Sani"), ("Zainab", "Bello"), ("Chidi", "Obi"), ("Kemi", "Balogun"), ("Segun", "Ojo"),
        ("Amina", "Yusuf"), ("Ebiere", "Dokubo"), ("Uche", "Nnamdi"), ("Bisi", "Afolabi"), ("Halima", "Garba"),
        ("Femi", "Alade"), ("Ifeoma", "Umeh"), ("Dayo", "Coker"), ("Nkechi", "Anya"), ("Sade", "Martins"),
    ),
    "GH": (
        ("Ama", "Mensah"), ("Kofi", "Boateng"), ("Akosua", "Owusu"), ("Kwame", "Asante"), ("Efua", "Addo"),
        ("Yaw", "Appiah"), ("Abena", "Osei"), ("Kojo", "Quaye"),
    ),
    "KE": (
        ("Wanjiru", "Kamau"), ("Otieno", "Ochieng"), ("Achieng", "Odhiambo"), ("Kiprop", "Koech"), ("Njeri", "Mwangi"),
        ("Mutua", "Musyoka"), ("Wambui", "Njoroge"), ("Barasa", "Wekesa"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody a visitor may sign in as."""

    role: str
    email: str
    name: str
    note: str
