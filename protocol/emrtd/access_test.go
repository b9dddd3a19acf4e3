package emrtd_test

import (
	"bytes"
	"errors"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// announced are the domain parameters of every MSE:Set AT that the card saw, -1
// where it named none.
func announced(t *testing.T, c *chip) []int {
	t.Helper()
	var ids []int
	for _, cmd := range c.seen {
		if cmd.INS != apdu.InsManageSecurityEnv {
			continue
		}
		if cmd.Le != 0 {
			t.Errorf("MSE:Set AT asks for an answer, which some cards refuse")
		}
		id, found, err := tlv.Find(cmd.Data, 0x84)
		switch {
		case err != nil:
			t.Fatal(err)
		case found:
			ids = append(ids, int(id.Value[0]))
		default:
			ids = append(ids, -1)
		}
	}
	return ids
}

func TestTheBestOfferIsTaken(t *testing.T) {
	offer := emrtd.PACEOffer
	const gm, im, cam = emrtd.MappingGeneric, emrtd.MappingIntegrated, emrtd.MappingAuthenticated
	const des, aes128, aes192, aes256 = emrtd.Suite3DES, emrtd.SuiteAES128, emrtd.SuiteAES192, emrtd.SuiteAES256
	for _, c := range []struct {
		name     string
		offers   []emrtd.PACEInfo
		maxChunk int
		want     int // index
	}{
		{"AES before 3DES", []emrtd.PACEInfo{offer(gm, des, 13), offer(gm, aes128, 12)}, 0, 1},
		{"the longer key", []emrtd.PACEInfo{offer(gm, aes128, 13), offer(gm, aes256, 12), offer(gm, aes192, 12)}, 0, 1},
		{"the authenticated mapping", []emrtd.PACEInfo{offer(gm, aes256, 13), offer(cam, aes128, 13)}, 0, 1},
		{"a curve before a field", []emrtd.PACEInfo{offer(gm, aes128, 2), offer(im, aes128, 13)}, 0, 1},
		{"the file's order", []emrtd.PACEInfo{offer(im, aes128, 12), offer(gm, aes128, 13)}, 0, 0},
		{"never what is unknown", []emrtd.PACEInfo{offer(cam, aes256, 30), offer(im, aes256, 10), offer(gm, aes128, 13)}, 0, 2},
		{"a long field last at a reader that carries short commands", []emrtd.PACEInfo{offer(gm, aes256, 2), offer(gm, des, 13)}, 200, 1},
		{"a long field at one that carries more", []emrtd.PACEInfo{offer(gm, aes256, 2), offer(gm, des, 13)}, 1024, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := emrtd.RankPACE(c.offers, c.maxChunk != 200); !bytes.Equal(got[0].OID, c.offers[c.want].OID) || got[0].Parameter != c.offers[c.want].Parameter {
				t.Errorf("took %v, want %v", got[0], c.offers[c.want])
			}
		})
	}
}

// Cards differ in what they want to hear of the domain parameters.
func TestParametersAreNamedUnlessTheCardRefusesThem(t *testing.T) {
	for _, c := range []struct {
		name   string
		quirks quirks
		offers []emrtd.PACEInfo
		want   []int
		fails  error
	}{
		{"named always, though there is one set", quirks{}, []emrtd.PACEInfo{cccdOffer()}, []int{13}, nil},
		{"refused, then left out", quirks{noParameter: true}, []emrtd.PACEInfo{cccdOffer()}, []int{13, -1}, nil},
		{
			"never left out where two sets could be meant",
			quirks{noParameter: true},
			[]emrtd.PACEInfo{emrtd.PACEInfoFor(emrtd.SuiteAES128, 12), cccdOffer()},
			[]int{12, 13},
			emrtd.ErrUnsupported,
		},
		{
			"the second offer when the first is not taken",
			quirks{takeOffer: 2},
			[]emrtd.PACEInfo{emrtd.PACEInfoFor(emrtd.SuiteAES256, 12), cccdOffer()},
			[]int{12, -1, 13},
			nil,
		},
		{
			"no more than four offers",
			quirks{takeOffer: 9},
			[]emrtd.PACEInfo{
				emrtd.PACEInfoFor(emrtd.SuiteAES128, 12), cccdOffer(), emrtd.PACEInfoFor(emrtd.SuiteAES128, 15),
				emrtd.PACEInfoFor(emrtd.SuiteAES128, 16), emrtd.PACEInfoFor(emrtd.SuiteAES128, 17),
			},
			[]int{12, 13, 15, 16},
			emrtd.ErrUnsupported,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, issuer := newCard(t, canKey(t), 500, c.offers...)
			card.quirks.noParameter, card.quirks.takeOffer = c.quirks.noParameter, c.quirks.takeOffer
			d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
			if c.fails == nil {
				wantGenuine(t, d, err)
			} else if !errors.Is(err, c.fails) {
				t.Errorf("got %v", err)
			}
			if got := announced(t, card); len(got) != len(c.want) || !equalInts(got, c.want) {
				t.Errorf("announced %v, want %v", got, c.want)
			}
		})
	}
}

