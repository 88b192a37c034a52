"""Words that tell near neighbours apart, where character statistics alone do not.

Indonesian and Malay share most of their spelling; so do Javanese and Indonesian headlines, and Nigerian
Pidgin and English ones. A word is listed where news of its language uses it and news of its neighbours
does not (`polisi`, `polis`); words of both (`kerajaan`, `mahkamah`, `boleh`) are left out.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEIGHBOURS: tuple[frozenset[str], ...] = (_words("id ms jv su"), _words("en pcm"))
"""Languages that are weighed against one another."""

REGIONAL: dict[str, str] = {"jv": "id", "su": "id", "pcm": "en"}
"""Every sentence of the first holds one of its telling words; a text without any is read as the second."""

TELLING_WORDS: dict[str, frozenset[str]] = {
    "id": _words(
        """
        agustus akun anggota aplikasi apotek bahwa bandara belanja berbeda bikin bisa bisnis bupati butuh coba
        corona cuma desember dirut diskon dokter dpr dprd enggak eropa finis gak gara gerindra golkar gubernur
        gue harusnya ihsg imbau jadwal jakarta jaksa jalur jerman jokowi juli jumat juni kabupaten kadin kamis
        kantor kapolda kapolres kapolri karena kasus kejagung kelurahan kemarin kemenhub kemenkes kemenkeu
        kepolisian kini kpk kpu kualitas kuliah liburan listrik lokasi mahasiswa maret membahas mendapatkan
        mengaku mengatakan menkes menkeu menko miliar mobil namun nggak nomor ojol ott pabrik partai pasien pdip
        pekan pelaku pemerintah pemilu pemkab pemkot pemprov pengungsi penting persen perusahaan pilkada pilpres
        pln polda polisi polres polri polsek ponsel prabowo prancis provinsi proyek rabu rapat resmi rilis rp
        rupiah rusak saham sampai sebesar sebut seharusnya selasa senin sepeda serikat sidang situs soal sopir
        spanyol stadion sukses surabaya suriah swiss tapi terkait ternyata tersangka tes tim tni triliun uang
        ungkap uni universitas untung usai vonis walkot wapres warga wib wisata wni yuk
        """
    ),
    "ms": _words(
        """
        agong akaun baharu bahawa bajet basikal berbeza berbilion bomba cuba dagangan datuk dijangka dipercayai
        disember disyaki elektrik encik gabenor gesa hospital iaitu isnin julai jumaat jurulatih kejohanan
        kelantan kemalangan kempen kerana kes khamis kilang lebuh lebuhraya maklumat manakala memaklumkan
        menerusi menyiasat mesyuarat mykad nombor ogos pahang parlimen parti pdrm peguam pelabur pelancongan
        pembangkang pengadil penyelewengan peratus peruntukan polis projek pukal putrajaya rasmi ringgit rm
        rompakan sahaja sehala semalaman seramai setiausaha siasat siasatan sprm suruhanjaya suspek syarikat tan
        tatkala telefon terengganu tertuduh trilion umno universiti wang
        """
    ),
    "jv": _words(
        """
        amarga ananging banget dadi dening dipun iki iku ing ingkang kaliyan kang kanggo karo kasebut katon
        kuwi lan lawas luwih marang menyang nanging ora padha pamarentah punika saged saka sami sanajan sawise
        sing tau uga wis wong wonten yaiku
        """
    ),
    "su": _words(
        """
        anu atawa aya barudak dina ieu jalma jeung kana kanggo ku lantaran loba mangrupa maranéhna nu nyaéta ogé
        pamaréntah pikeun poé saha sangkan taun teu ti tina téh urang éta
        """
    ),
    "en": frozenset(),
    "pcm": _words("abi dem dey don im una wetin wey sabi dia pesin tok"),
}
"""By language, in lower case."""
