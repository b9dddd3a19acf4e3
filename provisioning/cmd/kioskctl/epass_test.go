package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

// What the card of other authors needs. testdata/epass.py starts it.
var epassNeeds = []rig.Need{
	rig.NeedPCSCD, rig.NeedVPCD,
	{File: "/usr/bin/python3", Package: "python3"},
	{File: "/usr/lib/python3/site-packages/virtualsmartcard/virtualsmartcard/cards/ePass.py", Package: "python3-virtualsmartcard"},
	{File: "/usr/lib/python3/dist-packages/Cryptodome/__init__.py", Package: "python3-pycryptodome"},
	{File: "/usr/bin/openssl", Package: "openssl"},
}

// layEPass lays vsmartcard's passport on the first reader.
func layEPass(t *testing.T, args ...string) *bench {
	t.Helper()
	rig.Require(t, epassNeeds...)
	b, err := newBench(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	_, port, _ := strings.Cut(rig.Addr0, ":")
	p, err := rig.Start(t.Context(), rig.Command{
		Path: "/usr/bin/python3", Args: append([]string{"testdata/epass.py", "--port", port}, args...),
		Stdout: os.Stdout, Stderr: os.Stderr,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(5 * time.Second); err != nil {
			t.Error(err)
		}
	})
	if err := b.await(rig.Reader0, true); err != nil {
		t.Fatal(err)
	}
	return b
}

// kioskctl runs the program in this process, on the real pcscd.
func kioskctl(t *testing.T, args ...string) (code int, out report, stderr string) {
	t.Helper()
	var stdout, complaints bytes.Buffer
	readers := pcsc.New()
	s := machine(readers)
	s.stdout, s.stderr, s.terminal = &stdout, &complaints, false
	code = run(t.Context(), append([]string{"card", "read", "--json"}, args...), s)
	if err := readers.Close(); err != nil {
		t.Error(err)
	}
	if stdout.Len() > 0 {
		if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
			t.Fatalf("%v in %s", err, stdout.String())
		}
	}
	return code, out, complaints.String()
}

// TestPassportOfOtherAuthors reads the specimen of ICAO 9303-11, appendix D, from a
// chip that nobody here wrote. It has no EF.SOD, so that there is nothing to judge:
// its content is shown, and the exit code says that it is not known to be intact.
func TestPassportOfOtherAuthors(t *testing.T) {
	layEPass(t)
	code, out, stderr := kioskctl(t, "--mrz", "L898902C,690806,940623", "--reveal")
	if code != exitInternal || !strings.Contains(stderr, "it cannot be judged") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if out.Verdict != "unreadable" || !slices.Contains(out.Reasons, "sod-absent") {
		t.Errorf("verdict %q because of %q, want unreadable without a signature", out.Verdict, out.Reasons)
	}
	if out.Access != "BAC" {
		t.Errorf("opened by %q, want BAC", out.Access)
	}
	want := []string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"}
	if !slices.Equal(out.MRZ, want) {
		t.Errorf("DG1 holds %q", out.MRZ)
	}
	if (*out.Identity != person{"L898902C", "ERIKSSON ANNA MARIA", "06/08/1969", "F", "UTO", "23/06/1994"}) {
		t.Errorf("identity %+v", *out.Identity)
	}
	t.Logf("DG1 of a card of other authors, by %s in %d APDUs:\n%s", out.Access, out.Exchanges.APDUs, strings.Join(out.MRZ, "\n"))
}

func TestPassportOfOtherAuthorsRefusesWrongKeys(t *testing.T) {
	layEPass(t)
	for _, key := range []string{"L898902C,690806,940624", "L898903C,690806,940623"} {
		if code, out, stderr := kioskctl(t, "--mrz", key); code != exitWrongKey || out.Identity != nil {
			t.Errorf("exit code %d, identity %v: %s", code, out.Identity, stderr)
		}
	}
	if code, _, stderr := kioskctl(t, "--can", "123456"); code != exitInternal || !strings.Contains(stderr, "--mrz") {
		t.Errorf("a chip without PACE: exit code %d: %s", code, stderr)
	}
}

// Session after session with fresh nonces, of which one in 256 begins with zeros.
func TestPassportOfOtherAuthorsManyTimes(t *testing.T) {
	layEPass(t)
	for i := range 40 {
		if _, out, stderr := kioskctl(t, "--mrz", "L898902C,690806,940623"); out.Identity == nil {
			t.Fatalf("reading %d: %s", i, stderr)
		}
	}
}

// TestSignedCardOfOtherAuthors verifies data that OpenSSL has signed, read from the
// chip that vsmartcard's authors wrote.
func TestSignedCardOfOtherAuthors(t *testing.T) {
	rig.Require(t, epassNeeds...)
	card := signWithOpenSSL(t)
	layEPass(t, "--lds", card.dir, "--mrz", card.mrz)

	code, out, stderr := kioskctl(t, "--mrz", card.key, "--trust", card.csca)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	// Genuine needs a chip that proves itself, which this one cannot.
	if out.Verdict != "integrity-only" || !slices.Equal(out.Reasons, []string{"no-chip-proof"}) {
		t.Errorf("verdict %q because of %q", out.Verdict, out.Reasons)
	}
	if out.Signature == nil || out.Signature.Authority == "" || out.Signature.Algorithm != "ECDSA-SHA-256" {
		t.Errorf("signature %+v, want one by the trusted authority", out.Signature)
	}
	if len(out.Groups) != 1 || out.Groups[0].Number != 1 || out.Groups[0].State != "read" {
		t.Errorf("groups %v", out.Groups)
	}
	if !out.Masked || out.MRZ != nil || strings.Contains(out.Identity.Number, "099099") {
		t.Error("the person is not masked")
	}

	if _, out, _ := kioskctl(t, "--mrz", card.key); !slices.Contains(out.Reasons, "no-anchors") {
		t.Errorf("without an authority: %q", out.Reasons)
	}
}

func TestForgedCardOfOtherAuthors(t *testing.T) {
	rig.Require(t, epassNeeds...)
	card := signWithOpenSSL(t)
	card.rename(t, "NGUYEN<<VAN<AN", "NGUYEN<<VAN<EM")
	layEPass(t, "--lds", card.dir, "--mrz", card.mrz)
	code, out, _ := kioskctl(t, "--mrz", card.key, "--trust", card.csca)
	if code != exitForged || out.Verdict != "forged" || !slices.Contains(out.Reasons, "group-altered") {
		t.Errorf("exit code %d, verdict %q because of %q", code, out.Verdict, out.Reasons)
	}
}