func equalInts(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A machine readable zone opens by basic access control when the chip begins none
// of its offers: no key was tried by then.
func TestOffersThatTheChipDoesNotBeginLeadToBAC(t *testing.T) {
	card, issuer := newCard(t, mrzKey(t), 500, cccdOffer(), emrtd.PACEOffer(emrtd.MappingIntegrated, emrtd.Suite3DES, 13))
	card.quirks.takeOffer = 9
	d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
	wantGenuine(t, d, err)
	if d.Access != emrtd.AccessBAC || d.Channel != "BAC 3DES" {
		t.Errorf("opened by %s, %s", d.Access, d.Channel)
	}
}

// What MSE:Set AT warns of is part of the answer to a wrong key.
func TestWarningsOfTriesLeft(t *testing.T) {
	pin := must[emrtd.Key](t)(emrtd.PIN("123456"))
	wrongPIN := must[emrtd.Key](t)(emrtd.PIN("654321"))
	wrongCAN := must[emrtd.Key](t)(emrtd.CAN("999999"))
	for _, c := range []struct {
		name    string
		right   emrtd.Key
		given   emrtd.Key
		warning apdu.Status
		want    *emrtd.KeyError // nil: opens
	}{
		{"two left, then 6300", canKey(t), wrongCAN, 0x63C2, &emrtd.KeyError{Left: 1}},
		{"one left, then 6300", canKey(t), wrongCAN, 0x63C1, &emrtd.KeyError{Left: 0, Blocked: true}},
		{"none left", canKey(t), canKey(t), 0x63C0, &emrtd.KeyError{Left: 0, Blocked: true}},
		{"blocked", canKey(t), canKey(t), 0x6983, &emrtd.KeyError{Left: 0, Blocked: true}},
		{"the right one at the last try", canKey(t), canKey(t), 0x63C1, nil},
		{"the right PIN with two left", pin, pin, 0x63C2, nil},
		{"a wrong PIN with two left", pin, wrongPIN, 0x63C2, &emrtd.KeyError{Left: 1}},
		{"a suspended PIN is not tried", pin, pin, 0x63C1, &emrtd.KeyError{Left: 1, Suspended: true}},
		{"nor one that is blocked", pin, pin, 0x63C0, &emrtd.KeyError{Left: 0, Blocked: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, issuer := newCard(t, c.right, 500, cccdOffer())
			card.quirks.setAT = c.warning
			o := options(t, card, issuer)
			o.Key = c.given
			d, err := emrtd.Read(t.Context(), card, o)
			got, refused := errors.AsType[*emrtd.KeyError](err)
			switch {
			case c.want == nil:
				wantGenuine(t, d, err)
			case !refused || *got != *c.want || !errors.Is(err, emrtd.ErrWrongKey):
				t.Errorf("got %v, want %+v", err, *c.want)
			}
			tokens := 0
			for _, cmd := range card.seen {
				if cmd.INS == apdu.InsGeneralAuthenticate && cmd.CLA == 0 {
					tokens++
				}
			}
			stopped := c.warning == 0x63C0 || c.warning == 0x6983 || c.want != nil && c.want.Suspended
			if tokens > 1 || stopped && tokens > 0 {
				t.Errorf("the key was tried %d times", tokens)
			}
		})
	}
}

// Integers are sent without leading zeros by some chips, at full width by others;
// the token is over what was sent.
func TestShortPublicKeysOfAPrimeField(t *testing.T) {
	for _, m := range []emrtd.Mapping{emrtd.MappingGeneric, emrtd.MappingIntegrated} {
		card, issuer := newCard(t, canKey(t), 500, emrtd.PACEOffer(m, emrtd.SuiteAES128, 0))
		card.quirks.shortKeys = true
		d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
		wantGenuine(t, d, err)
	}
}

func TestAnswersToTheIntegratedMapping(t *testing.T) {
	for _, suite := range []emrtd.Suite{emrtd.Suite3DES, emrtd.SuiteAES192} {
		card, issuer := newCard(t, canKey(t), 500, emrtd.PACEOffer(emrtd.MappingIntegrated, suite, 13))
		card.quirks.noMapAnswer = true
		d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
		wantGenuine(t, d, err)
	}
}

func TestSecretNumbersAreDigits(t *testing.T) {
	for _, digits := range []string{"", "123", "12345a", "12345678901234567"} {
		if _, err := emrtd.PIN(digits); !errors.Is(err, emrtd.ErrKey) {
			t.Errorf("PIN of %d characters: %v", len(digits), err)
		}
		if _, err := emrtd.PUK(digits); !errors.Is(err, emrtd.ErrKey) {
			t.Errorf("PUK of %d characters: %v", len(digits), err)
		}
	}
	for ref, key := range map[byte]emrtd.Key{
		3: must[emrtd.Key](t)(emrtd.PIN("12345")),
		4: must[emrtd.Key](t)(emrtd.PUK("1234567890")),
	} {
		if key.PasswordRef() != ref || key.String() != "[key]" {
			t.Errorf("%d: %v", ref, key)
		}
		if _, _, ok := key.BACKeys(); ok {
			t.Error("a secret number opens nothing by BAC")
		}
	}
}
