"""English: the words of its news pages."""

from __future__ import annotations

from typing import Final

from streams.stages.extract.rules.language import LanguageRules, by_word, words

ENGLISH: Final = LanguageRules(
    code="en",
    months=by_word(
        {
            1: "january|jan",
            2: "february|feb",
            3: "march|mar",
            4: "april|apr",
            5: "may",
            6: "june|jun",
            7: "july|jul",
            8: "august|aug",
            9: "september|sep|sept",
            10: "october|oct",
            11: "november|nov",
            12: "december|dec",
        }
    ),
    weekdays=words(
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
    ),
    date_labels=words("published|published on|posted|posted on|first published|date"),
    update_labels=words("updated|updated on|last updated|last updated on|last modified|last modified on|modified"),
    time_words=words("at|on"),
    roles=by_word(
        {
            "reporter": "reporter|reporting by|reported by",
            "author": "author|by|written by|words|writing by",
            "editor": "editor|editing by|edited by",
            "photographer": "photographer",
            "translator": "translator",
            "contributor": "contributor",
        }
    ),
    by_words=words("by"),
    and_words=words("and|with"),
    credit_labels=words("photo|photos|photo by|photo credit|image|image credit|image source|photograph|picture|credit"),
    caption_labels=words("image caption|photo caption|caption"),
    source_labels=words("source|sources"),
    furniture=words(
        "advertisement|advertisements|advertising|scroll to continue with content|scroll to continue|"
        "continue reading|continue reading the main story|skip advertisement|"
        "article continues below advertisement|story continues below|story continues below advertisement|"
        "story continues|read more|read full story|read the full story|share this|share this article|"
        "share this story|share|follow us|follow us on|subscribe|subscribe now|sign up|"
        "sign up for our newsletter|sign up to our newsletter|get our newsletter|download app|"
        "download the app|download our app|leave a comment|add a comment|post a comment|back to top|"
        "copy link|link copied|print this page|loading|skip to main content|skip to content|"
        "all rights reserved|listen to this article|this is a developing story|save|zoom-in|zoom in|"
        "sign up here|explore more on these topics"
    ),
    list_openers=words(
        "related|related articles|related news|related stories|related topics|related content|editor's picks|"
        "editors' picks|read also|see also|also read|more stories|more on this story|most read|most popular|"
        "trending|trending now|recommended|recommended stories|recommended for you|you may also like|"
        "you might also like|top stories|latest news|more from this section|more news|tags|topics"
    ),
    link_labels=words("read more|read also|also read|read|see also|related|watch|more|tags|topics|filed under"),
    furniture_patterns=(
        r"(?:copyright(?=\s*(?:\u00a9|\(c\)|\d{4}))|\(c\)(?=\s*(?:copyright|\d{4}))|\u00a9).{0,200}",
        r".{0,60}\ball rights reserved\b.{0,40}",
        r"(?:please )?(?:follow|like|join) (?!(?:him|her|them|me|my|his|it)\b)(?:us|our|\w{2,30}) on (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|google news|tiktok)\b.{0,90}",
        r"share (?:on|via|this on) (?:facebook|twitter|x|whatsapp|linkedin|email|telegram|reddit)\b.{0,60}",
        r"(?:facebook|twitter|x|whatsapp|linkedin|telegram|email|line|pinterest|reddit|share)(?: ?[|/,\u2022\u00b7]? ?(?:facebook|twitter|x|whatsapp|linkedin|telegram|email|line|pinterest|reddit|share|copy link)){1,8}",
        r"(?:sign up|subscribe|register)\b.{0,60}\b(?:newsletters?|mailing list|daily briefing|inbox)\b.{0,90}",
        r"(?:(?:download (?:the|our)|get our)\b.{0,30}\bapp\b.{0,60}|get the \w{2,20} app(?: now| today| here)?[.!]?)",
        r"[-\u2013\u2014 ]{0,4}advertisement[-\u2013\u2014 ]{0,4}",
        r"this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published) (?:on|in|by)\b.{0,120}",
        r"\d{1,3} (?:min(?:ute)?s?) read",
        r"\d{1,3} (?:minutes?|hours?|days?) ago",
        r"our standards:.{0,60}trust principles\.?",
        r"_{2,20}",
    ),
    speech_words=words(
        "said|says|say|told|tells|urged|urges|wrote|asked|added|warned|announced|replied|declared|insisted|reads|read on"
    ),
    own_voice=words("our|us|we|your|you"),
    places=words(
        "london|washington|new york|los angeles|chicago|boston|houston|atlanta|miami|san francisco|seattle|"
        "denver|dallas|philadelphia|detroit|moscow|beijing|tokyo|paris|berlin|madrid|rome|vienna|geneva|"
        "brussels|cairo|jerusalem|tel aviv|gaza city|kyiv|tehran|baghdad|kabul|islamabad|new delhi|mumbai|"
        "dhaka|bangkok|manila|hanoi|singapore|kuala lumpur|jakarta|hong kong|taipei|seoul|pyongyang|sydney|"
        "canberra|melbourne|wellington|ottawa|toronto|mexico city|nairobi|lagos|johannesburg|cape town|"
        "istanbul|ankara|doha|dubai|riyadh|beirut|damascus|united nations|warsaw"
    ),
)
"""Collected from the pages of AP, Reuters, BBC, CNN, the Guardian, the New York Times and the Jakarta Post."""
