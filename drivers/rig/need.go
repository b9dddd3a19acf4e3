package rig

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Need is a file that must be on the machine, and the Debian package it comes in.
type Need struct {
	File, Package string
}

// What the rig and the tests that use it need.
var (
	NeedPCSCD = Need{"/usr/sbin/pcscd", "pcscd"}
	NeedVPCD  = Need{vpcdDriver, "vsmartcard-vpcd"}
	// NeedSoftHSM is a PKCS #11 module that keeps its tokens in files.
	NeedSoftHSM = Need{"/usr/lib/softhsm/libsofthsm2.so", "softhsm2"}
)

const vpcdDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

// ErrMissing is wrapped by the error that names packages to install.
var ErrMissing = errors.New("not installed")

// Check tells which packages are missing, with the command that installs them.
func Check(needs ...Need) error {
	var packages []string
	for _, n := range needs {
		if _, err := os.Stat(n.File); err != nil {
			packages = append(packages, n.Package)
		}
	}
	if len(packages) == 0 {
		return nil
	}
	list := strings.Join(packages, " ")
	return fmt.Errorf("%s %w; try: apt-get install --no-install-recommends %s", strings.Join(packages, ", "), ErrMissing, list)
}

// T is what [Require] needs of a *testing.T.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// Require ends the test unless it runs inside a rig and finds what it needs. In
// CI (CI=true or MOTCUA_CI=1) it fails, so that nothing is skipped unseen;
// elsewhere it skips and says what to install.
func Require(t T, needs ...Need) {
	t.Helper()
	err := Check(needs...)
	if !Inside() {
		err = errors.Join(errors.New("not inside a rig; the package's TestMain has to call rig.Main"), err)
		if reason := os.Getenv(refusedVar); reason != "" {
			err = errors.New(reason)
		}
	}
	switch {
	case err == nil:
	case inCI():
		t.Fatalf("%v", err)
	default:
		t.Skipf("%v", err)
	}
}

func inCI() bool {
	return os.Getenv("CI") == "true" || os.Getenv("MOTCUA_CI") == "1"
}
