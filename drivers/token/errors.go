//go:build cgo

package token

import (
	"errors"
	"fmt"

	"github.com/miekg/pkcs11"

	"motcua/drivers"
)

// fail gives an error of the module its meaning in [drivers]. The module's codes are in
// section 11.1 of PKCS #11 v2.40.
func fail(doing string, err error) error {
	code, ok := errors.AsType[pkcs11.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w: %w", doing, err, drivers.ErrTokenModule)
	}
	return fmt.Errorf("%s: pkcs11 error %08X: %w", doing, uint(code), meaningOf(code))
}

func meaningOf(code pkcs11.Error) error {
	switch code {
	case pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_SLOT_ID_INVALID, pkcs11.CKR_SESSION_HANDLE_INVALID, pkcs11.CKR_SESSION_CLOSED:
		return drivers.ErrTokenGone
	case pkcs11.CKR_PIN_INCORRECT:
		return &drivers.PINError{}
	case pkcs11.CKR_PIN_LOCKED:
		return &drivers.PINError{Left: drivers.TriesNone}
	case pkcs11.CKR_PIN_INVALID, pkcs11.CKR_PIN_LEN_RANGE:
		return drivers.ErrPINForm
	case pkcs11.CKR_DEVICE_ERROR, pkcs11.CKR_DEVICE_MEMORY, pkcs11.CKR_PIN_EXPIRED, pkcs11.CKR_USER_PIN_NOT_INITIALIZED,
		pkcs11.CKR_TOKEN_NOT_RECOGNIZED, pkcs11.CKR_FUNCTION_CANCELED, pkcs11.CKR_FUNCTION_FAILED:
		return drivers.ErrDeviceFault
	}
	return drivers.ErrTokenModule
}

// tries is what a token's flags tell.
func tries(flags uint) drivers.PINTries {
	switch {
	case flags&pkcs11.CKF_USER_PIN_LOCKED != 0:
		return drivers.TriesNone
	case flags&pkcs11.CKF_USER_PIN_FINAL_TRY != 0:
		return drivers.TriesLast
	case flags&pkcs11.CKF_USER_PIN_COUNT_LOW != 0:
		return drivers.TriesLow
	}
	return drivers.TriesUntold
}
