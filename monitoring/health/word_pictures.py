"""The words of the colours as pictures, for QR codes in PNG: width, height, rows of one bit a dot (zlib, base64)."""

WORDS: dict[str, tuple[int, int, str]] = {
    "GREEN": (
        152,
        26,
        "eNpd0bFKxTAUBuCTG/BsySoodnB3LlhuB1/IwSHg0EiGLmLf4D6HQ4dKB8f7AiIFB9fCXQKWHE9iL5eYIZAPcvLzByBfNj9W"
        "zSKmnEomsv9J0gDCI0kaaZwMGLhEJgxIbqV7ONfSgqY2Ao2zgYfaF2ih6NB9DXKQTN+1rynA1QafEnkj9vwAUwUnCk3IaDFi"
        "acKNUif6MKJvgmIywOM5hvs0UEqbqI4hmPac6/r5SC5RCeFxp3l8JBlnvb+KcNtHqrDtEo1MF36l1iXyYtaTAgXbI715gGJW"
        "3FHRtW5c6az2CjaxCc7FTQwetj+9AmmROP0fiXDYKUArFrSHREb4uxdNWfli0HyJ8i/SVnKubKm0/wI5brcV",
    ),
    "AMBER": (
        152,
        26,
        "eNpl0DFuwyAUBuBHGRgqmTWD8+gxMqDmSh6ZaqocoDdor5GRKBchU1ePHpDp/1yrCSqL5U/63/uB6H7ULdMLNUcotOTqQmP+"
        "R3UinR3NY3aLK0Lqj2bQIrN0ymSyi/NYQFXIXECTe5/DKxPbONb6UWs0gxCDjNAXyA77y7mlLuyv59CvREzPp1PsDu46B7+S"
        "rUWD+MDfASUKxm/U+41QouP+TuiOqkIYfyz8FmQjLiRBoUXIYrx/IP9LvAajjsi0RIQ/v85iuwYjxcHyTjYuW69IeUImyOOg"
        "vUpZR5Un8wmaQDqZm2xsHv+YRlVraogsodcj7ehJPj/10qZl",
    ),
    "RED": (
        112,
        25,
        "eNpV0C0OwzAMBeDXBWTMO0GzIxQGROq1ylo2uCuF7Ro+QtgKqnp2+jPVksFH/GwDtRrtO45qMtBeFOZD7iO5X9DPJDTDvSSP"
        "qkW1wqtKRL+qZPJdbMqAFAhEmWJ0IpxI5XI7RH+KQ/mrMd2YT3GEKdCqcrlKE0x+2rRUURehU3SzfYopDRelLc+mYJPPd5iQ"
        "2ronqp6aZzegmKLuokL4CjOG5N92u0nkeEzwwqOUXQ/tXvgHRkJ3Sw==",
    ),
    "NOT_ASSESSED": (
        280,
        26,
        "eNqF0k9qGzEUBvAnBqJCIdo2NM3QY5RMrfRGKd0o2GQUsvAuOUKvIq96jTdk4V2Q8KIqGL9+0oydTRJ78GfD/BbvH9FbHzf+"
        "XBMdIfw++dSLOkI6kHBNM+0tyZZaMr5Vwi0hByHqJV8ciIRKLPcr4T4gBwmFGMUNiNV3wiCW+iwJfyNykFjIybe1/i1s9f0m"
        "ak/W55QGVmkoOeTa0USWy5BBLn38yj9Y4VvSTcSMxDuQuY+KX55FIbdn69ajlj8j+RWyKijW5K6SL8+FfJ/Iz7BTW7zc1uRO"
        "iez2ZP1IHUgKvReF/gm5Gsnp2fNnkO7vSAaucwl1Lnui+GMhmz3R0WBkhpGrUsuWTnu5f5TQzWstGL3KTWJqIrKUq3YHcjmR"
        "iBZAKNJIGjkQ+ypZkBaPWpoHFbp2GbCAJsQr50F89IVkMvNg7iZSd9QEl/8lvEypJHY0u4l7YrBpEH8jG2z4Cc9QN71w+UBw"
        "L9pr73oW3AuGV+4F/blbM9VSrq6QrvUWrVuy9epUdLMLEHT05ukGd35+hGAGH44TGmv5D/xvYIU=",
    ),
}
