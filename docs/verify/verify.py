#!/usr/bin/env python3
"""Verifies Motcua's envelopes, receipts, results and lists of revoked
certificates without Motcua.

Written from protocol/envelope/envelope.cddl, protocol/request/*.cddl and
docs/protocol.md alone, for whoever doubts the project's own programs, or starts
another centre. It needs Python 3.9 and the cryptography package (Debian 12:
python3-cryptography); the CBOR decoder is below.

    verify.py vectors FILE
    verify.py envelope   --ca CA [--at TIME] [--revoked LIST] FILE
    verify.py receipt    --ca CA [--at TIME] [--revoked LIST] [--envelope FILE] FILE
    verify.py result     --ca CA [--at TIME] [--revoked LIST] FILE
    verify.py revocation --ca CA [--at TIME] [--revoked LIST] FILE

It opens nothing that is sealed: that needs HPKE with MLKEM768-X25519, which
Debian 12 has not. So it cannot tell whether a sealed part belongs to its outer
part; whoever has the service key can.
"""

import argparse
import datetime
import hashlib
import json
import re
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

EXIT_GOOD, EXIT_REFUSED, EXIT_USAGE = 0, 1, 2

MAX_CERTIFICATE, MAX_CHAIN, MAX_DEPTH = 4096, 4, 8
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CLIENT_AUTH, DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.36"
CONTENT_TYPE = "application/vnd.motcua.%s+cbor"


class Refused(Exception):
    """A message that must not be taken; reason is a word of vectors.json."""

    def __init__(self, reason, text):
        super().__init__(reason + ": " + text)
        self.reason = reason


def malformed(text):
    return Refused("malformed", text)


# CBOR, core deterministic encoding (RFC 8949 section 4.2.1): one sequence of
# bytes for each value, everything else is refused.


class Tag:
    """A tagged value."""

    def __init__(self, number, value):
        self.number, self.value = number, value


