"""What news pages of every language share: agencies, outlets, time zones, particles of names."""

from __future__ import annotations

from typing import Final

from streams.stages.extract.rules.language import by_word, words

AGENCIES: Final = by_word(
    {
        "AP": "ap|associated press|the associated press",
        "AFP": "afp|agence france-presse",
        "Reuters": "reuters|thomson reuters",
        "Antara": "antara|antara news|lkbn antara",
        "Xinhua": "xinhua",
        "TASS": "tass",
        "Sputnik": "sputnik",
        "RIA Novosti": "ria novosti",
        "Interfax": "interfax",
        "Bernama": "bernama",
        "Kyodo": "kyodo|kyodo news",
        "Yonhap": "yonhap",
        "Anadolu": "anadolu|anadolu agency",
        "dpa": "dpa",
        "EFE": "efe",
        "ANSA": "ansa",
        "UPI": "upi",
        "PTI": "pti",
        "Bloomberg": "bloomberg",
        "WAM": "wam",
        "IRNA": "irna",
        "PA Media": "pa media|press association",
        "KNA": "kna",
        "VNA": "vna",
        "IANS": "ians",
        "Ukrinform": "ukrinform",
        "WAFA": "wafa",
        "Belga": "belga",
    }
)
"""Agency as we write it, by every spelling in use (folded); ANI is left out, Ani is a name. One spelling each, so that consumers can filter on it."""

OUTLETS: Final = words(
    "cnn indonesia|cnbc indonesia|cnn|cnbc|bbc|bbc news|bbc indonesia|bbc news indonesia|voa|"
    "voa indonesia|kompas tv|tribun|viva|inilahcom|inilah|okezone|sindonews|detikcom|detiknews|suara|"
    "jpnn|metro tv|tvone|tempo|kompas|republika|media indonesia|koran jakarta|the jakarta post|"
    "the guardian|the new york times|the washington post|al jazeera|npr|fox news|dw|rt|wikinews|"
    "getty images|getty"
)
"""Publishers that write themselves without a domain (folded)."""

DOMAIN: Final = r"[a-z0-9][a-z0-9-]{1,40}(?:\.[a-z0-9-]{2,30}){0,2}\.(?:com|co\.id|or\.id|go\.id|ac\.id|my\.id|id|co|net|tv|news|org|info|co\.uk)"
"""A publisher that writes itself as its domain: `REPUBLIKA.CO.ID`, `KOMPAS.com`."""

SECTIONS: Final = r"detik[a-z]{2,12}|20detik"
"""Detik names its sections so: `detikNews`, `detikFinance`."""

ZONES: Final = by_word(
    {
        420: "wib|ict",
        480: "wita|sgt|myt|hkt|pht|awst",
        540: "wit|jst|kst",
        0: "utc|gmt|z",
        -300: "est|cdt",
        -240: "edt",
        -360: "cst|mdt",
        -420: "mst|pdt",
        -480: "pst",
        60: "bst|cet",
        120: "cest|eet",
        180: "eest|msk",
        240: "gst",
        600: "aest",
        660: "aedt",
        720: "nzst",
        780: "nzdt",
    }
)
"""Minutes east of Greenwich by abbreviation. Left out: IST (India, Israel, Ireland), ET and PT (they need a calendar)."""

AMERICAN_ZONES: Final = frozenset(words("est|edt|cst|cdt|mst|mdt|pst|pdt"))
"""Where these stand, 9/6/2023 is the sixth of September."""

ASSUMED_ZONES: Final = {"id": 420}
"""Zone of a time that states none, by language. Indonesian outlets print Jakarta's time (WIB) where they print no zone;
English is written everywhere, so an English time without zone is not placed and only its date is kept."""

ARCHIVES: Final = frozenset(
    words("dok|dok.|dokumentasi|istimewa|ist|file|handout|archive|courtesy|stock|pool|tribun|antara foto|ap photo")
)
"""Words of a credit that name no person."""

PARTICLES: Final = frozenset(words("bin|binti|bt|de|del|della|der|den|da|di|dos|du|van|von|la|le|al|el|ibn|ter|ten"))
"""Words of a name that are written small."""

TIMES_OF_NO_ONE: Final = frozenset(words("the|a|an|this|that|these|next|last|all|some|itu|ini"))
"""A byline's name does not start with these: `By the end of the day`."""

DESK: Final = (
    r"tim redaksi|(?:(?:political|economics|business|health|science|education|sports?|foreign|diplomatic|defence|"
    r"security|home affairs|legal affairs|social affairs|environment|climate|technology|transport|energy|arts|culture|"
    r"media|world affairs|senior|chief|deputy|staff|special|north america|europe|middle east|asia)\s){1,3}"
    r"(?:editor|correspondent|reporter|writer)"
)
"""What stands behind or under a name on British and Indonesian pages: `Political reporter`, `Tim Redaksi`."""

MACHINES: Final = frozenset(words("admin|administrator|developer|webmaster|editor|redaksi|com|superuser"))
"""Words of a page's author field that tell of its software and not of a person."""
