package emu_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// outcome is what a cell of the matrix has to come to: a genuine card by an
// access, or an error and how many keys the chip saw.
type outcome struct {
	access   string
	err      error
	blocked  bool
	attempts int
}

var (
	byCAN      = outcome{access: emrtd.AccessPACECAN, attempts: 1}
	byMRZ      = outcome{access: emrtd.AccessPACEMRZ, attempts: 1}
	byBAC      = outcome{access: emrtd.AccessBAC, attempts: 1}
	byPIN      = outcome{access: emrtd.AccessPACEPIN, attempts: 1}
	byPUK      = outcome{access: emrtd.AccessPACEPUK, attempts: 1}
	wrong      = outcome{err: emrtd.ErrWrongKey, attempts: 1}
	last       = outcome{err: emrtd.ErrWrongKey, attempts: 1, blocked: true}
	closed     = outcome{err: emrtd.ErrWrongKey, blocked: true}
	unable     = outcome{err: emrtd.ErrUnsupported}
	downgraded = outcome{err: emrtd.ErrSecureMessaging, attempts: 1}
)

// cells are the outcomes of a quirk by key, in the order of matrixKeys.
type cells [8]outcome

// matrixKeys are the keys of the matrix. The numbers are those of persona an and
// of the profile below.
func matrixKeys(t *testing.T, p *emu.Persona) []emrtd.Key {
	t.Helper()
	document, birth, expiry := p.MRZKey()
	var keys []emrtd.Key
	for _, k := range []struct {
		key emrtd.Key
		err error
	}{
		must(emrtd.CAN(p.CAN())), must(emrtd.CAN("000000")),
		must(emrtd.MRZ(document, birth, expiry)), must(emrtd.MRZ(document, birth, "990101")),
		must(emrtd.PIN(matrixPIN)), must(emrtd.PIN("000000")),
		must(emrtd.PUK(matrixPUK)), must(emrtd.PUK("0000000000")),
	} {
		if k.err != nil {
			t.Fatal(k.err)
		}
		keys = append(keys, k.key)
	}
	return keys
}

func must(key emrtd.Key, err error) struct {
	key emrtd.Key
	err error
} {
	return struct {
		key emrtd.Key
		err error
	}{key, err}
}

const (
	matrixPIN = "099123"
	matrixPUK = "0991234567"
)

var keyNames = []string{"right CAN", "wrong CAN", "right MRZ", "wrong MRZ", "right PIN", "wrong PIN", "right PUK", "wrong PUK"}

// ordinary are the cells of a card on which every key works.
var ordinary = cells{byCAN, wrong, byMRZ, wrong, byPIN, wrong, byPUK, wrong}

// toBAC are those of a card whose EF.CardAccess is not to be had: a number opens
// it by what Vietnamese cards are known to offer, the machine readable zone by
// BAC.
var toBAC = cells{byCAN, wrong, byBAC, wrong, byPIN, wrong, byPUK, wrong}

func each(o outcome) cells { return cells{o, wrong, o, wrong, o, wrong, o, wrong} }