class Decoder:
    """Reads one value and refuses every form but the canonical one."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if n > len(self.data) - self.at:
            raise malformed("it ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def head(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info
        if info > 27:
            raise malformed("an indefinite length, or a reserved form")
        width = 1 << (info - 24)
        value = int.from_bytes(self.take(width), "big")
        if major == 7 or value < (24 if width == 1 else 1 << (4 * width)):
            raise malformed("a number longer than needed, or a float")
        return major, value

    def item(self, depth=0):
        if depth > MAX_DEPTH:
            raise malformed("nested too deep")
        major, n = self.head()
        if major == 0:
            return n
        if major == 1:
            return -1 - n
        if major == 2:
            return self.take(n)
        if major == 3:
            try:
                return self.take(n).decode("utf-8")
            except UnicodeDecodeError:
                raise malformed("text that is not UTF-8") from None
        if major == 4:
            return [self.item(depth + 1) for _ in range(self.room(n))]
        if major == 5:
            return self.map(self.room(2 * n) // 2, depth)
        if major == 6:
            return Tag(n, self.item(depth + 1))
        if n in (20, 21):
            return n == 21
        raise malformed("a simple value that no message has")

    def room(self, n):
        """Bounds a count by the bytes that are left, before anything is made."""
        if n > len(self.data) - self.at:
            raise malformed("it ends too early")
        return n

    def map(self, pairs, depth):
        out, before = {}, b""
        for _ in range(pairs):
            start = self.at
            key = self.item(depth + 1)
            if not isinstance(key, (int, str)) or isinstance(key, bool):
                raise malformed("a key that is neither a number nor text")
            raw = self.data[start : self.at]
            if raw <= before:
                raise malformed("keys out of order, or one twice")
            out[key], before = self.item(depth + 1), raw
        return out


def decode(data):
    d = Decoder(data)
    value = d.item()
    if d.at != len(data):
        raise malformed("bytes after the end")
    return value


# The rules of the CDDL files: a function for each type, a table for each map.


def uint(v):
    return isinstance(v, int) and not isinstance(v, bool) and v >= 0


def integer(v):
    return isinstance(v, int) and not isinstance(v, bool)


def bstr(low, high=None):
    return lambda v: isinstance(v, bytes) and low <= len(v) <= (low if high is None else high)


def tstr(pattern):
    return lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None


def one_of(*words):
    return lambda v: isinstance(v, str) and v in words


def array(rule, most):
    return lambda v: isinstance(v, list) and 0 < len(v) <= most and all(rule(x) for x in v)


def uuid7(v):
    return bstr(16)(v) and v[6] >> 4 == 7 and v[8] >> 6 == 2


def time_ms(v):
    return integer(v) and 1577836800000 < v < 7258118400000  # 2020 to 2200


def clock(v):
    return isinstance(v, dict) and not complaint(v, CLOCK)


digest, bytes8 = bstr(32), bstr(8)
name, word = tstr("[A-Za-z0-9_-]{1,32}"), tstr("[!-~]{1,64}")

# "?" before a key: may be missing
CLOCK = {"trust": one_of("synced", "held", "unset"), "offset_ms": integer}
PAYLOAD = {"outer": bstr(1, 1024), "to": bytes8, "enc": bstr(1120), "ct": bstr(17, 64 * 1024 + 16)}
OUTER = {
    "v": uint, "id": uuid7, "type": one_of("request"), "service": name, "seq": lambda v: uint(v) and v > 0,
    "prev": digest, "device": name, "facility": name, "province": name, "created_at": time_ms, "expires_at": time_ms,
    "clock": clock, "priority": lambda v: uint(v) and v <= 3, "protection": one_of("file", "tpm", "se"),
}  # fmt: skip
RECEIPT = {
    "v": uint, "id": uuid7, "device": name, "seq": lambda v: uint(v) and v > 0, "digest": digest,
    "status": one_of("accepted", "duplicate", "held", "refused", "expired"), "?code": word, "?no": word,
    "at": time_ms, "contiguous": uint, "chain_head": digest, "?retry_after": lambda v: uint(v) and 0 < v <= 86400,
}  # fmt: skip
def names_of_certificates(v):
    """16 bytes each, ascending, each once."""
    if not bstr(16, 16 * 32768)(v) or len(v) % 16:
        return False
    all_names = [v[i : i + 16] for i in range(0, len(v), 16)]
    return all(a < b for a, b in zip(all_names, all_names[1:]))


REVOCATION = {
    "v": uint, "type": one_of("revocation"), "number": lambda v: uint(v) and 0 < v < 1 << 62,
    "at": time_ms, "next": time_ms, "?revoked": names_of_certificates,
}  # fmt: skip
RESULT = {
    "v": uint, "id": uuid7, "device": name, "service": name,
    "class": one_of("ok", "new-card", "reception", "pending", "child", "retry", "discrepancy", "unavailable", "ops"),
    "?codes": array(word, 32), "at": time_ms, "?sealed": bstr(1120 + 16, 16 * 1024),
}  # fmt: skip


def complaint(value, rules):
    """What is wrong with a map, or None."""
    if not isinstance(value, dict):
        return "not a map"
    known = {key.lstrip("?"): rule for key, rule in rules.items()}
    for key in value:
        if key not in known:
            return "an unknown key"
    for key, rule in rules.items():
        field = key.lstrip("?")
        if field not in value:
            if key[0] != "?":
                return field + " is missing"
        elif not rule(value[field]):
            return field + " is out of its bounds"
    return None


def check(value, rules, what):
    bad = complaint(value, rules)
    if bad:
        raise malformed(what + ": " + bad)
    return value


def check_version(value):
    """Tells another version from a broken message, before anything else is read."""
    if not isinstance(value, dict) or not uint(value.get("v")):
        raise malformed("no version")
    if value["v"] != 1:
        raise Refused("version", "it is %d, 1 is known" % value["v"])


# Certificates.

# what the library says of bytes that are none
BROKEN_CERTIFICATE = (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension, UnsupportedAlgorithm)


def validity(cert):
    if hasattr(cert, "not_valid_before_utc"):  # cryptography 42 and later
        return cert.not_valid_before_utc, cert.not_valid_after_utc
    utc = datetime.timezone.utc
    return cert.not_valid_before.replace(tzinfo=utc), cert.not_valid_after.replace(tzinfo=utc)


def extension(cert, kind):
    try:
        return cert.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def names(cert, oid):
    return [a.value for a in cert.subject.get_attributes_for_oid(oid)]


def check_purpose(cert, purpose, unit):
    """Devices are for clientAuth alone, the centre's keys for documentSigning alone."""
    usage, extended, basic = (extension(cert, k) for k in (x509.KeyUsage, x509.ExtendedKeyUsage, x509.BasicConstraints))
    if extended is None or [u.dotted_string for u in extended] != [purpose]:
        raise Refused("certificate", "it is for another purpose")
    if unit and names(cert, NameOID.ORGANIZATIONAL_UNIT_NAME) != [unit]:
        raise Refused("certificate", "its unit is not " + unit)
    if basic is not None and basic.ca:
        raise Refused("certificate", "an authority signs certificates only")
    if usage is None or not usage.digital_signature:
        raise Refused("certificate", "its key may not sign")
    key = cert.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Refused("certificate", "not a P-256 key")


