"""The ten rules that are shipped: each fires on an article that it is for and stays silent on a near miss.

The articles are read by the shipped model; what another agent finds out (novelty, trends) is put in by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams import Enricher, RawArticle
from streams.contracts import ALERT, validator
from streams.rules.facts import Facts
from streams.rules.loading import Rules
from streams.rules.trial import Trial, try_rules
from streams.samples import load_samples
from streams.samples.rules import read_examples
from streams.stages.route.wire import to_wire
from streams.times import rfc3339

if TYPE_CHECKING:
    from streams.rules.model import Rule

NOON = datetime(2026, 5, 29, 5, 0, tzinfo=UTC)  # Friday, 12:00 in Jakarta


def load() -> dict[str, Rule]:
    found = Rules()
    found.read(read_examples().encode(), "examples")
    return {rule.id: rule for rule in found.done()}


RULES = load()


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    return Enricher.load()


def sample(name: str) -> dict[str, Any]:
    value: dict[str, Any] = next(orjson.loads(each.value) for each in load_samples() if each.name == name)
    return {key: value[key] for key in ("text", "title", "source", "url") if key in value}


def news(title: str, *paragraphs: str, source: str = "contoh.id") -> dict[str, Any]:
    return {"title": title, "text": "\n\n".join(paragraphs), "source": source}


FIRES: dict[str, list[dict[str, Any]]] = {
    "bencana-berkorban": [
        sample("ntrex-id-euronews-tsunami.txt"),
        news(
            "Longsor di Cianjur Tewaskan Empat Warga",
            "Empat warga meninggal setelah longsor menimpa rumah mereka di Kabupaten Cianjur, Jawa Barat, Kamis malam.",
            "Tim SAR masih mencari dua orang yang hilang.",
        ),
        news(
            "Kebakaran di Asrama Sekolah, Belasan Santri Tewas",
            "Belasan santri tewas dalam kebakaran di sebuah asrama di Kabupaten Garut, Jawa Barat, Kamis dini hari.",
        ),
    ],
    "korupsi-pejabat": [
        news(
            "KPK Tahan Bupati Terkait Dugaan Suap Proyek Jalan",
            "Komisi Pemberantasan Korupsi (KPK) menahan seorang bupati di Jawa Timur, Rabu.",
            "Ia diduga disuap pengusaha untuk memenangkan proyek jalan senilai Rp 20 miliar.",
        )
    ],
    "pemimpin-dunia": [
        news(
            "Vladimir Putin Tiba di Beijing untuk Bertemu Xi Jinping",
            "Presiden Rusia Vladimir Putin tiba di Beijing, Senin, untuk bertemu Presiden China Xi Jinping.",
        )
    ],
    "kecelakaan-angkutan": [
        news(
            "Kereta Anjlok di Stasiun Pasar Senen, Penumpang Dialihkan",
            "Sebuah kereta api anjlok di Stasiun Pasar Senen, Jakarta Pusat, Jumat pagi. Tidak ada korban.",
        ),
        news(
            "Truk Tabrak Tiang Listrik di Bogor",
            "Sebuah truk boks menabrak tiang listrik di Jalan Raya Jonggol, Kabupaten Bogor, Jumat pagi.",
        ),
    ],
    "bank-kami-buruk": [
        news(
            "Nasabah Kecewa, BCA Digugat karena Dana Hilang",
            "Bank Central Asia (BCA) digugat nasabah yang kehilangan tabungan. BCA dituding lalai dan merugikan nasabah.",
            "Nasabah mengecam BCA yang dinilai gagal melindungi dana mereka.",
        )
    ],
    "gangguan-layanan": [
        news(
            f"Mobile Banking BRI Gangguan {hour}, Nasabah Mengeluh",
            "Aplikasi BRI tidak bisa diakses sejak pagi. Nasabah mengeluhkan gangguan layanan itu di media sosial.",
            f"Bank Rakyat Indonesia (BRI) meminta maaf atas gangguan layanan tersebut, kata juru bicara pukul {hour}.",
            source=source,
        )
        for hour, source in (("08.00", "satu.id"), ("08.30", "dua.id"), ("09.00", "tiga.id"))
    ],
    "kredit-bermasalah": [
        news(
            "Sritex Dinyatakan Pailit, Bank Hitung Kredit Macet",
            "PT Sri Rejeki Isman Tbk (Sritex) dinyatakan pailit oleh pengadilan niaga, Senin. Kredit macet perusahaan itu besar.",
        )
    ],
    "kementerian-dikritik": [
        news(
            "Kemenkes Dikecam karena Lalai Awasi Obat Sirop",
            "Kementerian Kesehatan (Kemenkes) dikecam keluarga korban karena lalai dan gagal mengawasi obat sirop yang berbahaya.",
            "Keluarga menuntut Kemenkes dan menuduh kementerian itu menutupi kematian anak-anak mereka.",
        )
    ],
    "wabah": [
        news(
            f"Wabah Campak Meluas di {place}, {number} Anak Dirawat",
            f"Wabah campak meluas di {place}. Sebanyak {number} anak dirawat, kata dinas kesehatan setempat, Senin.",
            source=source,
        )
        for place, number, source in (
            ("Sumenep", 20, "satu.id"),
            ("Pamekasan", 31, "dua.id"),
            ("Sampang", 12, "satu.id"),
        )
    ],
    "menteri-ramai": [
        news(
            "Purbaya Yudhi Sadewa Jadi Sorotan",
            "Menteri Keuangan Purbaya Yudhi Sadewa menjadi sorotan setelah rapat di DPR, Jakarta, Senin.",
        )
        | {"trends": {"1h": 5.0}}
    ],
}
SILENT: dict[str, list[dict[str, Any]]] = {
    "bencana-berkorban": [
        news(
            "Penyanyi Meninggal, Media Sosial Dibanjiri Ucapan Duka",
            "Seorang penyanyi meninggal dunia di Jakarta, Kamis. Media sosial dibanjiri ucapan duka dari penggemar.",
        ),
        news(
            "BPBD Gelar Simulasi Bencana Gempa",
            "Warga berpura-pura terluka dalam simulasi bencana gempa yang digelar BPBD di Padang, Rabu.",
        ),
    ],
    "korupsi-pejabat": [
        news(
            "Gaji ke-13 ASN Cair Juni",
            "Pemerintah mencairkan gaji ke-13 pada Juni, termasuk bagi pegawai Komisi Pemberantasan Korupsi (KPK).",
        ),
        news("Hakim Disuap, Polisi Turun Tangan", "Polisi menyelidiki hakim yang diduga disuap di Medan, Selasa."),
    ],
    "pemimpin-dunia": [
        news(
            "Harga Minyak Naik",
            "Harga minyak naik setelah Presiden Rusia Vladimir Putin bertemu Presiden China Xi Jinping, Senin.",
        )
    ],
    "kecelakaan-angkutan": [
        news(
            "Harga Saham Kereta Cepat Jatuh", "Harga saham perusahaan kereta itu jatuh di Bursa Efek Indonesia, Senin."
        ),
        news(
            "Jadwal Kereta Ditambah",
            "PT KAI menambah jadwal kereta setelah kecelakaan bus pekan lalu, kata juru bicara.",
        ),
    ],
    "bank-kami-buruk": [
        news(
            "BCA Raih Penghargaan Layanan Terbaik",
            "Bank Central Asia (BCA) meraih penghargaan atas layanan terbaik. Nasabah memuji BCA yang unggul dan tepercaya.",
        ),
        news("Bank Lain Digugat", "Bank Contoh digugat nasabah yang kehilangan tabungan. Bank Contoh dituding lalai."),
    ],
    "gangguan-layanan": [
        # As many articles, but of one source.
        news(
            f"Aplikasi BRI Gangguan {hour}",
            "Aplikasi BRI tidak bisa diakses, kata Bank Rakyat Indonesia (BRI).",
            source="satu.id",
        )
        for hour in ("08.00", "08.30", "09.00")
    ],
    "kredit-bermasalah": [
        news(
            "Koperasi Diminta Disiplin",
            "Kementerian Koperasi meminta koperasi disiplin mengelola usaha dan melayani anggota di desa.",
            "Tanpa itu, katanya, risiko gagal bayar membesar.",
        )
    ],
    "kementerian-dikritik": [
        news(
            "Kemenkes Apresiasi Tenaga Kesehatan",
            "Kementerian Kesehatan (Kemenkes) mengapresiasi tenaga kesehatan. Program Kemenkes dipuji dan berhasil.",
        )
    ],
    "wabah": [news("Penggemar Film Mewabah", "Demam film itu melanda kota.", source=f"{source}.id") for source in "ab"],
    "menteri-ramai": [
        news("Purbaya Yudhi Sadewa Rapat", "Menteri Keuangan Purbaya Yudhi Sadewa rapat di DPR, Jakarta, Senin.")
        | {"trends": {"1h": 1.0}}
    ],
}


class Announced(dict[str, float]):
    """The same trends for every entity, by window."""

    def trend(self, entity_id: str, window: str) -> float | None:
        del entity_id
        return self.get(window)


def send(rule: Rule, articles: list[dict[str, Any]], enricher: Enricher) -> list[dict[str, Any]]:
    """Return the alerts of one rule over articles that come ten minutes apart."""
    raws = [
        RawArticle(language="en" if "-en-" in str(each) else "id", **{k: v for k, v in each.items() if k != "trends"})
        for each in articles
    ]
    values = []
    for number, (article, given) in enumerate(zip(enricher.enrich_many(raws), articles, strict=True)):
        value = to_wire(article) | {
            "enriched_at": rfc3339(NOON + timedelta(minutes=10 * number)),
            "novelty": {"24h": 0},
        }
        values.append(Facts(value, Announced(given.get("trends", {}))))
    trial = Trial([rule])
    for each in values:
        trial.read(each)
    alerts = trial.close()
    for alert in alerts:
        validator(ALERT, strict=True).validate(orjson.loads(orjson.dumps(alert)))
    return [alert for alert in alerts if alert["kind"] == "alert"]


def test_there_are_ten_and_each_has_its_articles() -> None:
    assert len(RULES) == 10
    assert RULES.keys() == FIRES.keys() == SILENT.keys()


@pytest.mark.parametrize("rule_id", RULES)
def test_it_fires_on_what_it_is_for(rule_id: str, enricher: Enricher) -> None:
    alerts = send(RULES[rule_id], FIRES[rule_id], enricher)
    expected = 1 if RULES[rule_id].count else len(FIRES[rule_id])
    assert len(alerts) == expected
    assert all(alert["because"] for alert in alerts)


@pytest.mark.parametrize("rule_id", RULES)
def test_it_is_silent_on_a_near_miss(rule_id: str, enricher: Enricher) -> None:
    assert send(RULES[rule_id], SILENT[rule_id], enricher) == []


def test_news_that_is_no_longer_new_is_passed_over(enricher: Enricher) -> None:
    article = to_wire(enricher.enrich(RawArticle(language="id", **FIRES["pemimpin-dunia"][0])))
    for before, alerts in ((2, 1), (3, 0)):
        told = article | {"novelty": {"24h": before}}
        assert len(try_rules([RULES["pemimpin-dunia"]], [told])) == alerts
