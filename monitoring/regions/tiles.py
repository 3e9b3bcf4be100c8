"""Where the states of the USA and the District of Columbia stand on a tile map: one square each, roughly in place.

Column and row from 0, the layout commonly used by newsrooms; names are facts. Other regions carry their own place.
"""

from typing import Final, NamedTuple


class Tile(NamedTuple):
    """A region's place and names."""

    column: int
    row: int
    en: str
    zh: str


US_STATES: Final[dict[str, Tile]] = {
    "AK": Tile(0, 0, "Alaska", "阿拉斯加州"),
    "ME": Tile(10, 0, "Maine", "缅因州"),
    "VT": Tile(9, 1, "Vermont", "佛蒙特州"),
    "NH": Tile(10, 1, "New Hampshire", "新罕布什尔州"),
    "WA": Tile(0, 2, "Washington", "华盛顿州"),
    "ID": Tile(1, 2, "Idaho", "爱达荷州"),
    "MT": Tile(2, 2, "Montana", "蒙大拿州"),
    "ND": Tile(3, 2, "North Dakota", "北达科他州"),
    "MN": Tile(4, 2, "Minnesota", "明尼苏达州"),
    "IL": Tile(5, 2, "Illinois", "伊利诺伊州"),
    "WI": Tile(6, 2, "Wisconsin", "威斯康星州"),
    "MI": Tile(7, 2, "Michigan", "密歇根州"),
    "NY": Tile(8, 2, "New York", "纽约州"),
    "RI": Tile(9, 2, "Rhode Island", "罗得岛州"),
    "MA": Tile(10, 2, "Massachusetts", "马萨诸塞州"),
    "OR": Tile(0, 3, "Oregon", "俄勒冈州"),
    "NV": Tile(1, 3, "Nevada", "内华达州"),
    "WY": Tile(2, 3, "Wyoming", "怀俄明州"),
    "SD": Tile(3, 3, "South Dakota", "南达科他州"),
    "IA": Tile(4, 3, "Iowa", "艾奥瓦州"),
    "IN": Tile(5, 3, "Indiana", "印第安纳州"),
    "OH": Tile(6, 3, "Ohio", "俄亥俄州"),
    "PA": Tile(7, 3, "Pennsylvania", "宾夕法尼亚州"),
    "NJ": Tile(8, 3, "New Jersey", "新泽西州"),
    "CT": Tile(9, 3, "Connecticut", "康涅狄格州"),
    "CA": Tile(0, 4, "California", "加利福尼亚州"),
    "UT": Tile(1, 4, "Utah", "犹他州"),
    "CO": Tile(2, 4, "Colorado", "科罗拉多州"),
    "NE": Tile(3, 4, "Nebraska", "内布拉斯加州"),
    "MO": Tile(4, 4, "Missouri", "密苏里州"),
    "KY": Tile(5, 4, "Kentucky", "肯塔基州"),
    "WV": Tile(6, 4, "West Virginia", "西弗吉尼亚州"),
    "VA": Tile(7, 4, "Virginia", "弗吉尼亚州"),
    "MD": Tile(8, 4, "Maryland", "马里兰州"),
    "DE": Tile(9, 4, "Delaware", "特拉华州"),
    "AZ": Tile(1, 5, "Arizona", "亚利桑那州"),
    "NM": Tile(2, 5, "New Mexico", "新墨西哥州"),
    "KS": Tile(3, 5, "Kansas", "堪萨斯州"),
    "AR": Tile(4, 5, "Arkansas", "阿肯色州"),
    "TN": Tile(5, 5, "Tennessee", "田纳西州"),
    "NC": Tile(6, 5, "North Carolina", "北卡罗来纳州"),
    "SC": Tile(7, 5, "South Carolina", "南卡罗来纳州"),
    "DC": Tile(8, 5, "District of Columbia", "哥伦比亚特区"),
    "OK": Tile(3, 6, "Oklahoma", "俄克拉何马州"),
    "LA": Tile(4, 6, "Louisiana", "路易斯安那州"),
    "MS": Tile(5, 6, "Mississippi", "密西西比州"),
    "AL": Tile(6, 6, "Alabama", "亚拉巴马州"),
    "GA": Tile(7, 6, "Georgia", "佐治亚州"),
    "HI": Tile(0, 7, "Hawaii", "夏威夷州"),
    "TX": Tile(3, 7, "Texas", "得克萨斯州"),
    "FL": Tile(8, 7, "Florida", "佛罗里达州"),
}
