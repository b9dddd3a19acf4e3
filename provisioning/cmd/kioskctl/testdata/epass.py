#!/usr/bin/python3
"""A passport chip that others wrote, on the virtual reader.

The chip (files, basic access control, secure messaging) is vsmartcard's, by Frank
Morgner and Dominik Oepen, from Debian's python3-virtualsmartcard, which is under
the GPL, version 3. This launcher imports it where the package installed it. It is
a program of its own that the tests start; nothing of Motcua is linked with it and
it is shipped with none of Motcua's programs.

The package was carried over to Python 3 only in part. What is still broken on the
way of a passport is mended here, in memory. What a passport must do and this one
leaves out is added: files are closed without a session, a command without secure
messaging ends the session, the status word is part of every protected answer
(ICAO 9303-11, 9.8).

usage: epass.py --port N [--mrz TEXT] [--lds DIR]
  --lds DIR   the files, each named by its identifier: 011E.bin, 0101.bin, 011D.bin
"""
import argparse
import hashlib
import importlib.util
import os
import socket
import struct
import sys

INSTALLED = "/usr/lib/python3/site-packages/virtualsmartcard"
SPECIMEN = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
            "L898902C<3UTO6908061F9406236ZE184226B<<<<<14")  # ICAO 9303-11, appendix D


def bring_in(name, repairs=()):
    """Imports a module with some of its expressions replaced."""
    spec = importlib.util.find_spec(name)
    with open(spec.origin, encoding="utf-8") as f:
        text = f.read()
    for broken, mended in repairs:
        if broken not in text:
            sys.exit("epass.py: %s is not as expected (another version?): no %r" % (name, broken))
        text = text.replace(broken, mended)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(text, spec.origin, "exec"), module.__dict__)
    parent, _, last = name.rpartition(".")
    setattr(sys.modules[parent], last, module)
    return module


def cryptodome_as_crypto():
    """Debian's pycryptodome goes by another name than the one that is imported."""
    import Cryptodome
    import Cryptodome.Cipher.AES, Cryptodome.Cipher.ARC4, Cryptodome.Cipher.DES, Cryptodome.Cipher.DES3
    import Cryptodome.Hash.HMAC, Cryptodome.Hash.SHA
    sys.modules["Crypto"] = Cryptodome
    sys.modules["Crypto.Cipher"] = Cryptodome.Cipher
    sys.modules["Crypto.Hash"] = Cryptodome.Hash


sys.dont_write_bytecode = True
sys.path.insert(0, INSTALLED)
cryptodome_as_crypto()
import virtualsmartcard.cards  # noqa: E402

tlv = bring_in("virtualsmartcard.TLVutils", [
    # joins a byte string once more, byte by byte
    ('        result = result + value\n\n    return b"".join(result)', "        result = result + value\n\n    return result"),
])
crypto = bring_in("virtualsmartcard.CryptoUtils", [
    # treats byte strings as text
    ("chr(op(ord(string1[i]), ord(string2[i])))", "op(string1[i], string2[i])"),
    ('    return "".join(result)\n\n\n# ****', "    return bytes(result)\n\n\n# ****"),
    # the counter has eight bytes, also when it begins with zeros
    ("inttostring(ssc) + data", "inttostring(ssc, 8) + data"),
])
bring_in("virtualsmartcard.SEutils", [
    ('return_data = ["", ]', "return_data = []"),
    ('data="".join(return_data)', 'data=b"".join(return_data)'),
    ("stringtoint(value[0])", "value[0]"),
])
from virtualsmartcard.SmartcardFilesystem import DF, MF, TransparentStructureEF  # noqa: E402
from virtualsmartcard.SmartcardSAM import SAM  # noqa: E402
from virtualsmartcard.SWutils import SW  # noqa: E402
from virtualsmartcard.VirtualSmartcard import Iso7816OS  # noqa: E402
from virtualsmartcard.cards.ePass import PassportSAM, ePass_SE  # noqa: E402
from virtualsmartcard.utils import inttostring  # noqa: E402


class SecureMessaging(ePass_SE):
    def protect_response(self, sw, result):
        objects = b""
        if result:
            hidden = b"\x01" + self.encipher(0x82, 0x80, result)
            objects += tlv.pack([(0x87, len(hidden), hidden)])
        objects += tlv.pack([(0x99, 2, inttostring(sw, 2))])
        padded = crypto.append_padding(self.cct.blocklength, objects)
        mac = self.compute_cryptographic_checksum(0x8E, 0x80, padded)
        return sw, objects + tlv.pack([(0x8E, len(mac), mac)])


