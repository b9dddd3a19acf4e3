package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/drivers/rig"
	"motcua/protocol/mrz"
)

// signedCard is the content of an invented card, signed by the openssl program.
type signedCard struct {
	dir  string // files by identifier, as epass.py takes them
	mrz  string
	key  string // for --mrz
	csca string // file
}

// rename changes the name on the card after it was signed.
func (c signedCard) rename(t *testing.T, from, to string) {
	t.Helper()
	name := filepath.Join(c.dir, "0101.bin")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte(from)) {
		t.Fatalf("DG1 does not hold %q", from)
	}
	write(t, name, bytes.Replace(b, []byte(from), []byte(to), 1))
}

// signWithOpenSSL makes EF.COM, DG1 and EF.SOD (ICAO 9303-10): an authority and a
// signer on P-256, and the list of hashes in a CMS signed message.
func signWithOpenSSL(t *testing.T) signedCard {
	t.Helper()
	work := t.TempDir()
	card := signedCard{dir: filepath.Join(work, "lds"), csca: filepath.Join(work, "csca.pem")}
	if err := os.Mkdir(card.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	card.mrz, card.key = inventedZone()
	dg1 := object(t, 0x61, append([]byte{0x5F, 0x1F, byte(len(card.mrz))}, card.mrz...))
	com := append([]byte{0x5F, 0x01, 4}, "0107"...)
	com = append(com, 0x5F, 0x36, 6)
	com = append(com, "040000"...)
	com = append(com, 0x5C, 1, 0x61)
	write(t, filepath.Join(card.dir, "0101.bin"), dg1)
	write(t, filepath.Join(card.dir, "011E.bin"), object(t, 0x60, com))
	write(t, filepath.Join(work, "hashes.der"), hashes(t, dg1))

	openssl := func(line string) {
		t.Helper()
		if _, err := rig.Output(t.Context(), rig.Command{Path: "/usr/bin/openssl", Args: strings.Fields(line), Dir: work}); err != nil {
			t.Fatalf("openssl %s: %v", line, err)
		}
	}
	write(t, filepath.Join(work, "ds.ext"), []byte("keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"))
	openssl("ecparam -name prime256v1 -genkey -noout -out csca.key")
	openssl("req -new -x509 -sha256 -key csca.key -subj /C=VN/O=INVENTED/CN=CSCA-TEST -days 3650 -out csca.pem -addext keyUsage=critical,keyCertSign,cRLSign")
	openssl("ecparam -name prime256v1 -genkey -noout -out ds.key")
	openssl("req -new -key ds.key -subj /C=VN/O=INVENTED/CN=DS-TEST -out ds.csr")
	openssl("x509 -req -sha256 -in ds.csr -CA csca.pem -CAkey csca.key -CAcreateserial -days 1000 -extfile ds.ext -out ds.pem")
	openssl("cms -sign -binary -nodetach -econtent_type 2.23.136.1.1.1 -in hashes.der -signer ds.pem -inkey ds.key -md sha256 -outform DER -out sod.cms")
	cms, err := os.ReadFile(filepath.Join(work, "sod.cms"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(card.dir, "011D.bin"), object(t, 0x77, cms))
	return card
}

// inventedZone is the TD1 zone of an invented person, and its key.
func inventedZone() (zone, key string) {
	const number, birth, expiry = "099099000017", "990215", "390215"
	document := number[3:]
	first := "IDVNM" + document + digit(document) + number + "<<" + digit(number)
	second := birth + digit(birth) + "M" + expiry + digit(expiry) + "VNM" + strings.Repeat("<", 11)
	second += digit(first[5:], second[:7], second[8:15], second[18:])
	name := "NGUYEN<<VAN<AN"
	third := name + strings.Repeat("<", 30-len(name))
	return first + second + third, strings.Join([]string{document, birth, expiry}, ",")
}

func digit(fields ...string) string {
	d, _ := mrz.CheckDigit(fields...)
	return string(d)
}

// hashes is the LDSSecurityObject of a card with DG1 only (ICAO 9303-10, 4.6.2.3).
func hashes(t *testing.T, dg1 []byte) []byte {
	t.Helper()
	type algorithm struct{ OID asn1.ObjectIdentifier }
	type hash struct {
		Group int
		Value []byte
	}
	sum := sha256.Sum256(dg1)
	b, err := asn1.Marshal(struct {
		Version   int
		Algorithm algorithm
		Hashes    []hash
	}{0, algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}, []hash{{1, sum[:]}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// object is a BER-TLV object with a tag of one byte.
func object(t *testing.T, tag int, content []byte) []byte {
	t.Helper()
	b, err := asn1.Marshal(asn1.RawValue{Class: tag >> 6, IsCompound: tag&0x20 != 0, Tag: tag & 0x1F, Bytes: content})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
