package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu"
	"motcua/drivers/rig"
)

var update = flag.Bool("update", false, "write what the scripts expect")

// TestMain makes the test binary kioskctl too, for the scripts, and runs the tests
// inside a rig.
func TestMain(m *testing.M) {
	testscript.Main(inRig{m}, map[string]func(){"kioskctl": main})
}

type inRig struct{ m *testing.M }

func (r inRig) Run() int { return rig.Run(r.m) }

// serial makes testscript run scripts one after the other: there is one pcscd.
type serial struct{ *testing.T }

func (s serial) Parallel() {}

func (s serial) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(serial{t}) })
}

func (s serial) Verbose() bool { return testing.Verbose() }

// TestScript plays the stories of testdata/script with the real pcscd.
func TestScript(t *testing.T) {
	rig.Require(t, rig.NeedPCSCD, rig.NeedVPCD)
	issuer, err := emu.NewIssuer(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	testscript.RunT(serial{t}, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			b, err := newBench(issuer)
			if err != nil {
				return err
			}
			e.Values[benchKey{}] = b
			e.Defer(b.close)
			return layTrust(e, issuer)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"place": place, "lift": lift, "pcscd": pcscd, "exits": exits, "tidy": tidy, "nothing-of": nothingOf, "picture": picture,
		},
	})
}

// layTrust writes what a terminal trusts, with revocation lists, and an authority that
// issued nothing.
func layTrust(e *testscript.Env, issuer *emu.Issuer) error {
	other, err := emu.NewIssuer(rand.Reader, time.Now())
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"stranger/csca.der": other.CSCA(), "crl/states.crl": issuer.CRL(),
		"crl.pem": pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: issuer.CRL()}),
		"foreign": other.CRL(),
	}
	for n, der := range issuer.CSCAs() {
		files[fmt.Sprintf("trust/csca%d.der", n)] = der
	}
	for name, b := range files {
		name = filepath.Join(e.WorkDir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// exits runs a program that must end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if ended, ok := errors.AsType[exited](err); ok {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// exited is what a program that failed returns.
type exited interface {
	error
	ExitCode() int
}

// tidy copies JSON and replaces what differs from run to run.
func tidy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tidy from to")
	}
	text := ts.ReadFile(args[0])
	for pattern, by := range map[string]string{
		`"elapsed_ms": \d+`:        `"elapsed_ms": 0`,
		`"authority": "[0-9a-f]+"`: `"authority": "demo"`,
		`"bytes_(out|in)": \d+`:    `"bytes_$1": 0`,
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, by)
	}
	ts.Check(json.Unmarshal([]byte(text), new(any)))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

// nothingOf checks that files hold nothing of a persona.
func nothingOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: nothing-of persona file...")
	}
	p := persona(ts, args[0])
	for _, file := range args[1:] {
		for _, secret := range []string{p.Number, p.Name, p.Number[6:], p.Birth.Format("02/01/2006"), p.Birth.Format("060102"), p.Residence} {
			if text := ts.ReadFile(file); bytes.Contains([]byte(text), []byte(secret)) {
				ts.Fatalf("%s holds %x (SHA-256 of it) of persona %s:\n%s", file, sha256.Sum256([]byte(secret)), args[0], text)
			}
		}
	}
}

// picture checks that a file is a picture that nobody else may read.
func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: picture file")
	}
	name := ts.MkAbs(args[0])
	f, err := os.Open(name)
	ts.Check(err)
	defer f.Close()
	info, err := f.Stat()
	ts.Check(err)
	if info.Mode().Perm() != 0o600 {
		ts.Fatalf("mode %v", info.Mode())
	}
	p, err := png.Decode(f)
	ts.Check(err)
	if size := p.Bounds().Size(); size.X < 10 || size.Y < 10 {
		ts.Fatalf("a picture of %v", size)
	}
}
