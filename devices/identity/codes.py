"""Code tables of identity cards: sex (GB/T 2261.1) and ethnicity (GB/T 3304).

Public copies of the ethnicity table carry typing errors (16, 20, 36 and 46 above all); the names here
were checked one by one against the standard's list of 56 plus 97 and 98.
"""

from __future__ import annotations

from typing import Final

SEXES: Final[dict[str, tuple[str, str]]] = {
    "0": ("未知", "unknown"),
    "1": ("男", "male"),
    "2": ("女", "female"),
    "9": ("未说明", "not stated"),
}

ETHNICITIES: Final[dict[str, tuple[str, str]]] = {
    "01": ("汉", "Han"),
    "02": ("蒙古", "Mongol"),
    "03": ("回", "Hui"),
    "04": ("藏", "Zang"),
    "05": ("维吾尔", "Uygur"),
    "06": ("苗", "Miao"),
    "07": ("彝", "Yi"),
    "08": ("壮", "Zhuang"),
    "09": ("布依", "Buyei"),
    "10": ("朝鲜", "Chosen"),
    "11": ("满", "Man"),
    "12": ("侗", "Dong"),
    "13": ("瑶", "Yao"),
    "14": ("白", "Bai"),
    "15": ("土家", "Tujia"),
    "16": ("哈尼", "Hani"),
    "17": ("哈萨克", "Kazak"),
    "18": ("傣", "Dai"),
    "19": ("黎", "Li"),
    "20": ("傈僳", "Lisu"),
    "21": ("佤", "Va"),
    "22": ("畲", "She"),
    "23": ("高山", "Gaoshan"),
    "24": ("拉祜", "Lahu"),
    "25": ("水", "Sui"),
    "26": ("东乡", "Dongxiang"),
    "27": ("纳西", "Naxi"),
    "28": ("景颇", "Jingpo"),
    "29": ("柯尔克孜", "Kirgiz"),
    "30": ("土", "Tu"),
    "31": ("达斡尔", "Daur"),
    "32": ("仫佬", "Mulao"),
    "33": ("羌", "Qiang"),
    "34": ("布朗", "Blang"),
    "35": ("撒拉", "Salar"),
    "36": ("毛南", "Maonan"),
    "37": ("仡佬", "Gelao"),
    "38": ("锡伯", "Xibe"),
    "39": ("阿昌", "Achang"),
    "40": ("普米", "Pumi"),
    "41": ("塔吉克", "Tajik"),
    "42": ("怒", "Nu"),
    "43": ("乌孜别克", "Uzbek"),
    "44": ("俄罗斯", "Russ"),
    "45": ("鄂温克", "Ewenki"),
    "46": ("德昂", "Deang"),
    "47": ("保安", "Bonan"),
    "48": ("裕固", "Yugur"),
    "49": ("京", "Gin"),
    "50": ("塔塔尔", "Tatar"),
    "51": ("独龙", "Derung"),
    "52": ("鄂伦春", "Oroqen"),
    "53": ("赫哲", "Hezhen"),
    "54": ("门巴", "Monba"),
    "55": ("珞巴", "Lhoba"),
    "56": ("基诺", "Jino"),
    "97": ("其他", "other"),
    "98": ("外国血统中国籍人士", "of foreign descent, Chinese nationality"),
}


def sex_name(code: str, english: bool = False) -> str:
    """The name of a GB/T 2261.1 digit; an empty code stays empty, an unlisted one is shown as it is."""
    return _name(SEXES, code, english)


def ethnicity_name(code: str, english: bool = False) -> str:
    """The name of a GB/T 3304 code, without 族; an unlisted code is shown as it is, never guessed at."""
    return _name(ETHNICITIES, code, english)


def _name(table: dict[str, tuple[str, str]], code: str, english: bool) -> str:
    names = table.get(code)
    return code if names is None else names[1 if english else 0]
