package vietqr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"motcua/protocol/code/ascii"
)

var (
	// ErrDamaged: the text is no code of this form, or not whole. Scanning again
	// may help.
	ErrDamaged = errors.New("a damaged payment code")
	// ErrForeign: a payment code, but not one of NAPAS's for an account or card in
	// đồng. Permanent.
	ErrForeign = errors.New("a payment code of another kind")
)

// MaxSize is the most bytes of a code (EMVCo, 3.6).
const MaxSize = 512

// Code is what a payment code says.
type Code struct {
	Payment // Amount is 0 where the payer types it
	// Once: the code is for one payment; else it hangs on a wall.
	Once bool
	// Fields are all data objects but the check, in their order; those that are
	// not known here stand among them.
	Fields []Field
}

// Recognised tells whether text begins as an EMVCo payment code does.
func Recognised(text string) bool { return strings.HasPrefix(text, prefix) }

// Parse reads a code and checks that it is whole. Errors: [ErrDamaged],
// [ErrForeign].
func Parse(text string) (*Code, error) {
	if len(text) > MaxSize || !ascii.Printable(text) {
		return nil, fmt.Errorf("%d bytes, or other characters than ASCII: %w", len(text), ErrDamaged)
	}
	fields, err := unseal(text)
	if err != nil {
		return nil, err
	}
	c := &Code{Fields: fields}
	if err := c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

// read takes the fields that are known.
func (c *Code) read() error {
	if value(c.Fields, idCurrency) != currencyVND || value(c.Fields, idCountry) != countryVN {
		return fmt.Errorf("another country or currency: %w", ErrForeign)
	}
	switch value(c.Fields, idInitiation) {
	case initiationOnce:
		c.Once = true
	case initiationMany:
	default:
		return fmt.Errorf("point of initiation: %w", ErrDamaged)
	}
	if err := c.readAccount(); err != nil {
		return err
	}
	if text := value(c.Fields, idAmount); text != "" {
		amount, ok := parseAmount(text)
		if !ok {
			return fmt.Errorf("amount: %w", ErrDamaged)
		}
		c.Amount = amount
	}
	additional, err := split(value(c.Fields, idAdditional))
	if err != nil {
		return err
	}
	c.Purpose = value(additional, additionalPurpose)
	return nil
}

func (c *Code) readAccount() error {
	napas, err := split(value(c.Fields, idNAPAS))
	if err != nil {
		return err
	}
	if value(napas, napasGUID) != guidNAPAS {
		return fmt.Errorf("not of NAPAS: %w", ErrForeign)
	}
	switch value(napas, napasService) {
	case serviceAccount:
	case serviceCard:
		c.Card = true
	default:
		return fmt.Errorf("another service than a transfer: %w", ErrForeign)
	}
	to, err := split(value(napas, napasBeneficiary))
	if err != nil {
		return err
	}
	c.Bank, c.Account = value(to, beneficiaryBank), value(to, beneficiaryAccount)
	if !isBank(c.Bank) || !isAccount(c.Account) {
		return fmt.Errorf("bank or account: %w", ErrDamaged)
	}
	return nil
}

// parseAmount reads whole đồng, which may be written with a fraction of zeros.
// Zero is no amount.
func parseAmount(s string) (uint64, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" || !ascii.Only(whole, ascii.Digits) || len(fraction) > 2 || !ascii.Only(fraction, "0") {
		return 0, false
	}
	n, err := strconv.ParseUint(whole, 10, 64)
	return n, err == nil && n > 0 && n <= maxAmount
}
