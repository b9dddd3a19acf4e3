package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// trustBench is a folder with what OpenSSL made (protocol/pki/testdata/openssl)
// and keys for bundles.
type trustBench struct {
	t   *testing.T
	dir string
	now time.Time
}

func newTrustBench(t *testing.T) trustBench {
	t.Helper()
	b := trustBench{t, t.TempDir(), time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)}
	for _, name := range []string{"list.ml", "list-ber.ml", "de.der", "vn.der", "ds.der", "revoked.crl", "empty.crl"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "protocol", "pki", "testdata", "openssl", name))
		if err != nil {
			t.Fatal(err)
		}
		b.write(name, data)
	}
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize)) // invented
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	b.write("trust.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	b.write("trust.pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	return b
}

func (b trustBench) write(name string, data []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b trustBench) read(name string) []byte {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// ctl runs a trust verb; words that begin with @ are files of the bench.
func (b trustBench) ctl(code int, line string, says ...string) {
	b.t.Helper()
	args := append([]string{"trust"}, strings.Fields(line)...)
	for i, a := range args {
		if name, ok := strings.CutPrefix(a, "@"); ok {
			args[i] = filepath.Join(b.dir, name)
		}
	}
	var out bytes.Buffer
	got := run(b.t.Context(), args, surroundings{stdout: &out, stderr: &out, now: func() time.Time { return b.now }})
	if got != code {
		b.t.Errorf("%s: exit code %d, want %d:\n%s", line, got, code, &out)
	}
	for _, s := range says {
		if !strings.Contains(out.String(), s) {
			b.t.Errorf("%s: no %q in\n%s", line, s, &out)
		}
	}
}

// From a state's list to the file that a kiosk takes.
func TestTrustFromListToBundle(t *testing.T) {
	b := newTrustBench(t)
	b.ctl(exitOK, "import --list @list.ml --signer @de.der --country vn --out @vn",
		"authority  C=VN, O=Demo Authority, CN=CSCA  serial 01", "link       C=VN", "3 certificates written")
	b.ctl(exitOK, "show @vn", "authority  C=VN", "link       C=VN")
	b.ctl(exitOK, "bundle --key @trust.key --in @vn --crl @revoked.crl --serial 4 --expires 2027-06-30 --out @trust.bundle",
		"serial 4: 3 certificates and 1 revocation lists, until 2027-06-30")
	b.ctl(exitOK, "show --key @trust.pub @trust.bundle", "serial 4, 2027-01-01 to 2027-06-30", "revoked    1 by C=VN, O=Demo Authority, CN=CSCA")
	b.now = b.now.AddDate(1, 0, 0)
	b.ctl(exitOK, "show --key @trust.pub @trust.bundle", "old        trust bundle: the list is not valid now", "old        revocation list of C=VN")

	b.now = b.now.AddDate(-1, 0, 0)
	b.ctl(exitOK, "bundle --key @trust.key --in @vn --out @timed.bundle", "serial 1798804800: 3 certificates and 0 revocation lists, until 2028-01-01")
}

func TestTrustImportAsksWhoVouches(t *testing.T) {
	b := newTrustBench(t)
	b.ctl(exitOK, "import --list @list-ber.ml --unverified --out @all", "4 certificates written", "nobody vouches for this list")
	b.ctl(exitInternal, "import --list @list.ml --signer @vn.der --out @none", "no trusted authority vouches for the master list; --signer takes")
	b.ctl(exitInternal, "import --list @list.ml --signer @ds.der --out @none", "the signer's authority")
	b.ctl(exitInternal, "import --list @list.ml --signer @de.der --country LA --out @none", "no authority of these countries")
	b.ctl(exitUsage, "import --list @list.ml --out @none", "either --signer or --unverified")
	b.ctl(exitUsage, "import --list @list.ml --signer @de.der --unverified --out @none", "either --signer or --unverified")
	b.ctl(exitUsage, "import --unverified", "--list and --out are needed")
	if _, err := os.Stat(filepath.Join(b.dir, "none")); err == nil {
		t.Error("something was written")
	}
}

func TestTrustImportReadsThePKDsFile(t *testing.T) {
	b := newTrustBench(t)
	entry := func(list []byte) string {
		return "dn: c=XX\npkdMasterListContent:: " + base64.StdEncoding.EncodeToString(list) + "\n\n"
	}
	b.write("pkd.ldif", []byte("version: 1\n\n"+entry(b.read("list.ml"))+entry([]byte("broken"))+entry(b.read("list-ber.ml"))))
	b.ctl(exitOK, "import --list @pkd.ldif --signer @de.der --out @all", "left out: list 2 of 3:", "4 certificates written")
	b.write("empty.ldif", []byte("version: 1\n\ndn: c=XX\n"))
	b.ctl(exitInternal, "import --list @empty.ldif --unverified --out @none", "holds no master list")
	b.write("list.zip", []byte("PK\x03\x04"))
	b.ctl(exitInternal, "import --list @list.zip --unverified --out @none", "a zip file", "unpack it first")
	b.ctl(exitInternal, "import --list @de.der --unverified --out @none", "malformed")
	b.ctl(exitInternal, "import --list @missing --unverified --out @none", "no such file")
}

func TestTrustShowTellsWhatIsOfNoUse(t *testing.T) {
	b := newTrustBench(t)
	if err := os.Mkdir(filepath.Join(b.dir, "mixed"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vn.der", "ds.der", "empty.crl"} {
		b.write("mixed/"+name, b.read(name))
	}
	b.ctl(exitOK, "show @mixed", "cannot be used: ds.der: ", "authority  C=VN", "revoked    0 by C=VN")
	b.ctl(exitInternal, "bundle --key @trust.key --in @mixed --out @x", "ds.der")
	b.ctl(exitInternal, "show @missing", "no such file")
	b.ctl(exitUsage, "show", "one folder or bundle is needed")
	b.write("false.bundle", []byte{0xD2, 0x84, 0})
	b.ctl(exitUsage, "show @false.bundle", "--key")
	b.ctl(exitInternal, "show --key @trust.pub @false.bundle", "trust bundle: not a signed list")
	b.ctl(exitInternal, "show --key @trust.key @false.bundle", "not a key for signed lists")
}

func TestTrustBundleRefuses(t *testing.T) {
	b := newTrustBench(t)
	b.ctl(exitOK, "import --list @list.ml --signer @de.der --country DE --out @de", "1 certificates")
	b.ctl(exitInternal, "bundle --key @trust.key --in @de --crl @revoked.crl --out @x", "no trusted authority signed the revocation list")
	b.ctl(exitInternal, "bundle --key @trust.pub --in @de --out @x", "not a key for signed lists")
	b.ctl(exitInternal, "bundle --key @trust.key --in @missing --out @x", "no such file")
	b.ctl(exitUsage, "bundle --key @trust.key --in @de --expires 2026-01-01 --out @x", "the date is over")
	b.ctl(exitUsage, "bundle --key @trust.key --in @de --expires tomorrow --out @x", "a date such as")
	b.ctl(exitUsage, "bundle --in @de", "are needed")
	if _, err := os.Stat(filepath.Join(b.dir, "x")); err == nil {
		t.Error("something was written")
	}
}