// quirkRows are the complaints of section 3 of the facts about cards, each as a
// card (personas/README.md says which is which).
var quirkRows = []struct {
	name   string
	change func(*emu.Profile)
	want   cells
}{
	{"none", func(*emu.Profile) {}, ordinary},

	{"SELECT MF 6D00", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseSelectMF} }, ordinary},
	{"EF.CardAccess 6982", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccess} }, toBAC},
	{"EF.CardAccess 6A82", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccessHidden} }, toBAC},
	{"EF.CardAccess 6982 and SELECT MF 6D00", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccess, emu.RefuseSelectMF} }, toBAC},
	{"EF.CardAccess by short identifier only", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccessName} }, ordinary},
	{"EF.CardAccess by name only", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccessSFI} }, ordinary},
	{"no short identifiers", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseSFI} }, ordinary},
	{"no short identifiers, SELECT MF 6D00", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseSFI, emu.RefuseSelectMF} }, ordinary},
	{"application selected already", func(p *emu.Profile) { p.Preselected = true }, ordinary},
	{"EF.DIR 6982", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseDIR} }, ordinary},
	{"no EF.ATR/INFO", func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseATRInfo} }, ordinary},

	{"at most 112, 6700", func(p *emu.Profile) { p.MaxChunk = 112 }, ordinary},
	{"at most 160, 6700", func(p *emu.Profile) { p.MaxChunk = 160 }, ordinary},
	{"at most 223, 6700", func(p *emu.Profile) { p.MaxChunk = 223 }, ordinary},
	{"at most 256, 6700", func(p *emu.Profile) { p.MaxChunk = 256 }, ordinary},
	{"at most 160, 6988", func(p *emu.Profile) { p.MaxChunk, p.TooLong = 160, emu.TooLongSM }, ordinary},
	{"at most 160, 6B00", func(p *emu.Profile) { p.MaxChunk, p.TooLong = 160, emu.TooLongRefused }, ordinary},
	{"at most 160, 6Cxx", func(p *emu.Profile) { p.MaxChunk, p.TooLong = 160, emu.TooLongRight }, ordinary},
	{"at most 160, 6282", func(p *emu.Profile) { p.MaxChunk, p.TooLong = 160, emu.TooLongWarned }, ordinary},
	{"at most 160, short data", func(p *emu.Profile) { p.MaxChunk, p.TooLong = 160, emu.TooLongShort }, ordinary},
	{"no extended length", func(p *emu.Profile) { p.NoExtended = true }, ordinary},
	{"end of file 9000", func(p *emu.Profile) { p.EndOfFile = emu.EndSilent }, ordinary},
	{"end of file 6B00", func(p *emu.Profile) { p.EndOfFile = emu.EndStrict }, ordinary},
	{"end of file 6Cxx", func(p *emu.Profile) { p.EndOfFile = emu.EndRight }, ordinary},
	{"answers in pieces of 100 (61xx)", func(p *emu.Profile) { p.Piece = 100 }, ordinary},

	{"data object 84 required", func(p *emu.Profile) { p.Parameter = emu.ParameterRequired }, ordinary},
	{"data object 84 refused", func(p *emu.Profile) { p.Parameter = emu.ParameterRefused }, ordinary},
	{"two offers of PACE", func(p *emu.Profile) {
		p.PACE = []emu.PACEVariant{emu.PACEBrainpoolAES128, emu.PACEP256AES128}
	}, ordinary},
	{"no length in SELECT and MSE", func(p *emu.Profile) { p.NoLe = true }, ordinary},

	{"DG3 refused, DG11 named by EF.COM alone", func(p *emu.Profile) { p.Listed = []int{11, 12} }, ordinary},
	{"DG11 signed and not there", func(p *emu.Profile) { p.Groups, p.Absent = []int{3, 11, 13, 14}, []int{11} }, ordinary},
	{"DG11 signed and refused", func(p *emu.Profile) { p.Groups, p.Guarded = []int{3, 11, 13, 14}, []int{11} }, ordinary},

	{"signature cut at 256", func(p *emu.Profile) { p.ActiveAuth, p.ActiveAnswer = "rsa-3072", emu.ActiveCut }, ordinary},
	{"no signature for 65,536", func(p *emu.Profile) { p.ActiveAuth, p.ActiveAnswer = "rsa-2048", emu.ActiveEmpty }, ordinary},
	{"signature for its exact length only", func(p *emu.Profile) { p.ActiveAuth, p.ActiveAnswer = "rsa-2048", emu.ActiveExact }, ordinary},
	{"signature, no extended length", func(p *emu.Profile) { p.ActiveAuth, p.NoExtended = "rsa-2048", true }, ordinary},

	{"status in the clear", func(p *emu.Profile) { p.Plain, p.Groups, p.Absent = emu.PlainStatus, []int{13, 14}, []int{13} }, each(downgraded)},
	{"data in the clear", func(p *emu.Profile) { p.Plain = emu.PlainData }, each(downgraded)},

	{"three tries", func(p *emu.Profile) { p.Tries = 3 }, ordinary},
	{"one try", func(p *emu.Profile) { p.Tries = 1 }, cells{byCAN, last, byMRZ, last, byPIN, wrong, byPUK, last}},
	{"blocked", func(p *emu.Profile) { p.Blocked = true }, cells{closed, closed, closed, closed, byPIN, wrong, byPUK, wrong}},
	{"slow after failures", func(p *emu.Profile) { p.Slow = 10_000 }, ordinary},
	{"PACE only", func(p *emu.Profile) { p.BAC = false }, ordinary},
	{"BAC only", onlyBAC(""), cells{unable, unable, byBAC, wrong, unable, unable, unable, unable}},
	{"BAC only, wrong key 6985", onlyBAC(emu.WrongBACConditions), cells{unable, unable, byBAC, wrong, unable, unable, unable, unable}},
	{"BAC only, wrong key 6982", onlyBAC(emu.WrongBACSecurity), cells{unable, unable, byBAC, wrong, unable, unable, unable, unable}},
	{"BAC only, wrong key 6988", onlyBAC(emu.WrongBACObjects), cells{unable, unable, byBAC, wrong, unable, unable, unable, unable}},
	{"BAC only, EF.CardAccess 6982", func(p *emu.Profile) {
		onlyBAC("")(p)
		p.Refuse = []emu.Refusal{emu.RefuseCardAccess, emu.RefuseSelectMF}
	}, cells{unable, unable, byBAC, wrong, unable, unable, unable, unable}},
}

