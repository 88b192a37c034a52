// What the page says, in Indonesian and English; the browser's language decides until someone chooses.

export const WORDS = {
  en: {
    page: "news-streams, live", skip: "Skip to the articles", parts: "Parts of this page", language_of_page: "Language of this page",
    articles: "Articles", trends: "Trending", letters: "Dead letters", alerts: "Alerts", worker: "Worker", worker_title: "How this worker does",
    trends_note: "last 10 minutes", find: "Headline, lede, name …", language: "Language", mood: "Mood", type: "Type", source: "Source",
    positive: "positive", neutral: "neutral", negative: "negative", unjudged: "not judged",
    PER: "Person", ORG: "Organisation", LOC: "Place", MISC: "Other", other_type: "Unknown type",
    shown: "{shown} of {all}", shown_all: "{all}", only: "Only {name}", clear: "show all again",
    newer: "{n} newer", pause: "Pause", resume: "Go on", follow: "Follow the newest", back: "Back to the list",
    welcome: "Waiting for articles", welcome_text: "As soon as one comes out of the pipeline it opens here, with its names lit up.",
    nothing: "No article here fits these filters.", nothing_yet: "No article yet.", no_trends: "Nothing in the last ten minutes.",
    no_letters: "None: everything could be read.", no_alerts: "None yet.", untitled: "(no headline)",
    connecting: "Connecting", live: "Live", starting: "Starting: the model is loading", joining: "Not working: no partitions yet",
    unreachable: "The broker does not answer", recovering: "Reading its tables", stalled: "There is work, and none gets done", troubled: "The topics cannot be read: {why}",
    lost: "The worker does not answer since {time}. What you see is from before; the page tries again by itself.", lost_short: "Worker gone",
    found: "The worker answers again.", skipped: "{n} records were missed: this browser was too slow for them.",
    unreadable: "{n} records kept no contract and are not shown.",
    throughput: "Throughput", latency: "Latency", lag: "Lag", outcomes: "Outcomes", a_second: "records/s", behind: "records behind",
    seconds_old: "oldest {s}", enriched: "enriched", dropped: "dropped", dead: "dead", published: "enriched", dead_lettered: "dead",
    half_under: "median", most_under: "95 % in", no_latency: "no records",
    plot: "{name} over the last ten minutes; now {value}", in_flight: "{n} in work", memory: "{mb} MB",
    whole_mood: "Mood of the article", sure: "{p} sure", moods_note: "Moods are those of the whole article, of each sentence and towards each name; what is not tinted is neutral.", tone: "{n} sentence {mood}", tones: "{n} sentences {mood}",
    no_mood: "not judged: {why}", mentions: "{n} mentions", show_type: "Light up: {type}", more: "{n} more", only_entity: "Show only articles about {name}",
    by: "by", agency: "Agency", from: "From", version: "version {n}", story: "Story", no_copies: "The first text of its story.",
    copies: "{n} articles with this text came before it.", copy_of: "It prints the text of:", original: "The agency's own:", same_story: "Of the same story:",
    not_here: "an article that is not on this page", photo: "Photo", read_at: "Read it at", cut: "Too long for this page, and cut here: {what}.",
    misfits: "{n} mentions do not stand where they say, and are not lit up.", novelty: "Articles of this story before", changes: "What changed", sentences: "+{added} −{removed} sentences", details: "Where it comes from",
    loading: "Loading …", failed: "It could not be loaded: {why}", opened: "Opened: {title}",
    letter: "Dead letter", stage: "Stage", reason: "Reason", message: "Message", attempts: "Attempts", came_from: "Came from", key: "Key",
    size: "{n} bytes", tombstone: "no value", bytes: "The bytes as they came", bytes_shown: "the first {n} of {all}", save: "Save the bytes", headers: "Headers",
    new_articles: "{n} new articles", level: "stands out, level {n}", expected: "{count} where {expected} were expected", no_source: "unknown",
    merged: "update", just_filter: "Filter applied: {n} articles",
  },
  id: {
    page: "news-streams, langsung", skip: "Langsung ke artikel", parts: "Bagian halaman ini", language_of_page: "Bahasa halaman ini",
    articles: "Artikel", trends: "Tren", letters: "Surat mati", alerts: "Peringatan", worker: "Pekerja", worker_title: "Keadaan pekerja ini",
    trends_note: "10 menit terakhir", find: "Judul, teras, nama …", language: "Bahasa", mood: "Nada", type: "Jenis", source: "Sumber",
    positive: "positif", neutral: "netral", negative: "negatif", unjudged: "tidak dinilai",
    PER: "Orang", ORG: "Organisasi", LOC: "Tempat", MISC: "Lainnya", other_type: "Jenis tak dikenal",
    shown: "{shown} dari {all}", shown_all: "{all}", only: "Hanya {name}", clear: "tampilkan semua lagi",
    newer: "{n} lebih baru", pause: "Jeda", resume: "Lanjut", follow: "Ikuti yang terbaru", back: "Kembali ke daftar",
    welcome: "Menunggu artikel", welcome_text: "Begitu satu artikel selesai diolah, ia terbuka di sini dengan nama-namanya disorot.",
    nothing: "Tidak ada artikel yang cocok dengan saringan ini.", nothing_yet: "Belum ada artikel.", no_trends: "Tidak ada dalam sepuluh menit terakhir.",
    no_letters: "Tidak ada: semuanya terbaca.", no_alerts: "Belum ada.", untitled: "(tanpa judul)",
    connecting: "Menyambung", live: "Langsung", starting: "Mulai: model sedang dimuat", joining: "Tidak bekerja: belum ada partisi",
    unreachable: "Broker tidak menjawab", recovering: "Membaca tabelnya", stalled: "Ada pekerjaan, tetapi tidak ada yang selesai", troubled: "Topik tidak dapat dibaca: {why}",
    lost: "Pekerja tidak menjawab sejak {time}. Yang terlihat berasal dari sebelumnya; halaman mencoba lagi sendiri.", lost_short: "Pekerja hilang",
    found: "Pekerja menjawab lagi.", skipped: "{n} rekaman terlewat: peramban ini terlalu lambat.",
    unreadable: "{n} rekaman tidak menepati kontrak dan tidak ditampilkan.",
    throughput: "Laju", latency: "Latensi", lag: "Ketertinggalan", outcomes: "Hasil", a_second: "rekaman/dtk", behind: "rekaman tertinggal",
    seconds_old: "tertua {s}", enriched: "diperkaya", dropped: "dibuang", dead: "mati", published: "diperkaya", dead_lettered: "mati",
    half_under: "median", most_under: "95 % dalam", no_latency: "tanpa rekaman",
    plot: "{name} selama sepuluh menit terakhir; sekarang {value}", in_flight: "{n} dikerjakan", memory: "{mb} MB",
    whole_mood: "Nada artikel", sure: "{p} yakin", moods_note: "Nada berlaku bagi seluruh artikel, setiap kalimat, dan terhadap setiap nama; yang tidak diwarnai netral.", tone: "{n} kalimat {mood}", tones: "{n} kalimat {mood}",
    no_mood: "tidak dinilai: {why}", mentions: "{n} sebutan", show_type: "Sorot: {type}", more: "{n} lagi", only_entity: "Hanya artikel tentang {name}",
    by: "oleh", agency: "Kantor berita", from: "Dari", version: "versi {n}", story: "Cerita", no_copies: "Teks pertama dari ceritanya.",
    copies: "{n} artikel dengan teks ini datang lebih dulu.", copy_of: "Memuat teks dari:", original: "Milik kantor berita:", same_story: "Dari cerita yang sama:",
    not_here: "artikel yang tidak ada di halaman ini", photo: "Foto", read_at: "Baca di", cut: "Terlalu panjang untuk halaman ini, dipotong: {what}.",
    misfits: "{n} sebutan tidak berada di tempat yang dinyatakan, dan tidak disorot.", novelty: "Artikel cerita ini sebelumnya", changes: "Yang berubah", sentences: "+{added} −{removed} kalimat", details: "Asalnya",
    loading: "Memuat …", failed: "Tidak dapat dimuat: {why}", opened: "Terbuka: {title}",
    letter: "Surat mati", stage: "Tahap", reason: "Alasan", message: "Pesan", attempts: "Percobaan", came_from: "Berasal dari", key: "Kunci",
    size: "{n} bita", tombstone: "tanpa nilai", bytes: "Bita sebagaimana datangnya", bytes_shown: "{n} pertama dari {all}", save: "Simpan bita", headers: "Tajuk",
    new_articles: "{n} artikel baru", level: "menonjol, tingkat {n}", expected: "{count}, sedangkan yang diduga {expected}", no_source: "tidak diketahui",
    merged: "lanjutan", just_filter: "Saringan diterapkan: {n} artikel",
  },
};
const KEPT = "news-streams.words";