def issued(cert, issuer):
    """Whether issuer, an authority, signed cert."""
    basic, usage, key = extension(issuer, x509.BasicConstraints), extension(issuer, x509.KeyUsage), issuer.public_key()
    if basic is None or not basic.ca or (usage is not None and not usage.key_cert_sign):
        return False
    if cert.issuer != issuer.subject or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(cert.signature, cert.tbs_certificate_bytes, ec.ECDSA(cert.signature_hash_algorithm))
    except InvalidSignature:
        return False
    return True


def certificate_name(cert):
    """What a list of revoked certificates calls it."""
    return hashlib.sha256(cert.tbs_certificate_bytes).digest()[:16]


def check_chain(certs, ca, at, revoked):
    """Follows x5chain to the fleet authority; a certificate itself may be pinned."""
    path, rest = [certs[0]], list(certs[1:])
    while path[-1] != ca:
        if issued(path[-1], ca):
            path.append(ca)
            break
        step = next((c for c in rest if issued(path[-1], c)), None)
        if step is None:
            raise Refused("certificate", "it does not lead to the fleet authority")
        rest.remove(step)
        path.append(step)
    for below, cert in enumerate(path):
        start, end = validity(cert)
        if not start <= at <= end:
            raise Refused("certificate", "outside its time of validity")
        basic = extension(cert, x509.BasicConstraints)
        if below > 0 and basic is not None and basic.path_length is not None and below - 1 > basic.path_length:
            raise Refused("certificate", "the chain is longer than its authority allows")
    if any(certificate_name(cert) in revoked for cert in path):
        raise Refused("revoked", "a certificate of its signer is on the list")


# Messages.


def header(protected, kind):
    """The three parameters of every message; gives the certificates in DER."""
    h = decode(protected)
    if not isinstance(h, dict) or set(h) != {1, 3, 33} or h[1] != -7 or h[3] != CONTENT_TYPE % kind:
        raise malformed("other header parameters than ES256, this content type and x5chain")
    chain = h[33]
    if isinstance(chain, bytes):
        chain = [chain]
    elif not isinstance(chain, list) or not 2 <= len(chain) <= MAX_CHAIN:
        raise malformed("x5chain is neither one certificate nor two to four")
    if not all(isinstance(c, bytes) and 0 < len(c) <= MAX_CERTIFICATE for c in chain):
        raise malformed("x5chain holds something else than a certificate")
    return chain