func onlyBAC(habit emu.WrongBAC) func(*emu.Profile) {
	return func(p *emu.Profile) { p.PACE, p.PIN, p.PUK, p.WrongBAC = nil, "", "", habit }
}

// TestQuirkKeyMatrix reads every kind of card with every key, right and wrong, by
// a reader that knows extended length and by one that does not. Each cell ends in
// the right verdict or the right error, within a bounded number of exchanges; a
// key that is refused is tried once and never under a second protocol.
func TestQuirkKeyMatrix(t *testing.T) {
	p := persona(t, "an")
	keys := matrixKeys(t, p)
	for _, row := range quirkRows {
		for _, chunk := range []int{0, 1024} {
			t.Run(fmt.Sprintf("%s/%d", row.name, chunk), func(t *testing.T) {
				for k, key := range keys {
					if chunk > 0 && k > 3 {
						continue // what the reader takes has nothing to do with the secret
					}
					if testing.Short() && (chunk > 0 || k%3 > 0) {
						continue // under the race detector each takes its time
					}
					cell(t, p, keyNames[k], key, chunk, row.change, row.want[k])
				}
			})
		}
	}
}

// mostExchanges of any cell: a full read in the smallest pieces, opened anew a few
// times.
const mostExchanges = 400

func cell(t *testing.T, p *emu.Persona, name string, key emrtd.Key, chunk int, change func(*emu.Profile), want outcome) {
	t.Helper()
	profile := emu.DefaultProfile()
	profile.ActiveAuth, profile.PIN, profile.PUK = emu.ActiveAuthECDSA, matrixPIN, matrixPUK
	change(&profile)
	chip, err := issuer(t).Issue(p, emu.CardOptions{Profile: &profile})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	doc, err := emrtd.Read(ctx, emu.NewMeter(chip, emu.Link106k), emrtd.Options{
		Key: key, Anchors: anchors(t), Now: testNow, Rand: rand.Reader, MaxChunk: chunk, Photo: chunk > 0, Groups: []int{3, 11, 12},
	})
	switch {
	case want.err == nil && err != nil:
		t.Errorf("%s: %v", name, err)
	case !errors.Is(err, want.err):
		t.Errorf("%s: %v, want %v", name, err, want.err)
	case err == nil && (doc.Trust.Verdict != emrtd.Genuine || doc.Access != want.access):
		t.Errorf("%s: %v by %s, want genuine by %s", name, doc.Trust, doc.Access, want.access)
	case err != nil && doc.Trust.Verdict != emrtd.Unreadable:
		t.Errorf("%s: %v with an error", name, doc.Trust)
	}
	if refused, ok := errors.AsType[*emrtd.KeyError](err); ok && refused.Blocked != want.blocked {
		t.Errorf("%s: blocked %t, want %t", name, refused.Blocked, want.blocked)
	}
	if n := chip.Attempts(); want.err != nil && n != want.attempts {
		t.Errorf("%s: %d keys tried, want %d", name, n, want.attempts)
	}
	if doc.Stats.APDUs > mostExchanges {
		t.Errorf("%s: %d exchanges", name, doc.Stats.APDUs)
	}
}
