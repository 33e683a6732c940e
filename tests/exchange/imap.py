"""A mailbox of our own for tests: as much of IMAP4rev1 (RFC 3501) as a reader of unseen letters needs."""

import re
import socketserver
import threading
from contextlib import contextmanager


class _Box(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, letters):
        super().__init__(("127.0.0.1", 0), _Line)
        self.letters, self.seen = list(letters), set()


class _Line(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            verb = rest.split()[0].upper()
            if (
                verb == "LOGIN"
                and rest.split()[1:] != ["street", '"open sesame"']
                and "sesame" not in rest
            ):
                self.say(f"{tag} NO wrong word")
                continue
            getattr(self, f"do_{verb.lower()}", self.do_noop)(rest)
            self.say(f"{tag} OK done")
            if verb == "LOGOUT":
                return

    def do_noop(self, _rest):
        pass

    def do_capability(self, _rest):
        self.say("* CAPABILITY IMAP4rev1")

    def do_select(self, _rest):
        self.say(f"* {len(self.server.letters)} EXISTS")

    def do_logout(self, _rest):
        self.say("* BYE")

    def do_uid(self, rest):
        words = rest.split()
        box = self.server
        if words[1] == "SEARCH":
            unseen = [str(n) for n in range(1, len(box.letters) + 1) if n not in box.seen]
            self.say(f"* SEARCH {' '.join(unseen)}")
        elif words[1] == "FETCH":
            number = int(words[2])
            raw = box.letters[number - 1]
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(raw)}}}\r\n".encode())
            self.wfile.write(raw + b")\r\n")
        elif words[1] == "STORE" and re.search(r"\\Seen", rest):
            box.seen.add(int(words[2]))


@contextmanager
def mailbox(letters):
    """Give a mailbox with these letters, and its address as LINLI_MAILBOX has it."""
    box = _Box(letters)
    thread = threading.Thread(target=box.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield box, f"imap://street:open%20sesame@127.0.0.1:{box.server_address[1]}/INBOX"
    finally:
        box.shutdown()
        box.server_close()
        thread.join()
