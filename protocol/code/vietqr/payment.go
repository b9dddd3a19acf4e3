package vietqr

import (
	"errors"
	"fmt"
	"strconv"

	"motcua/protocol/code/ascii"
	"motcua/protocol/personal"
)

var (
	// ErrNoAmount: nothing is to be paid, so there is no code for it. The person
	// is told that it costs nothing.
	ErrNoAmount = errors.New("no payment code is made for an amount of zero")
	// ErrPayment: a payment cannot be written as a code. Permanent.
	ErrPayment = errors.New("not a payment that a code can carry")
)

// Limits of a payment.
const (
	bankDigits = 6
	maxAccount = 19
	maxAmount  = 9_999_999_999_999 // thirteen digits (EMVCo, data object 54)
	maxPurpose = 25                // of data object 62, 08
)

// Payment is a sum to be paid to an account or a card.
type Payment struct {
	personal.Masked
	Bank    string // six digits, given to a bank by NAPAS
	Account string // letters and digits, at most 19
	// Card: Account is the number of a card.
	Card bool
	// Amount is in whole đồng.
	Amount uint64
	// Purpose is what the payer's bank shows and passes on, at most 25 printable
	// characters of ASCII; marks have to be taken off before.
	Purpose string
}

// Make writes the code of a payment, for once. It fails with [ErrNoAmount] for a
// sum of zero and with [ErrPayment] for anything else that has no code.
func Make(p Payment) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	service := serviceAccount
	if p.Card {
		service = serviceCard
	}
	to := objects([]Field{field(beneficiaryBank, p.Bank), field(beneficiaryAccount, p.Account)})
	fields := []Field{
		field(idFormat, formatVersion),
		field(idInitiation, initiationOnce),
		field(idNAPAS, objects([]Field{field(napasGUID, guidNAPAS), field(napasBeneficiary, to), field(napasService, service)})),
		field(idCurrency, currencyVND),
		field(idAmount, strconv.FormatUint(p.Amount, 10)),
		field(idCountry, countryVN),
	}
	if p.Purpose != "" {
		fields = append(fields, field(idAdditional, objects([]Field{field(additionalPurpose, p.Purpose)})))
	}
	return seal(fields), nil
}

func (p Payment) check() error {
	switch {
	case p.Amount == 0:
		return ErrNoAmount
	case p.Amount > maxAmount:
		return fmt.Errorf("an amount of more than thirteen digits: %w", ErrPayment)
	case !isBank(p.Bank):
		return fmt.Errorf("the bank's number has to have six digits: %w", ErrPayment)
	case !isAccount(p.Account):
		return fmt.Errorf("the account has to have 1 to 19 letters and digits: %w", ErrPayment)
	case len(p.Purpose) > maxPurpose || !ascii.Printable(p.Purpose):
		return fmt.Errorf("the purpose has to have at most 25 characters of ASCII: %w", ErrPayment)
	}
	return nil
}

func isBank(s string) bool { return len(s) == bankDigits && ascii.Only(s, ascii.Digits) }

func isAccount(s string) bool {
	return s != "" && len(s) <= maxAccount && ascii.Only(s, ascii.Digits+ascii.Capital+ascii.Small)
}