function first() {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept in WORDS) return kept;
  } catch { /* storage is not for us here */ }
  return (navigator.languages ?? [navigator.language]).map((each) => each.slice(0, 2).toLowerCase()).find((each) => each in WORDS) ?? "en";
}

let chosen = first();

export const language = () => chosen;

export function choose(words) {
  chosen = words in WORDS ? words : "en";
  try {
    localStorage.setItem(KEPT, chosen);
  } catch { /* then for this visit only */ }
}

/** A phrase; `{name}` in it is replaced. */
export function t(key, values = {}) {
  const phrase = WORDS[chosen][key] ?? key;
  return phrase.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The word for a closed set's member, or what came where we do not know it. */
export const word = (key) => (Object.hasOwn(WORDS[chosen], key) ? WORDS[chosen][key] : key);

export const count = (n) => new Intl.NumberFormat(chosen).format(n);
export const decimal = (n, digits = 1) => new Intl.NumberFormat(chosen, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
export const signed = (n) => new Intl.NumberFormat(chosen, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" }).format(n);
export const percent = (n) => new Intl.NumberFormat(chosen, { style: "percent" }).format(n);
export const clock = (ms) => new Intl.DateTimeFormat(chosen, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(ms);

/** Seconds as a person says them. */
export function seconds(s) {
  if (s < 1) return `${count(Math.round(s * 1000))} ms`;
  return s < 120 ? `${decimal(s)} s` : `${count(Math.round(s / 60))} min`;
}

/** A time that a page stated, which may be a day only or anything at all. */
export function stated(text) {
  if (!text) return "";
  const time = new Date(text);
  if (Number.isNaN(time.valueOf())) return text;
  const day = { day: "numeric", month: "long", year: "numeric" };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return new Intl.DateTimeFormat(chosen, { ...day, timeZone: "UTC" }).format(time);
  const minute = { ...day, hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" };
  const zone = /([+-]\d{2}:\d{2})$/.exec(text)?.[1] ?? "UTC";
  try {
    return new Intl.DateTimeFormat(chosen, { ...minute, timeZone: zone }).format(time);
  } catch {
    return new Intl.DateTimeFormat(chosen, minute).format(time); // a browser that knows no zones by their offset
  }
}

/** The name of a language by its code. */
export function languageName(code) {
  if (code === "und") return t("no_source");
  try {
    return new Intl.DisplayNames([chosen], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Put the phrases into the elements that ask for them. */
export function translate(root = document) {
  document.documentElement.lang = chosen;
  for (const each of root.querySelectorAll("[data-t]")) each.textContent = t(each.dataset.t);
  for (const each of root.querySelectorAll("[data-t-label]")) each.setAttribute("aria-label", t(each.dataset.tLabel));
  for (const each of root.querySelectorAll("[data-t-placeholder]")) each.setAttribute("placeholder", t(each.dataset.tPlaceholder));
  for (const each of root.querySelectorAll("[data-words]")) each.setAttribute("aria-pressed", String(each.dataset.words === chosen));
}