class PassportKeys(PassportSAM):
    def __init__(self, mf, mrz):
        SAM.__init__(self, None, None, mf, default_se=SecureMessaging)
        seed = hashlib.sha1(key_fields(mrz)).digest()[:16]
        self.KSeed = seed
        self.KEnc, self.KMac = self.derive_key(seed, 1), self.derive_key(seed, 2)


def key_fields(mrz):
    """Number, birth and expiry, each with its check digit."""
    if len(mrz) == 90:  # TD1
        return mrz[5:15] + mrz[30:37] + mrz[38:45]
    second = mrz[44:]  # TD3
    return second[0:10] + second[13:20] + second[21:28]


class Passport(Iso7816OS):
    """The chip, with the access rules of a passport around it."""

    PLAIN_READS = (0xB0, 0xB1)
    SELECT, BY_NAME = 0xA4, 4

    def session(self):
        return self.SAM.current_SE.ssc is not None

    def end_session(self):
        self.SAM.current_SE.ssc = None

    def execute(self, msg):
        if len(msg) < 4:
            return b"\x67\x00"
        if msg[0] & 0x0C == 0x0C:
            if not self.session():
                return b"\x69\x88"
        else:
            self.end_session()
            refused = self.without_session(msg)
            if refused:
                return refused
        try:
            return super().execute(msg)
        except Exception as e:  # a chip answers whatever it is sent
            print("epass.py: command %02X: %r" % (msg[1], e), file=sys.stderr, flush=True)
            return b"\x6f\x00"

    def without_session(self, msg):
        inside = self.mf.currentDF() is not self.mf
        if msg[1] in self.PLAIN_READS:
            return b"\x69\x82"
        if msg[1] == self.SELECT and msg[2] != self.BY_NAME:
            if msg[2] == 0 and (len(msg) <= 5 or msg[5:7] == b"\x3f\x00"):
                self.mf.current = self.mf
                return b"\x90\x00"
            return b"\x69\x82" if inside else b"\x6a\x82"
        return None

    def powerUp(self):
        super().powerUp()
        self.end_session()

    reset = powerUp


def files(args, mrz):
    """The chip's files by identifier: those of a folder, or EF.COM and DG1."""
    if args.lds:
        names = [n for n in os.listdir(args.lds) if n.endswith(".bin")]
        return {int(n[:-4], 16): open(os.path.join(args.lds, n), "rb").read() for n in names}
    com = tlv.pack([(0x5F01, 4, b"0107"), (0x5F36, 6, b"040000"), (0x5C, 1, b"\x61")])
    dg1 = tlv.pack([(0x5F1F, len(mrz), mrz)])
    return {0x011E: tlv.pack([(0x60, len(com), com)]), 0x0101: tlv.pack([(0x61, len(dg1), dg1)])}


def passport(args):
    mrz = args.mrz.encode("ascii")
    mf = MF()
    df = DF(parent=mf, fid=4, dfname=bytes.fromhex("A0000002471001"), bertlv_data=[])
    for fid, data in sorted(files(args, mrz).items()):
        df.append(TransparentStructureEF(parent=df, fid=fid, filedescriptor=0, shortfid=fid & 0x1F, data=data))
    mf.append(df)
    return Passport(mf, PassportKeys(mf, mrz))


def serve(chip, port):
    """The card's end of vpcd: two bytes of length, then a message; one byte is a
    control code."""
    reader = socket.create_connection(("127.0.0.1", port))
    reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        size = struct.unpack("!H", exactly(reader, 2))[0]
        # vpcd waits for the acknowledgement of the length before it sends the rest
        reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        message = exactly(reader, size)
        if message == b"\x04":
            answer = chip.getATR()
        elif size > 1:
            answer = chip.execute(message)
        else:
            if message in (b"\x01", b"\x02"):
                chip.powerUp()
            continue
        reader.sendall(struct.pack("!H", len(answer)) + answer)


def exactly(sock, n):
    got = b""
    while len(got) < n:
        more = sock.recv(n - len(got))
        if not more:
            sys.exit(0)  # the reader is gone
        got += more
    return got


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mrz", default=SPECIMEN)
    parser.add_argument("--lds")
    args = parser.parse_args()
    serve(passport(args), args.port)


main()
