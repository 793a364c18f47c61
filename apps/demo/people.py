"""The demo's people: names by country, and those whom a visitor may sign in as."""

from dataclasses import dataclass

PASSWORD = "guild-demo-2026"  # noqa: S105  # printed to everybody who starts the demo
# The second factor of the demo's ops; anybody may add it to an authenticator app. Base32.
OPS_TOTP_SEED = "GUILDDEMOGUILDDEMOGUILDDEMOGUILD"


@dataclass(frozen=True, slots=True)
class Names:
    """Names that go together: what women and men are called, and the families."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


NAMES: dict[str, tuple[Names, ...]] = {
    "NG": (
        Names(
            ("Adaeze", "Ngozi", "Ifeoma", "Nkechi", "Chiamaka", "Amarachi"),
            ("Emeka", "Chidi", "Uche", "Obinna", "Ikenna", "Kelechi"),
            ("Okafor", "Eze", "Nwosu", "Obi", "Nnamdi", "Umeh", "Anya", "Okonkwo"),
        ),
        Names(
            ("Funke", "Kemi", "Bisi", "Sade", "Yetunde", "Titilayo"),
            ("Tunde", "Segun", "Femi", "Dayo", "Kunle", "Wale"),
            ("Bakare", "Adeyemi", "Balogun", "Ojo", "Afolabi", "Alade", "Coker", "Ogunleye"),
        ),
        Names(
            ("Zainab", "Amina", "Halima", "Aisha"),
            ("Ibrahim", "Musa", "Sani", "Yusuf"),
            ("Bello", "Garba", "Danladi", "Abubakar", "Lawal"),
        ),
        Names(("Ebiere", "Ibinabo", "Tonye"), ("Tamuno", "Boma", "Ibiso"), ("Dokubo", "Briggs", "Amachree", "Horsfall")),
    ),
    "GH": (
        Names(
            ("Ama", "Akosua", "Efua", "Abena", "Adwoa", "Esi"),
            ("Kofi", "Kwame", "Yaw", "Kojo", "Kwabena", "Ekow"),
            ("Mensah", "Boateng", "Owusu", "Asante", "Addo", "Appiah", "Osei", "Quaye"),
        ),
    ),
    "KE": (
        Names(
            ("Wanjiru", "Njeri", "Wambui", "Nyambura"),
            ("Kamau", "Mwangi", "Njoroge", "Kariuki"),
            ("Kamau", "Mwangi", "Njoroge", "Githinji", "Wekesa"),
        ),
        Names(("Achieng", "Akinyi", "Atieno"), ("Otieno", "Ochieng", "Odhiambo"), ("Ochieng", "Odhiambo", "Owino", "Okoth")),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody a visitor may sign in as."""

    role: str
    email: str
    name: str
    note: str