def verify_sign1(data, kind, most, purpose, unit, ca, at, revoked):
    """Everything that does not depend on the payload; gives it and who signed."""
    if len(data) > most:
        raise malformed("%d bytes, %d are allowed" % (len(data), most))
    m = decode(data)
    if not isinstance(m, Tag) or m.number != 18 or not isinstance(m.value, list) or len(m.value) != 4:
        raise malformed("not a COSE_Sign1")
    protected, unprotected, payload, signature = m.value
    if not isinstance(protected, bytes) or unprotected != {} or not isinstance(payload, bytes) or not bstr(64)(signature):
        raise malformed("not a COSE_Sign1 with an empty unprotected header")
    try:
        certs = [x509.load_der_x509_certificate(der) for der in header(protected, kind)]
        check_purpose(certs[0], purpose, unit)
        check_chain(certs, ca, at, revoked)
    except BROKEN_CERTIFICATE:
        raise malformed("x5chain holds a broken certificate") from None
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > ORDER_P256 // 2:
        raise Refused("signature", "not the smaller of two values")
    signed = sig_structure(protected, payload)
    try:
        certs[0].public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("signature", "it does not verify") from None
    return payload, certs[0]


def sig_structure(protected, payload):
    """RFC 9052 section 4.4, with empty external data."""

    def byte_string(b):
        width = next(w for w in (0, 1, 2, 4) if len(b) < (24 if w == 0 else 1 << (8 * w)))
        if width == 0:
            return bytes([0x40 | len(b)]) + b
        return bytes([0x40 | {1: 24, 2: 25, 4: 26}[width]]) + len(b).to_bytes(width, "big") + b

    return b"\x84\x6aSignature1" + byte_string(protected) + b"\x40" + byte_string(payload)


def verify_envelope(data, ca, at, revoked):
    payload, signer = verify_sign1(data, "request", 96 * 1024, CLIENT_AUTH, None, ca, at, revoked)
    p = check(decode(payload), PAYLOAD, "payload")
    outer = decode(p["outer"])
    check_version(outer)
    check(outer, OUTER, "outer")
    if outer["seq"] == 1 and any(outer["prev"]):
        raise malformed("outer: the first envelope names one before it")
    if outer["expires_at"] <= outer["created_at"]:
        raise malformed("outer: it expires before it was made")
    who = [names(signer, o) for o in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.STATE_OR_PROVINCE_NAME)]
    if who != [[outer["device"]], [outer["facility"]], [outer["province"]]]:
        raise Refused("identity", "outer part and certificate name different devices")
    return outer


def verify_signed_by_centre(kind, most, unit, rules):
    def verify(data, ca, at, revoked):
        payload, _ = verify_sign1(data, kind, most, DOCUMENT_SIGNING, unit, ca, at, revoked)
        message = decode(payload)
        check_version(message)
        return check(message, rules, kind)

    return verify


def verify_revocation(data, ca, at, revoked):
    r = verify_signed_by_centre("revocation", 529 * 1024, "document", REVOCATION)(data, ca, at, revoked)
    if not 0 < r["next"] - r["at"] <= 400 * 24 * 3600 * 1000:
        raise malformed("revocation: next is not after at, within 400 days")
    return r


def revoked_names(revocation):
    listed = revocation.get("revoked", b"")
    return {listed[i : i + 16] for i in range(0, len(listed), 16)}


VERIFY = {
    "envelope": verify_envelope,
    "receipt": verify_signed_by_centre("receipt", 16 * 1024, "receipt", RECEIPT),
    "result": verify_signed_by_centre("result", 32 * 1024, "receipt", RESULT),
    "revocation": verify_revocation,
}


def answers(receipt, data, outer):
    """Refuses a receipt that is not for this envelope."""
    for field in ("id", "device", "seq"):
        if receipt[field] != outer[field]:
            raise Refused("mismatch", "the receipt is for another " + field)
    if receipt["digest"] != hashlib.sha256(data).digest():
        raise Refused("mismatch", "the receipt is for other bytes")


# Programs.


