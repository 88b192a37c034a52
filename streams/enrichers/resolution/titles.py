"""Words around a name that are no part of it, by type of entity.

`BEFORE` and `AFTER` are stripped for the canonical name and for comparing (`Presiden Vladimir Putin`,
`PT Bank Mandiri Tbk`, `KPU RI`, `Idul Adha 1447 H`); a mention of nothing else is no entity. `OPTIONAL` words are dropped where they are
written small (`pelabuhan Vladivostok`), and otherwise only where the shorter name occurs too (`Partai Golkar`). All in folded form.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEFORE: Final[dict[str, frozenset[str]]] = {
    "PER": _words(
        """
        presiden wapres wakil menteri menlu menkeu mendagri menhan menkes menko menhub mendag menag mensos menaker mentan
        mendikbud menpora menpan kapolri kapolda kapolres kapolsek panglima gubernur wagub bupati wabup
        walikota walkot wawalkot camat lurah ketua ketum sekjen jubir dirut direktur jaksa hakim jenderal letjen mayjen
        brigjen kolonel letkol mayor kapten lettu letda sersan kopral komjen irjen kombes akbp kompol akp iptu ipda aiptu
        aipda bripka brigadir briptu bripda laksamana marsekal dubes rektor anggota tersangka terdakwa saksi
        dokter drg dr prof profesor ir insinyur drs dra h hj haji hajah kh kyai kiai ustaz ustadz ustazah habib
        pendeta pastor romo uskup pangeran pak bapak bu ibu mas mbak bang saudara saudari tuan nyonya almarhum
        almarhumah alm eks mantan pm perdana kanselir pelatih
        president vice premier chancellor minister secretary governor mayor senator sen rep congressman congresswoman
        representative ambassador judge justice chief general gen lt lieutenant colonel col captain capt major maj
        sergeant sgt admiral commander officer detective inspector constable professor doctor sir dame lord lady
        mr mrs ms miss mx rev reverend bishop archbishop cardinal ayatollah coach ceo cfo former ex
        """
    ),
    "ORG": _words("pt cv ud the"),
    "LOC": _words("the kota provinsi"),
    "MISC": _words("the"),
    "EVENT": _words("the"),
}

CAPITAL_BEFORE: Final[dict[str, frozenset[str]]] = {"PER": _words("RI AS")}
"""Likewise, but only as written here: `RI Prabowo` of `Presiden RI Prabowo`, not Ri Yong-ho."""

PART_BEFORE: Final[dict[str, frozenset[str]]] = {
    "kota": _words("kinabalu bharu baru marudu belud tinggi lama tua damansara agung gajah"),
}
"""Words before which one of `BEFORE` is part of the name."""

AFTER: Final[dict[str, frozenset[str]]] = {
    "PER": _words(
        "sh mh se mm msi mkes spd mpd st mt skom mkom sip ssos shi sag mag lc ma phd md mba esq spog spa mhum kom"
    ),
    "ORG": _words("tbk persero inc ltd llc plc corp co ri"),
    "LOC": _words("ri"),
    "EVENT": _words("h hijriah hijriyah hijriyyah masehi ce ad"),
}

OPTIONAL: Final[dict[str, frozenset[str]]] = {
    "ORG": _words("partai kelompok grup klub maskapai organisasi yayasan ormas kantor media perusahaan"),
    "LOC": _words(
        """
        negara pulau republik kawasan wilayah pelabuhan bandara stasiun distrik desa kelurahan kecamatan sungai
        gunung teluk selat laut city province island port district village river mount
        """
    ),
    "EVENT": _words("salat sholat shalat momen perayaan libur cuti malam hari tradisi ibadah jelang"),
}

GENERAL: Final = _words(
    """
    polda polres polresta polrestabes polsek bareskrim satreskrim ditreskrimum satpol satgas komisi komite direktorat ditjen
    dinas badan lembaga kementerian kejaksaan kejati kejari pengadilan tinggi negeri mahkamah dewan majelis fraksi partai senat
    parlemen kongres universitas institut fakultas yayasan panitia kanwil kantor pemprov pemkot pemkab angkatan darat laut
    udara timnas klub bank asosiasi federasi persatuan
    army navy air force forces commission committee court supreme high parliament senate congress assembly council party ministry
    department agency bank university college police union association federation guard board office authority club church
    times post company group hospital school foundation institute
    """
)
"""Words that by themselves mean whichever one the article named in full: the Navy, Polda, Komisi."""

HEADS: Final = _words("kementerian kementrian dinas direktorat departemen")
"""Kinds of offices whose acronym may leave the kind out: PU for Kementerian Pekerjaan Umum."""

FORMAL: Final = ("group", "holding", "holdings", "corporation", "company", "republik-indonesia")
"""Ends of an organisation's full name that everyday use leaves out."""

TRAILING: Final[dict[str, frozenset[str]]] = {
    "ORG": _words("body group company agency party officials police government pusat"),
    "LOC": _words("area region city district province county town village coast border airport"),
}
"""Likewise behind the name: `Radstock area`, `UN body`; only where written small."""

UNSAID: Final = _words("dan of the for untuk and de la di bagi pada y und et & on in")
"""Words that an acronym may leave out."""
