"""Indonesian: the words of its news pages."""

from __future__ import annotations

from typing import Final

from streams.stages.extract.rules.language import LanguageRules, by_word, words

INDONESIAN: Final = LanguageRules(
    code="id",
    months=by_word(
        {
            1: "januari|jan",
            2: "februari|pebruari|feb|peb",
            3: "maret|mar",
            4: "april|apr",
            5: "mei",
            6: "juni|jun",
            7: "juli|jul",
            8: "agustus|agu|agt|ags|agust",
            9: "september|sep|sept",
            10: "oktober|okt",
            11: "november|nopember|nov|nop",
            12: "desember|des",
        }
    ),
    weekdays=words("senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad|sen|sel|rab|kam|jum|sab|min"),
    date_labels=words("diterbitkan|dipublikasikan|dipublikasi|terbit|tayang|tanggal|ditulis|diunggah"),
    update_labels=words("diperbarui|diperbaharui|pembaruan|pembaruan terakhir|update"),
    time_words=words("pukul|pkl.|pkl|jam|pada"),
    roles=by_word(
        {
            "reporter": "rep|reporter|pewarta|wartawan|jurnalis|laporan",
            "contributor": "kontributor",
            "correspondent": "koresponden",
            "author": "penulis|oleh|ditulis oleh",
            "editor": "red|redaktur|editor|penyunting|uploader",
            "photographer": "fotografer|pewarta foto",
            "translator": "penerjemah",
        }
    ),
    by_words=words("oleh|penulis|pewarta"),
    and_words=words("dan|serta"),
    credit_labels=words("foto|foto oleh|kredit foto|sumber foto|sumber gambar|fotografer foto|ilustrasi foto"),
    caption_labels=words("keterangan foto|keterangan gambar|teks foto|caption"),
    source_labels=words("sumber|sumber berita"),
    furniture=words(
        "iklan|lihat foto|lihat foto lainnya|gulir untuk lanjut membaca|scroll untuk melanjutkan membaca|lanjutkan membaca|"
        "scroll ke bawah untuk melanjutkan membaca|perbesar|"
        "lanjut baca di bawah iklan|bagikan|bagikan artikel ini|bagikan berita ini|salin tautan|"
        "tautan berhasil disalin|salin link|komentar|tulis komentar|tulis komentar anda|beri komentar|"
        "baca selengkapnya|selengkapnya|halaman selanjutnya|halaman berikutnya|halaman sebelumnya|"
        "selanjutnya|ikuti kami|ikuti kami di|unduh aplikasi|kembali ke atas|lihat semua|muat lainnya|"
        "simak video|simak video berikut|simak video di bawah ini|tonton video|dengarkan artikel|"
        "simak breaking news dan berita pilihan kami langsung di ponselmu|aktifkan notifikasi"
    ),
    list_openers=words(
        "baca juga|baca juga berita lainnya|baca artikel lainnya|berita lainnya|berita lain|berita terkait|"
        "artikel terkait|artikel lainnya|lihat juga|simak juga|pilihan redaksi|pilihan editor|"
        "rekomendasi untuk anda|berita terpopuler|berita populer|terpopuler|berita terkini|berita terbaru|"
        "video terkait|video pilihan|topik terkait|tag terkait|tag|tags|konten terkait|rekomendasi"
    ),
    link_labels=words(
        "baca juga|baca|baca pula|baca selengkapnya|lihat juga|lihat juga video|simak juga|simak video|"
        "simak juga video|tonton juga|tonton juga video|berita terkait|artikel terkait|pilihan redaksi|"
        "pilihan editor|topik|tag|tags|selengkapnya|lihat video"
    ),
    furniture_patterns=(
        r"\* ?fakta atau hoaks\?.{0,230}",
        r"simak breaking news dan berita pilihan kami langsung di ponselmu\..{0,200}",
        r"\d{1,3} (?:menit|jam|hari) (?:yang )?lalu",
        r"\[gambas:[^\]]*\]",
        r"""(?:simak|lihat|tonton|saksikan)(?: juga)? video ['\"].{1,180}""",
        r"halaman ?:(?: ?\d{1,3})*(?: (?:selanjutnya|semua halaman|lihat semua))?",
        r"hal(?:aman)?(?: \d{1,3}){2,12}(?: selanjutnya)?",
        r"(?:ayo |yuk,? |mari )?(?:ikuti|follow)\b(?! (?:him|her|them|me|my|his|it)\b).{0,90}\b(?:google news|whatsapp|telegram|instagram|twitter|facebook|tiktok|youtube)\b(?:[^,]{0,90}|, (?:klik|dan|atau|untuk)\b.{0,80})",
        r"(?:cek|simak|dapatkan|temukan|baca)\b.{0,120}\b(?:di google news|whatsapp channel|saluran whatsapp|kanal telegram)\b.{0,90}",
        r"(?:download|unduh)\b.{0,60}\b(?:aplikasi|app)\b.{0,60}",
        r"artikel ini (?:telah|sudah) (?:tayang|terbit) di\b.{0,220}",
        r"dilarang (?:keras )?(?:mengambil|menyalin|mengutip)\b.{0,60}\b(?:konten|isi|artikel|berita|tulisan|seluruh|sebagian)\b.{0,200}",
        r"\([a-z]{2,6}/[a-z]{2,6}\)",
    ),
    speech_words=words(
        "kata|katanya|ujar|ujarnya|ucap|ucapnya|tutur|tuturnya|jelas|jelasnya|ungkap|ungkapnya|tegas|tegasnya|imbau|"
        "imbaunya|bunyi|demikian|pesan|sebut|sebutnya|tulis dia|tulisnya|mengatakan|menurut"
    ),
    own_voice=words("kami|anda|kamu|mu|kita"),
    places=words(
        "jakarta|bandung|surabaya|semarang|yogyakarta|jogja|solo|surakarta|medan|makassar|denpasar|bali|"
        "palembang|pekanbaru|padang|banda aceh|batam|bogor|depok|tangerang|bekasi|serang|cilegon|cirebon|"
        "malang|kediri|sidoarjo|gresik|banyuwangi|mataram|kupang|pontianak|banjarmasin|balikpapan|samarinda|"
        "palangka raya|palangkaraya|manado|gorontalo|palu|kendari|ambon|ternate|jayapura|sorong|manokwari|"
        "bengkulu|jambi|bandar lampung|lampung|pangkalpinang|tanjungpinang|moskow|washington|london|beijing|"
        "tokyo|paris|kairo|singapura|kuala lumpur|yerusalem|gaza|kyiv|kiev|teheran|riyadh|bangkok|manila|"
        "seoul|canberra|ankara|istanbul|doha|brussel|jenewa|new delhi|pyongyang|new york|ramallah|damaskus|"
        "beirut"
    ),
)
"""Collected from the pages of Republika, Kompas, Detik, Tempo, Antara, CNN Indonesia, Liputan6, Tribun, Bisnis and Merdeka."""
