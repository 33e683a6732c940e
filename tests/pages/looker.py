"""Somebody who looks at page after page, and notes what no page of the house may have."""

import re

from browsing import barriers, overflow

HAN = re.compile(r"[\u3400-\u9fff]")
RECEIPT_CODE = re.compile(
    r"\b[2-9A-HJKMNP-Z]{8}\b|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b|\b[0-9a-f]{7,64}\b"
)
WORDS = re.compile(r"[A-Za-z]{3,}")
LATIN = {
    "GPS", "PDF", "WGS", "GCJ", "BD", "CGCS", "GeoReport", "Bulk", "Open311", "CSV", "Excel", "Word", "xlsx", "YAML", "WebGL", "Cookie", "English", "Ctrl", "Enter", "Esc", "GeoJSON", "UTF", "the", "JSON", "SHA", "RFC", "QR", "Merkle",
}  # fmt: skip
REFUSALS = {"not found": 404, "no post": 403, "forbidden": 403, "resident:do": 409}


class Looker:
    """Somebody who looks at page after page in one language and width, and notes what is wrong."""

    def __init__(self, page, base, language, data):
        self.page, self.base, self.language, self.data = page, base, language, data
        self.wrong, self.outside = [], []
        page.on("request", self._watch)

    def _watch(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.outside.append(request.url)

    def log_in(self, client):
        cookies = [
            {"name": name, "value": one.value, "url": self.base}
            for name, one in client.cookies.items()
            if name != "messages"
        ]
        said = {"name": "django_language", "value": self.language[:2], "url": self.base}
        said["value"] = "en" if self.language == "en-GB" else "zh-hans"
        self.page.context.add_cookies([*cookies, said])

    def go(self, name, path):
        """Look at a page of the world; one that is shut or not there is no look at it."""
        answer = self.page.goto(self.base + path)
        status = answer.status if answer else 0
        if status != REFUSALS.get(name, 200):
            self.wrong.append(f"{name}: answered {status}")
        self.look(name)

    def look(self, name):
        page = self.page
        page.wait_for_load_state("networkidle")
        found = [f"axe {one}" for one in barriers(page)]
        found += [f"wider by {overflow(page)}"] if overflow(page) > 0 else []
        found += [f"console {said}" for said in page.complaints if "status of 4" not in said]
        found += [f"outside {url}" for url in self.outside]
        if name != "staff:parts":
            found += [f"words {said}" for said in self._foreign_words()]
        page.complaints.clear()
        self.outside.clear()
        self.wrong += [f"{name}: {one}" for one in found]

    def _foreign_words(self):
        """Give the lines that are in the other language once all data is taken out."""
        seen = self.page.evaluate(SEEN)
        left = []
        for line in seen:
            rest = RECEIPT_CODE.sub("", line)
            for known in self.data:
                rest = rest.replace(known, "")
            if self.language == "en-GB":
                if HAN.search(rest.replace("中文", "").replace("邻里", "")):
                    left.append(line)
            elif [word for word in WORDS.findall(rest) if word not in LATIN]:
                left.append(line)
        return left


# All that is read: visible words, and those of attributes that are shown or read aloud.
SEEN = """() => {
    const lines = document.body.innerText.split("\\n");
    for (const one of document.querySelectorAll("[aria-label],[placeholder],[title],[alt],option,summary"))
        lines.push(...["aria-label", "placeholder", "title", "alt"].map((name) => one.getAttribute(name) ?? ""),
            one.matches("option,summary") ? one.textContent : "");
    lines.push(document.title);
    return [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
}"""
