package session_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// Codes as they stand on an invented person's cards.
const (
	cardCode    = "099090001234||Nguyễn Văn Mẫu|01021990|Nam|Số 1 Đường Mẫu, Phường Mẫu, Thành phố Mẫu|01012022"
	paymentCode = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62220818Ung Ho Quy Vac Xin63043ACF"
)

func insuranceCode(number string) string {
	return strings.Join([]string{
		number, hex.EncodeToString([]byte("Nguyễn Văn Mẫu")), "01/02/1990", "1", "-", "79 - 000", "01/01/2026", "-", "01/01/2026",
		"00000000000000", "-", "4", "01/01/2029", "0123456789abcdef-0000", "-", "-", "$",
	}, "|")
}

func (k *kit) scan(code string) { k.session.Scanned([]byte(code)) }

// word checks what is said about the last code.
func (k *kit) word(want local.CodeWord) {
	k.t.Helper()
	if got := k.state().Kiosk.Code; got != want {
		k.t.Errorf("the code is called %q, want %q", got, want)
	}
}

// A card's code begins the visit and opens the chip: there is nothing to type.
func TestScanBegins(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(cardCode)
		k.at(local.StepPlace)
		k.word(local.CodeCard)
		k.place()
		k.at(local.StepIdentify)
		if !strings.Contains(k.log.String(), `"scanned":true`) {
			t.Error("the story does not say that the key was scanned")
		}
	})
}

// The code may come after the card, too, instead of the digits.
func TestScanAfterTheCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.at(local.StepKey)
		k.scan(cardCode)
		k.at(local.StepIdentify)
	})
}

// After wrong digits the code helps without a tap.
func TestScanAfterAWrongKey(t *testing.T) {
	visit(t, func(k *kit) {
		good := k.read
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			k.read = good
			return nil, emrtd.ErrWrongKey
		}
		k.place()
		k.act(local.VerbKey, "999999")
		k.problem(fault.WrongKey)
		k.scan(cardCode)
		k.at(local.StepIdentify)
	})
}

// An insurance card begins the check-in, but its code is nobody's signature: the
// identity card is asked for. The newer code spares its holder the digits.
func TestScanInsuranceCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(insuranceCode("0123456789"))
		k.at(local.StepPlace)
		k.word(local.CodeInsurance)
		k.place()
		k.at(local.StepKey)
		k.act(local.VerbCancel, "")
		k.lift()
		k.scan(insuranceCode("099090001234"))
		k.word(local.CodeInsurance)
		k.place()
		k.at(local.StepIdentify)
	})
}

// A code that is of no use is told as what it is, for a while, and changes nothing.
func TestScanOthers(t *testing.T) {
	visit(t, func(k *kit) {
		for code, want := range map[string]local.CodeWord{
			paymentCode:             local.CodePayment,
			"https://example.com/x": local.CodeForeign,
			"4006381333931":         local.CodeForeign,
			"HC1:AAAA":              local.CodeDamaged,
			cardCode[:30]:           local.CodeDamaged,
			"099090001234||Nguy?n V?n M?u|01021990|Nam|S? 1|01012022": local.CodeMisread,
			"": local.CodeDamaged,
		} {
			k.scan(code)
			k.word(want)
			k.at(session.Attract)
		}
		time.Sleep(9 * time.Second)
		k.word("")
	})
}

// In the middle of a visit a code does nothing, whoever's it is, and says so.
func TestScanTooLate(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.scan(cardCode)
		k.word(local.CodeNotNow)
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		k.scan(insuranceCode("099090001234"))
		k.word(local.CodeNotNow)
		k.at(local.StepAsking)
	})
}

// Whoever says "this is not me" scans the own code while the other card still lies
// there: it is for the card that is placed next.
func TestScanForTheNextCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbNo, "")
		k.scan(cardCode)
		k.at(local.StepPlace)
		k.lift()
		k.place()
		k.at(local.StepIdentify)
	})
}

// While the kiosk is out of order nobody begins with a code, and what was scanned
// is wiped.
func TestScanOutOfOrder(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetStock(session.Stock{Err: fault.Wrap(fault.QueueFull, errors.New("full"))})
		payload := []byte(cardCode)
		k.session.Scanned(payload)
		k.at(session.Attract)
		k.word("")
		if !bytes.Equal(payload, make([]byte, len(payload))) {
			t.Error("what was scanned is still in memory")
		}
		k.session.SetStock(session.Stock{})
		k.scan(cardCode)
		k.at(local.StepPlace)
	})
}

// Nothing of a code is in the log.
func TestScanIsNotLogged(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(cardCode)
		k.scan(insuranceCode("099090001234"))
		k.at(local.StepPlace)
		for _, secret := range []string{"099090001234", "001234", "Mẫu", "Nguy"} {
			if strings.Contains(k.log.String(), secret) {
				t.Errorf("%q is in the log", secret)
			}
		}
	})
}
