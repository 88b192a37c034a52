"""Abbreviations of news prose by language, lower-cased and without their last full stop: what ends no sentence."""

from collections.abc import Mapping

__all__ = ["EITHER", "LANGUAGES", "OPEN", "OPENERS"]


def _words(**by_language: str) -> Mapping[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in by_language.items()}


# Something always follows: titles, places, numbers, money.
OPEN = _words(
    id=(
        "dr drs dra prof ir h hj kh rm ust sdr sdri tn ny nn yth jl jln gg no nomor rp hal tgl kab kec kel ds pt cv "
        "mayjen brigjen letjen jend irjen kombes kompol akp akbp ipda iptu aipda bripka brigpol letkol kol kapt lettu "
        "serma sertu serka pdt r raden st a.n u.p d.h"
    ),
    en=(
        "dr mr mrs ms prof rev gen sen rep gov lt col sgt capt cmdr maj adm hon st mt ft no nos vol pp p fig approx "
        "vs jan feb mar apr jun jul aug sept sep oct nov dec pres supt det"
    ),
)
# May stand last in a sentence: only a word that often opens one ends it.
EITHER = _words(
    id="dll dsb dst dkk s.h s.e s.t m.si m.m m.h s.pd m.pd ph.d s.sos s.ip m.sc tbk a.m p.m",
    en="u.s u.k u.n e.u d.c a.m p.m inc corp co ltd jr sr etc ph.d m.d e.g i.e l.a",
)
OPENERS = _words(
    id=(
        "ia dia mereka kami kita saya namun tetapi selain sementara menurut pada di ini itu hal dalam untuk sebelumnya "
        "para sejak setelah ketika karena sebab dengan sebagai oleh tak tidak"
    ),
    en="the he she it they we i in on at but and this that a an his her their there when after before if as",
)
LANGUAGES = frozenset(OPEN)
