package envelope_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// script is the verifier in docs/verify, written in another language from the
// CDDL files and the vectors alone.
const script = "../../docs/verify/verify.py"

// runScript gives what the verifier prints. It runs under the system's Python,
// for which .ci/install brings the cryptography package.
func runScript(t *testing.T, args ...string) (string, error) {
	t.Helper()
	python := "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import cryptography").CombinedOutput(); err != nil {
		t.Fatalf("python3-cryptography is missing, .ci/install test brings it: %v\n%s", err, out)
	}
	out, err := exec.Command(python, append([]string{script}, args...)...).CombinedOutput()
	return string(out), err
}

// TestScript: another program agrees about every published vector.
func TestScript(t *testing.T) {
	out, err := runScript(t, "vectors", filepath.Join("testdata", "vectors.json"))
	if err != nil || out != "good 4, refused 21, sealed part not opened 1, failed 0\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestScriptAgrees: two programs that share no line judge messages alike that
// somebody has tampered with, whether or not he could sign.
func TestScriptAgrees(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	f := newFleet(t)
	v.CA = f.ca.cert.Raw
	s := f.seal(t)
	rc := receipt()
	rc.ID, rc.Device, rc.Seq, rc.Digest = outer().ID, outer().Device, outer().Seq, s.Digest
	v.Outer, v.Envelope, v.Digest = mustEncode(t, outer()), s.Bytes, s.Digest[:]
	v.Receipt, v.ReceiptMessage = mustEncode(t, rc), must(envelope.SignReceipt(rand.Reader, rc, f.receipt.key, f.receipt.chain))
	v.ResultMessage, v.ResultBind = must(envelope.SignResult(rand.Reader, result(), nil, nil, f.receipt.key, f.receipt.chain)), must(result().Bind())
	v.Refused = v.revoke(t, f)
	v.Refused = append(v.Refused, tampered(t, f, &v)...)
	file := filepath.Join(t.TempDir(), "vectors.json")
	if data, err = json.Marshal(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runScript(t, "vectors", file)
	if ended, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || ended.ExitCode() != 1) || !strings.Contains(out, "sealed part not opened 0, ") {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(out) {
		// Two readers of X.509 may differ in where they find a broken certificate
		// out, and not in that they do.
		between := strings.HasPrefix(line, "FAIL "+inCertificate) && !strings.Contains(line, ": good")
		if strings.HasPrefix(line, "FAIL") && !between {
			t.Error(line)
		}
	}
}

// inCertificate begins the stories about bytes of a certificate.
const inCertificate = "a certificate's byte"

// tampered are messages that this package refuses, with its own reason.
func tampered(t *testing.T, f *fleet, v *vectors) []refused {
	t.Helper()
	var list []refused
	for at := 0; at < len(v.ReceiptMessage); at += 3 {
		story, from := "byte", bytes.Index(v.ReceiptMessage, f.receipt.cert.Raw)
		if at >= from && at < from+len(f.receipt.cert.Raw) {
			story = inCertificate
		}
		list = append(list, refused{Story: fmt.Sprintf("%s %d of a receipt", story, at), As: "receipt", Message: flip(v.ReceiptMessage, at)})
	}
	for at := bytes.Index(v.RevocationMessage, v.Revocation); at < len(v.RevocationMessage); at++ {
		list = append(list, refused{Story: fmt.Sprintf("byte %d of a list", at), As: "revocation", Message: flip(v.RevocationMessage, at)})
	}
	for _, n := range []int{0, 1, 100, len(v.Envelope) - 1} {
		list = append(list, refused{Story: fmt.Sprintf("cut to %d bytes", n), As: "envelope", Message: v.Envelope[:n]})
	}
	p := payloadOf(t, v.Envelope)
	resigned := func(story string, payload []byte) {
		list = append(list, refused{Story: story, As: "envelope", Message: signRaw(t, envelope.TypeRequest, payload, f.device)})
	}
	with := func(outer []byte) []byte {
		return mustEncode(t, map[string][]byte{"outer": outer, "to": p["to"], "enc": p["enc"], "ct": p["ct"]})
	}
	for story, change := range map[string][2]string{
		"a float as version":      {"av\x01", "av\xf9\x3c\x00"},
		"the version longer":      {"av\x01", "av\x18\x01"},
		"null as service":         {"gservicecH01", "gservice\xf6"},
		"a name with a slash":     {"fdeviceh" + "demo-k01", "fdeviceh" + "demo/k01"},
		"priority 4":              {"hpriority\x01", "hpriority\x04"},
		"seq 0":                   {"cseq\x01", "cseq\x00"},
		"an unknown kind of key":  {"jprotectiondfile", "jprotectiondfilm"},
		"another type of message": {"dtypegrequest", "dtypegreceipt"},
		"a UUID of version 4":     {"\x7a\xbc\x8d", "\x4a\xbc\x8d"},
	} {
		changed := bytes.Replace(p["outer"], []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, p["outer"]) {
			t.Fatalf("%s: there is nothing to change in %x", story, p["outer"])
		}
		resigned(story, with(changed))
	}
	resigned("one field more", mustEncode(t, map[string][]byte{"outer": p["outer"], "to": p["to"], "enc": p["enc"], "ct": p["ct"], "x": {1}}))
	resigned("one field less", mustEncode(t, map[string][]byte{"outer": p["outer"], "to": p["to"], "enc": p["enc"]}))
	resigned("an outer part that goes on", with(append(bytes.Clone(p["outer"]), 0)))
	list = append(list, refused{Story: "a receipt signed by a device", As: "receipt", Message: signRaw(t, envelope.TypeReceipt, v.Receipt, f.device)})
	return judged(t, f, list)
}

// judged adds this package's reason to each.
func judged(t *testing.T, f *fleet, list []refused) []refused {
	t.Helper()
	for i, c := range list {
		var err error
		switch c.As {
		case "receipt":
			_, err = envelope.VerifyReceipt(c.Message, f.roots, now())
		case "revocation":
			_, err = envelope.VerifyRevocation(c.Message, f.roots, now())
		default:
			_, err = envelope.Verify(c.Message, f.roots, now())
		}
		for word, reason := range reasons {
			if errors.Is(err, reason) {
				list[i].Error = word
			}
		}
		if list[i].Error == "" {
			t.Fatalf("%s: %v is none of the published reasons", c.Story, err)
		}
	}
	return list
}

// TestScriptOnFiles: it verifies what is in files, and a receipt only for the
// envelope it answers.
func TestScriptOnFiles(t *testing.T) {
	f := newFleet(t)
	s, other := f.seal(t), f.seal(t)
	rc := receipt()
	rc.ID, rc.Device, rc.Seq, rc.Digest = outer().ID, outer().Device, outer().Seq, request.Digest(s.Digest)
	dir := t.TempDir()
	path := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	ca, at := path("ca.der", f.ca.cert.Raw), now().UTC().Format("2006-01-02T15:04:05Z")
	receiptFile := path("receipt", must(envelope.SignReceipt(rand.Reader, rc, f.receipt.key, f.receipt.chain)))
	envelopeFile, otherFile := path("envelope", s.Bytes), path("other", other.Bytes)
	list := revocation().With(envelope.CertificateName(f.receipt.cert))
	listFile := path("list", must(envelope.SignRevocation(rand.Reader, list, f.document.key, f.document.chain)))
	out, err := runScript(t, "receipt", "--ca", ca, "--at", at, "--envelope", envelopeFile, receiptFile)
	if err != nil || !strings.Contains(out, `"digest": "`+hex.EncodeToString(s.Digest[:])+`"`) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = runScript(t, "revocation", "--ca", ca, "--at", at, listFile); err != nil || !strings.Contains(out, `"number": 3`) {
		t.Errorf("%v\n%s", err, out)
	}
	for story, args := range map[string][]string{
		"a revoked certificate":      {"receipt", "--ca", ca, "--at", at, "--revoked", listFile, receiptFile},
		"a receipt as list":          {"receipt", "--ca", ca, "--at", at, "--revoked", receiptFile, receiptFile},
		"another envelope's receipt": {"receipt", "--ca", ca, "--at", at, "--envelope", otherFile, receiptFile},
		"an envelope as receipt":     {"receipt", "--ca", ca, "--at", at, envelopeFile},
		"too late":                   {"envelope", "--ca", ca, "--at", "2099-01-01", envelopeFile},
	} {
		out, err := runScript(t, args...)
		if ended, ok := errors.AsType[*exec.ExitError](err); !ok || ended.ExitCode() != 1 || !strings.HasPrefix(out, "refused: ") {
			t.Errorf("%s: %v\n%s", story, err, out)
		}
	}
}