def run_vectors(args):
    """Checks a file of test vectors; what only opening can tell is counted apart."""
    with open(args.file, encoding="utf-8") as f:
        v = json.load(f)
    ca, at = x509.load_der_x509_certificate(bytes.fromhex(v["fleet_ca_certificate"])), parse_time(v["now"])
    failed = []
    data, revoked = bytes.fromhex(v["envelope"]), set()
    revocation = VERIFY["revocation"](bytes.fromhex(v["revocation_message"]), ca, at, revoked)
    revoked = revoked_names(revocation)
    outer, receipt = VERIFY["envelope"](data, ca, at, revoked), VERIFY["receipt"](bytes.fromhex(v["receipt_message"]), ca, at, revoked)
    result = VERIFY["result"](bytes.fromhex(v["result_message"]), ca, at, revoked)
    answers(receipt, data, outer)
    for what, got, want in (
        ("outer", outer, decode(bytes.fromhex(v["outer"]))),
        ("receipt", receipt, decode(bytes.fromhex(v["receipt"]))),
        ("revocation", revocation, decode(bytes.fromhex(v["revocation"]))),
        ("revoked certificate", certificate_name(load_certificate(bytes.fromhex(v["revoked_certificate"]))).hex(), v["revoked_name"]),
        ("digest", hashlib.sha256(data).hexdigest(), v["digest"]),
        ("result", {k: x for k, x in result.items() if k != "sealed"}, decode(bytes.fromhex(v["result_bind"]))),
    ):
        if got != want:
            failed.append(what + " says something else")
    refused = sealed = 0
    for case in v["refused"]:
        got = verdict(case["as"], bytes.fromhex(case["message"]), ca, at, revoked)
        if case["error"] == "sealed" and got == "good":
            sealed += 1
        elif got == case["error"]:
            refused += 1
        else:
            failed.append("%s: %s, not %s" % (case["story"], got, case["error"]))
    for line in failed:
        print("FAIL", line)
    print("good 4, refused %d, sealed part not opened %d, failed %d" % (refused, sealed, len(failed)))
    return EXIT_REFUSED if failed else EXIT_GOOD


def verdict(kind, data, ca, at, revoked):
    try:
        VERIFY[kind](data, ca, at, revoked)
    except Refused as e:
        return e.reason
    return "good"


def run_one(args):
    with open(args.ca, "rb") as f:
        ca = load_certificate(f.read())
    at = parse_time(args.at) if args.at else datetime.datetime.now(datetime.timezone.utc)
    revoked = set()
    if args.revoked:
        with open(args.revoked, "rb") as f:
            revoked = revoked_names(VERIFY["revocation"](f.read(), ca, at, revoked))
    with open(args.file, "rb") as f:
        data = f.read()
    message = VERIFY[args.command](data, ca, at, revoked)
    if getattr(args, "envelope", None):
        with open(args.envelope, "rb") as f:
            sent = f.read()
        answers(message, sent, VERIFY["envelope"](sent, ca, at, revoked))
    out = {k: x.hex() if isinstance(x, bytes) else x for k, x in message.items() if k != "sealed"}
    print(json.dumps({"verified": args.command, "sha256": hashlib.sha256(data).hexdigest(), **out}, indent=2))
    return EXIT_GOOD


def load_certificate(data):
    if data.startswith(b"-----"):
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)


def parse_time(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=datetime.timezone.utc)


def main(argv):
    p = argparse.ArgumentParser(description="Verifies Motcua's messages; opens nothing that is sealed.")
    sub = p.add_subparsers(dest="command", required=True)
    sub.add_parser("vectors", help="check a file of test vectors").add_argument("file")
    for kind in VERIFY:
        one = sub.add_parser(kind, help="verify one %s and print what it says" % kind)
        one.add_argument("--ca", required=True, help="the fleet authority's certificate, PEM or DER")
        one.add_argument("--revoked", help="a list of revoked certificates, signed by the centre, that counts here")
        one.add_argument("--at", help="as of this time (ISO 8601); now unless told")
        if kind == "receipt":
            one.add_argument("--envelope", help="the envelope that it should answer")
        one.add_argument("file")
    args = p.parse_args(argv)
    try:
        return run_vectors(args) if args.command == "vectors" else run_one(args)
    except Refused as e:
        print("refused:", e, file=sys.stderr)
        return EXIT_REFUSED
    except (OSError, ValueError, KeyError) as e:
        print("verify.py:", e, file=sys.stderr)
        return EXIT_USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
