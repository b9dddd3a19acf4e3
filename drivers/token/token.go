//go:build cgo

package token

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"
	"unsafe"

	"github.com/miekg/pkcs11"

	"motcua/drivers"
)

// Bounds of what a module may have.
const (
	slotsMost       = 32
	objectsMost     = 64
	certificateMost = 16 << 10
	pinMost         = 64
)

// Token is the token that is plugged in, whichever that is. A process has one for each
// module: the module's state is the process's.
type Token struct {
	calls  calls
	module string
	now    func() time.Time
	// loaded is touched by the call that is under way. It is never unloaded: a module
	// may have threads.
	loaded *pkcs11.Ctx
}

// Open returns the token behind a PKCS #11 module, which is a shared library. Nothing
// is loaded yet; a module that is not there is [drivers.ErrTokenModule].
func Open(module string, now func() time.Time, log *slog.Logger) (*Token, error) {
	if !filepath.IsAbs(module) {
		return nil, fmt.Errorf("opening %q: not an absolute path: %w", module, drivers.ErrTokenModule)
	}
	if st, err := os.Stat(module); err != nil || !st.Mode().IsRegular() {
		return nil, fmt.Errorf("opening %q: no such file: %w", module, errors.Join(drivers.ErrTokenModule, err))
	}
	return &Token{calls: newCalls(log), module: module, now: now}, nil
}

// Sign implements [drivers.SigningToken]. The module gets a copy of the PIN.
func (t *Token) Sign(ctx context.Context, pin []byte, digest [32]byte) (drivers.TokenSignature, error) {
	own := append(make([]byte, 0, pinMost), pin[:min(len(pin), pinMost)]...)
	known := len(pin) > 0 && len(pin) <= pinMost
	clear(pin)
	if !known {
		clear(own)
		return drivers.TokenSignature{}, fmt.Errorf("signing: %w", drivers.ErrPINForm)
	}
	return t.calls.patiently(ctx, func() (drivers.TokenSignature, error) { return t.sign(ctx, own, digest) }, func() { clear(own) })
}

// sign is a whole life of the module.
func (t *Token) sign(ctx context.Context, pin []byte, digest [32]byte) (drivers.TokenSignature, error) {
	runtime.LockOSThread() // some modules count threads
	defer runtime.UnlockOSThread()
	var none drivers.TokenSignature
	if t.loaded == nil {
		t.loaded = pkcs11.New(t.module)
	}
	m := t.loaded
	if m == nil {
		return none, fmt.Errorf("loading the module: %w", drivers.ErrTokenModule)
	}
	if err := m.Initialize(); err != nil {
		return none, fail("starting the module", err)
	}
	defer func() { _ = m.Finalize() }() // logs out and closes; what is signed is signed
	slot, info, err := only(m)
	if err != nil {
		return none, err
	}
	s, err := m.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION)
	if err != nil {
		return none, fail("opening a session", err)
	}
	all, err := certificates(m, s)
	if err != nil {
		return none, err
	}
	c, err := choose(all, t.now())
	if err != nil {
		return none, fmt.Errorf("choosing a certificate: %w", err)
	}
	if err := ctx.Err(); err != nil { // nobody waits: no try is used
		return none, err
	}
	if err := login(m, s, slot, info, pin); err != nil {
		return none, err
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	return signature(m, s, slot, c, pin, digest)
}

// only is the slot of the only token that is ready for use.
func only(m *pkcs11.Ctx) (uint, pkcs11.TokenInfo, error) {
	var none pkcs11.TokenInfo
	slots, err := m.GetSlotList(true)
	if err != nil {
		return 0, none, fail("looking for tokens", err)
	}
	if len(slots) > slotsMost {
		return 0, none, fmt.Errorf("looking for tokens: %d slots: %w", len(slots), drivers.ErrTokenModule)
	}
	var at []uint
	var info pkcs11.TokenInfo
	for _, slot := range slots {
		i, err := m.GetTokenInfo(slot)
		switch {
		case errors.Is(err, pkcs11.Error(pkcs11.CKR_TOKEN_NOT_PRESENT)):
		case err != nil:
			return 0, none, fail("asking a token who it is", err)
		case i.Flags&pkcs11.CKF_TOKEN_INITIALIZED != 0:
			at, info = append(at, slot), i
		}
	}
	switch len(at) {
	case 0:
		return 0, none, fmt.Errorf("looking for tokens: %w", drivers.ErrNoToken)
	case 1:
		return at[0], info, nil
	}
	return 0, none, fmt.Errorf("looking for tokens: %d: %w", len(at), drivers.ErrSeveralTokens)
}

// objects are those of the token that have what is asked.
func objects(m *pkcs11.Ctx, s pkcs11.SessionHandle, with ...*pkcs11.Attribute) ([]pkcs11.ObjectHandle, error) {
	if err := m.FindObjectsInit(s, with); err != nil {
		return nil, fail("looking for objects", err)
	}
	all, _, err := m.FindObjects(s, objectsMost)
	if err != nil {
		return nil, fail("looking for objects", err)
	}
	if err := m.FindObjectsFinal(s); err != nil {
		return nil, fail("looking for objects", err)
	}
	return all, nil
}

// certificates are those of the token that can be read.
func certificates(m *pkcs11.Ctx, s pkcs11.SessionHandle) ([]found, error) {
	handles, err := objects(m, s, pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE),
		pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509))
	if err != nil {
		return nil, err
	}
	var all []found
	for _, h := range handles {
		a, err := m.GetAttributeValue(s, h, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_VALUE, nil), pkcs11.NewAttribute(pkcs11.CKA_ID, nil)})
		if err != nil {
			return nil, fail("reading a certificate", err)
		}
		if len(a) != 2 || len(a[0].Value) > certificateMost {
			continue
		}
		if c, err := x509.ParseCertificate(a[0].Value); err == nil {
			all = append(all, found{c, a[1].Value})
		}
	}
	return all, nil
}

// login gives the PIN. It is not given to a token that is locked, nor when it is none of
// its length.
func login(m *pkcs11.Ctx, s pkcs11.SessionHandle, slot uint, info pkcs11.TokenInfo, pin []byte) error {
	switch {
	case tries(info.Flags) == drivers.TriesNone:
		return fmt.Errorf("logging in: %w", &drivers.PINError{Left: drivers.TriesNone})
	case uint(len(pin)) < info.MinPinLen, info.MaxPinLen > 0 && uint(len(pin)) > info.MaxPinLen:
		return fmt.Errorf("logging in: %w", drivers.ErrPINForm)
	}
	err := m.Login(s, pkcs11.CKU_USER, text(pin))
	if err == nil {
		return nil
	}
	err = fail("logging in", err)
	if wrong, ok := errors.AsType[*drivers.PINError](err); ok && wrong.Left == drivers.TriesUntold {
		if now, asked := m.GetTokenInfo(slot); asked == nil {
			wrong.Left = tries(now.Flags)
		}
	}
	return err
}

// text is the PIN as the library takes it, without a copy that Go could not wipe.
func text(pin []byte) string { return unsafe.String(unsafe.SliceData(pin), len(pin)) }
