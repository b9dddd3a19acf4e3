package cvc

import (
	"errors"
	"fmt"
)

var (
	// ErrMalformed: the bytes are not built as the certificate profile says.
	ErrMalformed = errors.New("malformed card verifiable certificate")
	// ErrAlgorithm: a signature algorithm, key size or curve that is not known
	// here.
	ErrAlgorithm = errors.New("algorithm of a card verifiable certificate")
	// ErrSignature: not signed by the holder of the key that was tried.
	ErrSignature = errors.New("signature of a card verifiable certificate is false")
	// ErrExpired: the expiration date lies before today, or that of the trust
	// point that signed.
	ErrExpired = errors.New("card verifiable certificate has expired")
	// ErrNotYetValid: the effective date lies after today. A chip, whose today
	// is always late, never says it.
	ErrNotYetValid = errors.New("card verifiable certificate is not yet valid")
	// ErrReference: the authority is no trust point and not the holder before.
	ErrReference = errors.New("reference of a card verifiable certificate is not known")
	// ErrRole: an authority may not sign what it signed, or the kinds of
	// terminal differ within a chain.
	ErrRole = errors.New("role of a card verifiable certificate does not fit")
	// ErrParameters: domain parameters where none may be, or none where they
	// must be.
	ErrParameters = errors.New("domain parameters of a card verifiable certificate")
)

func malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}
