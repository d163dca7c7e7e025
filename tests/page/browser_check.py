"""Chromium shows the page without a complaint and without asking for anything: its security policy forbids every
request, and what is forbidden is complained about."""
import shutil
import subprocess
import sys
import tempfile
import unittest

from reading import folder, make, page_of

BROWSER = shutil.which("chromium")
if not BROWSER:
    print("skipped: chromium is not installed")
    sys.exit(77)


def show(file, *flags):
    """What the browser writes to its standard output, and what pages say on its console."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        told = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                               "--enable-logging=stderr", f"--user-data-dir={profile}", *flags, f"file://{file}"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True, timeout=300)
    return told.stdout, [line for line in told.stderr.splitlines() if "CONSOLE" in line]


class Browser(unittest.TestCase):
    def test_it_shows_the_page(self):
        with folder() as place:
            page = page_of(make(place / "run", scenarios=100))
            dom, console = show(place / "run.html", "--dump-dom")
            self.assertEqual(console, [])
            self.assertEqual(dom.count("<svg"), page.source.count("<svg"))
            self.assertEqual(dom.count("<table"), page.source.count("<table"))
            self.assertIn("</html>", dom)

            bad = place / "bad.html"
            bad.write_text(page.source.replace("</main>", '<img src="http://localhost:1/x.png"></main>'))
            self.assertNotEqual(show(bad, "--dump-dom")[1], [], "this check can fail")


if __name__ == "__main__":
    unittest.main(argv=["browser_check"])
