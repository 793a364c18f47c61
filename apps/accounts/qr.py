from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_svg(text: str) -> str:
    """A QR code of ``text`` as an SVG document."""
    page = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(page)
    return page.getvalue().decode()
