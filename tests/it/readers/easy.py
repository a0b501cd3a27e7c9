"""Writes text.ofd and scan.ofd into the working folder: a PDF of two pages, turned into OFD by easyofd.
The argument is a font, packed by LZMA. easyofd leaves a folder `test` behind and stumbles over it the second time."""
import shutil
import sys
import lzma

from easyofd.ofd import OFD
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

with open(sys.argv[1], "rb") as packed, open("song.ttf", "wb") as font:
    font.write(lzma.decompress(packed.read()))
Image.new("RGB", (60, 40), (200, 220, 120)).save("picture.jpg")
pdfmetrics.registerFont(TTFont("Song", "song.ttf"))
page = canvas.Canvas("made.pdf", pagesize=(595, 842))
for _ in range(2):
    page.setFont("Song", 22)
    page.drawCentredString(297, 600, "关于开展燃气安全检查的通知")
    page.setFont("Song", 16)
    page.drawString(79, 550, "各村（居）委会：为做好燃气安全工作，经镇政府研究，现")
    page.drawImage("picture.jpg", 100, 100, 90, 60)
    page.showPage()
page.save()
with open("made.pdf", "rb") as made:
    pdf = made.read()
for name, text in (("text.ofd", True), ("scan.ofd", False)):
    written = OFD().pdf2ofd(pdf, optional_text=text)
    with open(name, "wb") as out:
        out.write(written)
    shutil.rmtree("test", ignore_errors=True)
