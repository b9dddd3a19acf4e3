package emu_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
)

// TestInspectorReadsFingers is the demonstration's own inspection system, and a
// second reading of the same card.
func TestInspectorReadsFingers(t *testing.T) {
	for _, kind := range []emu.TerminalAuth{emu.TerminalAuthECDSA, emu.TerminalAuthRSA} {
		t.Run(string(kind), func(t *testing.T) {
			inspector, err := issuer(t).Inspector(kind)
			if err != nil {
				t.Fatal(err)
			}
			c := issue(t, "an", emu.CardOptions{Profile: eac(func(p *emu.Profile) { p.TerminalAuth = kind })})
			for range 2 {
				doc := inspect(t, c, inspecting(t, inspector))
				wantsFingers(t, doc)
				if !slices.Equal(doc.TerminalAuth.TrustPoints, []string{"VNDEMOCVCA00001"}) || doc.TerminalAuth.Holder != "VNDEMOIS00001" {
					t.Errorf("%+v", doc.TerminalAuth)
				}
			}
		})
	}
}

// TestEveryKindOfTerminalKey: each algorithm, and keys whose certificates fit a
// short command and such that do not.
func TestEveryKindOfTerminalKey(t *testing.T) {
	for _, kind := range []kindOf{
		modulus(cvc.RSASHA1, 1024), modulus(cvc.RSASHA256, 2048), modulus(cvc.RSASHA512, 2048),
		modulus(cvc.PSSSHA1, 1024), modulus(cvc.PSSSHA256, 1024), modulus(cvc.PSSSHA512, 2048),
		elliptic(cvc.ECDSASHA1, ec.BrainpoolP256r1()), elliptic(cvc.ECDSASHA224, ec.P256()),
		elliptic(cvc.ECDSASHA256, ec.BrainpoolP256r1()), elliptic(cvc.ECDSASHA384, ec.BrainpoolP384r1()),
		elliptic(cvc.ECDSASHA512, ec.BrainpoolP512r1()), elliptic(cvc.ECDSASHA512, ec.P521()),
	} {
		t.Run(kind.name, func(t *testing.T) {
			a := newAuthority(t, kind)
			for name, way := range map[string]func(*emrtd.Options, *emu.Profile){
				"extended":                     func(o *emrtd.Options, _ *emu.Profile) { o.MaxChunk = 1024 },
				"reader without extended":      func(o *emrtd.Options, _ *emu.Profile) { o.MaxChunk = apdu.MaxShortLe },
				"card without extended":        func(_ *emrtd.Options, p *emu.Profile) { p.NoExtended = true },
				"neither, and known before":    func(o *emrtd.Options, p *emu.Profile) { o.Habits.ShortOnly, p.NoExtended = true, true },
				"card that gives small pieces": func(_ *emrtd.Options, p *emu.Profile) { p.MaxChunk, p.NoExtended = 112, true },
			} {
				o, p := inspecting(t, a.inspector(a.verifier(), a.terminal())), eac(nil)
				way(&o, p)
				t.Run(name, func(t *testing.T) { wantsFingers(t, inspect(t, guarded(t, p, a.root()), o)) })
			}
		})
	}
}

// TestChipsAreNamedAsTheyWereOpened: the signature holds the chip's key of PACE,
// whatever mapping and domain, or the document number after BAC; on early cards
// what is printed.
func TestChipsAreNamedAsTheyWereOpened(t *testing.T) {
	p := persona(t, "an")
	can, err := emrtd.CAN(p.CAN())
	if err != nil {
		t.Fatal(err)
	}
	mrz, err := emrtd.MRZ(p.MRZKey())
	if err != nil {
		t.Fatal(err)
	}
	static := emu.TerminalAuthECDSA + "/static"
	for _, tc := range []struct {
		name   string
		key    emrtd.Key
		access string
		change func(*emu.Profile)
	}{
		{"PACE with the CAN", can, "PACE-CAN", nil},
		{"PACE with the MRZ", mrz, "PACE-MRZ", nil},
		{"PACE over a prime field", can, "PACE-CAN", func(p *emu.Profile) { p.PACE = []emu.PACEVariant{"MODP-2048/256/AES-128"} }},
		{"integrated mapping", can, "PACE-CAN", func(p *emu.Profile) { p.PACE = []emu.PACEVariant{"IM-P-256/AES-256"} }},
		{"chip authentication mapping", can, "PACE-CAN", func(p *emu.Profile) { p.PACE = []emu.PACEVariant{"CAM-brainpoolP256r1/AES-128"} }},
		{"BAC", mrz, "BAC", func(p *emu.Profile) { p.PACE = nil }},
		{"static binding to the CAN", can, "PACE-CAN", func(p *emu.Profile) { p.TerminalAuth = static }},
		{"static binding to the number", mrz, "PACE-MRZ", func(p *emu.Profile) { p.TerminalAuth = static }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
			o := inspecting(t, a.inspector(a.verifier(), a.terminal()))
			o.Key = tc.key
			doc := inspect(t, guarded(t, eac(tc.change), a.root()), o)
			wantsFingers(t, doc)
			if doc.Access != tc.access {
				t.Errorf("opened by %s", doc.Access)
			}
		})
	}
}

// TestRefusedInspection: whatever is wrong, the identity is read and the note
// says what it was.
func TestRefusedInspection(t *testing.T) {
	for _, tc := range []struct {
		name   string
		spoil  func(*authority, *emu.Inspector)
		want   emrtd.Refusal
		status apdu.Status
	}{
		{"terminal's certificate has expired", func(a *authority, i *emu.Inspector) {
			c := a.template(testDV, testIS, cvc.RoleTerminal)
			c.Effective, c.Expiration = testNow.AddDate(0, -4, 0), testNow.AddDate(0, -3, 0)
			i.Certificates[1] = a.sign(testDV, c)
		}, emrtd.RefusalExpired, apdu.StatusConditions},
		{"document verifier's has expired", func(a *authority, i *emu.Inspector) {
			c := a.template(testCVCA, testDV, cvc.RoleDomesticDV)
			c.Effective, c.Expiration = testNow.AddDate(-2, 0, 0), testNow.AddDate(-1, 0, -1)
			i.Certificates[0] = a.sign(testCVCA, c)
		}, emrtd.RefusalExpired, apdu.StatusConditions},
		{"signed by another CVCA under the same name", func(a *authority, i *emu.Inspector) {
			i.Certificates[0] = a.sign(testCVCA2, a.template(testCVCA, testDV, cvc.RoleDomesticDV))
		}, emrtd.RefusalCertificate, apdu.StatusAuthFailed},
		{"certificate altered by one bit", func(a *authority, i *emu.Inspector) {
			b := slices.Clone(i.Certificates[1].Raw)
			b[len(b)-3] ^= 4
			c, err := cvc.Parse(b)
			if err != nil {
				a.t.Fatal(err)
			}
			i.Certificates[1] = c
		}, emrtd.RefusalCertificate, apdu.StatusAuthFailed},
		{"terminal right below the CVCA", func(a *authority, i *emu.Inspector) {
			i.Certificates = []*cvc.Certificate{a.sign(testCVCA, a.template(testCVCA, testIS, cvc.RoleTerminal))}
		}, emrtd.RefusalCertificate, apdu.StatusConditions},
		{"document verifier in the terminal's place", func(a *authority, i *emu.Inspector) {
			i.Certificates[1] = a.sign(testDV, a.template(testDV, testIS, cvc.RoleForeignDV))
		}, emrtd.RefusalCertificate, apdu.StatusConditions},
		{"chain that ends with the document verifier", func(a *authority, i *emu.Inspector) {
			i.Holder, i.Key = testDV, a.keys[testDV]
		}, emrtd.RefusalKey, apdu.StatusReferenceNotFound},
		{"another terminal's key", func(a *authority, i *emu.Inspector) { i.Key = a.keys[testDV] }, emrtd.RefusalSignature, apdu.StatusAuthFailed},
		{"no certificates for this chip", func(a *authority, i *emu.Inspector) {
			i.Certificates[0] = a.sign(testCVCA2, a.template(testCVCA2, testDV, cvc.RoleDomesticDV))
		}, emrtd.RefusalChain, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
			i := a.inspector(a.verifier(), a.terminal())
			tc.spoil(a, i)
			doc := inspect(t, guarded(t, eac(nil), a.root()), inspecting(t, i))
			wantsRefusal(t, doc, tc.want)
			if doc.TerminalAuth.Accepted || doc.TerminalAuth.Status != tc.status {
				t.Errorf("%+v, want status %v", doc.TerminalAuth, tc.status)
			}
		})
	}
}

// stubborn gives a chain whatever the chip trusts.
type stubborn struct{ *emu.Inspector }

func (s stubborn) Chain(context.Context, [][]byte) ([][]byte, error) {
	var all [][]byte
	for _, c := range s.Certificates {
		all = append(all, c.Raw)
	}
	return all, nil
}

func TestUnknownIssuerIsToldByTheChip(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	other := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	chain := a.inspector(other.sign(testCVCA2, other.template(testCVCA2, testDV, cvc.RoleDomesticDV)), other.terminal())
	doc := inspect(t, guarded(t, eac(nil), a.root()), inspecting(t, stubborn{chain}))
	wantsRefusal(t, doc, emrtd.RefusalIssuer)
	if doc.TerminalAuth.Status != apdu.StatusReferenceNotFound {
		t.Errorf("%+v", doc.TerminalAuth)
	}
}

// replaying signs once and gives the same signature ever after.
type replaying struct {
	*emu.Inspector
	kept []byte
}

func (r *replaying) Sign(ctx context.Context, msg []byte) ([]byte, error) {
	if r.kept == nil {
		signature, err := r.Inspector.Sign(ctx, msg)
		r.kept = signature
		return signature, err
	}
	return r.kept, nil
}

// TestReplayedSignature: a signature serves one challenge and one session.
func TestReplayedSignature(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	c := guarded(t, eac(nil), a.root())
	i := &replaying{Inspector: a.inspector(a.verifier(), a.terminal())}
	wantsFingers(t, inspect(t, c, inspecting(t, i)))
	wantsRefusal(t, inspect(t, c, inspecting(t, i)), emrtd.RefusalSignature)
}

// broken is a module that does not answer.
type broken struct {
	*emu.Inspector
	chain, sign error
}

func (b broken) Chain(ctx context.Context, points [][]byte) ([][]byte, error) {
	if b.chain != nil {
		return nil, b.chain
	}
	return b.Inspector.Chain(ctx, points)
}

func (b broken) Sign(ctx context.Context, msg []byte) ([]byte, error) {
	if b.sign != nil {
		return nil, b.sign
	}
	return b.Inspector.Sign(ctx, msg)
}

func TestModuleThatDoesNotAnswer(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	c := guarded(t, eac(nil), a.root())
	i := a.inspector(a.verifier(), a.terminal())
	fault := errors.New("module fault")
	wantsRefusal(t, inspect(t, c, inspecting(t, broken{Inspector: i, chain: fault})), emrtd.RefusalChain)
	wantsRefusal(t, inspect(t, c, inspecting(t, broken{Inspector: i, sign: fault})), emrtd.RefusalSigner)
}

// waiting holds a signature until its caller gives up.
type waiting struct {
	*emu.Inspector
	cancel func()
}

func (w waiting) Sign(ctx context.Context, _ []byte) ([]byte, error) {
	w.cancel()
	<-ctx.Done()
	return nil, fmt.Errorf("waiting for the module: %w", ctx.Err())
}

func TestGivenUpWhileSigning(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	_, card := place(t, guarded(t, eac(nil), a.root()))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	doc, err := emrtd.Read(ctx, card, inspecting(t, waiting{a.inspector(a.verifier(), a.terminal()), cancel}))
	if !errors.Is(err, context.Canceled) || doc.Trust.Verdict != emrtd.Unreadable {
		t.Errorf("%v, %v", doc.Trust, err)
	}
}

// TestRightsThatDoNotReach: each data group opens by its own right, which every
// link of the chain must grant.
func TestRightsThatDoNotReach(t *testing.T) {
	for _, tc := range []struct {
		name     string
		dv, is   cvc.Rights
		dg3, dg4 bool
	}{
		{"irises only", bothFiles, cvc.ReadDG4, false, true},
		{"fingers only", bothFiles, cvc.ReadDG3, true, false},
		{"verifier may less than the terminal", cvc.ReadDG3, bothFiles, true, false},
		{"nothing in common", cvc.ReadDG3, cvc.ReadDG4, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
			dv, is := a.template(testCVCA, testDV, cvc.RoleDomesticDV), a.template(testDV, testIS, cvc.RoleTerminal)
			dv.Authorization, is.Authorization = cvc.Inspection(cvc.RoleDomesticDV, tc.dv), cvc.Inspection(cvc.RoleTerminal, tc.is)
			doc := inspect(t, guarded(t, eac(nil), a.root()), inspecting(t, a.inspector(a.sign(testCVCA, dv), a.sign(testDV, is))))
			if !doc.TerminalAuth.Accepted || doc.TerminalAuth.Refusal != emrtd.RefusalRights || !doc.Trust.Has(emrtd.ReasonInspectionRefused) {
				t.Errorf("%+v, %v", doc.TerminalAuth, doc.Trust)
			}
			if (doc.DG(3) != nil) != tc.dg3 || (doc.DG(4) != nil) != tc.dg4 {
				t.Errorf("DG3 read: %v, DG4 read: %v", doc.DG(3) != nil, doc.DG(4) != nil)
			}
		})
	}
}

// TestChipFollowsItsAuthority: a link certificate moves the trust point, also
// for the next reading, and the date of what a chip has seen outlaws older
// certificates.
func TestChipFollowsItsAuthority(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	a.keys[testCVCA2] = elliptic(cvc.ECDSASHA384, ec.BrainpoolP384r1()).signer(t)
	link := a.template(testCVCA, testCVCA2, cvc.RoleCVCA)
	link.Effective = testNow.AddDate(0, -1, 0)
	newDV, newIS := a.template(testCVCA2, testDV, cvc.RoleDomesticDV), a.template(testDV, testIS, cvc.RoleTerminal)
	c := guarded(t, eac(nil), a.root())

	old := a.inspector(a.verifier(), a.terminal())
	wantsFingers(t, inspect(t, c, inspecting(t, old)))

	rolled := newAuthority(t, elliptic(cvc.ECDSASHA384, ec.BrainpoolP384r1()))
	rolled.keys[testCVCA2] = a.keys[testCVCA2]
	newDV.Key, newIS.Key = rolled.keys[testDV].Public(), rolled.keys[testIS].Public()
	newIS.Effective = testNow.AddDate(0, 0, -1)
	i := rolled.inspector(a.sign(testCVCA, link), rolled.sign(testCVCA2, newDV), rolled.sign(testDV, newIS))
	for _, points := range [][]string{{string(testCVCA)}, {string(testCVCA2), string(testCVCA)}} {
		doc := inspect(t, c, inspecting(t, i))
		wantsFingers(t, doc)
		if !slices.Equal(doc.TerminalAuth.TrustPoints, points) {
			t.Errorf("trust points %v, want %v", doc.TerminalAuth.TrustPoints, points)
		}
	}

	wantsFingers(t, inspect(t, c, inspecting(t, old))) // below the previous trust point
	stale := a.template(testDV, testIS, cvc.RoleTerminal)
	stale.Effective, stale.Expiration = testNow.AddDate(0, 0, -20), testNow.AddDate(0, 0, -2)
	wantsRefusal(t, inspect(t, c, inspecting(t, a.inspector(a.verifier(), a.sign(testDV, stale)))), emrtd.RefusalExpired)
}

// TestCardsWithoutTheMeans: a card without terminal authentication keeps its
// fingers to itself, and one without chip authentication has nothing to bind
// rights to.
func TestCardsWithoutTheMeans(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	i := a.inspector(a.verifier(), a.terminal())
	none := eac(func(p *emu.Profile) { p.TerminalAuth = emu.TerminalAuthNone })
	wantsRefusal(t, inspect(t, guarded(t, none), inspecting(t, i)), emrtd.RefusalTrustPoints)
	unbound := eac(func(p *emu.Profile) { p.ChipAuth = []string{"none"} })
	wantsRefusal(t, inspect(t, guarded(t, unbound, a.root()), inspecting(t, i)), emrtd.RefusalNoAgreement)
}

// TestForgedFingers: what is read is held against its signed hash.
func TestForgedFingers(t *testing.T) {
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	forged := eac(func(p *emu.Profile) { p.Forge = "dg3" })
	_, card := place(t, guarded(t, forged, a.root()))
	doc, err := emrtd.Read(t.Context(), card, inspecting(t, a.inspector(a.verifier(), a.terminal())))
	if err != nil {
		t.Fatal(err)
	}
	if doc.Trust.Verdict != emrtd.Forged || !doc.Trust.Has(emrtd.ReasonGroupAltered) {
		t.Errorf("verdict %v", doc.Trust)
	}
	asked := eac(func(p *emu.Profile) { p.Forge = "dg1" })
	_, card = place(t, guarded(t, asked, a.root()))
	doc, err = emrtd.Read(t.Context(), card, inspecting(t, a.inspector(a.verifier(), a.terminal())))
	if err != nil {
		t.Fatal(err)
	}
	if doc.Trust.Verdict != emrtd.Forged || doc.TerminalAuth.Refusal != emrtd.RefusalForged || doc.DG(3) != nil {
		t.Errorf("verdict %v, %+v", doc.Trust, doc.TerminalAuth)
	}
}

// watched counts commands that touch DG3 or DG4 by short identifier, or begin
// terminal authentication.
type watched struct {
	apdu.Transmitter
	touched, begun int
}

func (w *watched) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	switch {
	case command[1] == apdu.InsReadBinary && (command[2] == 0x83 || command[2] == 0x84):
		w.touched++
	case command[1] == apdu.InsManageSecurityEnv && command[2] == 0x81:
		w.begun++
	}
	return w.Transmitter.Transmit(ctx, command)
}

// TestFingersAreLeftAlone: without the right, without the wish, nobody asks.
func TestFingersAreLeftAlone(t *testing.T) {
	inspector, err := issuer(t).Inspector(emu.TerminalAuthECDSA)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*emrtd.Options){
		"no right": func(o *emrtd.Options) { o.Inspection = nil },
		"no wish":  func(o *emrtd.Options) { o.Groups = nil },
		"neither":  func(o *emrtd.Options) { o.Inspection, o.Groups = nil, nil },
	} {
		o := inspecting(t, inspector)
		change(&o)
		_, card := place(t, issue(t, "an", emu.CardOptions{Profile: eac(nil)}))
		w := &watched{Transmitter: card}
		doc, err := emrtd.Read(t.Context(), w, o)
		if err != nil {
			t.Fatal(err)
		}
		if w.touched != 0 || w.begun != 0 || doc.TerminalAuth != nil || doc.Trust.Has(emrtd.ReasonInspectionRefused) {
			t.Errorf("%s: touched %d times, begun %d times, %v", name, w.touched, w.begun, doc.Trust)
		}
	}
}

// TestTornDuringInspection lifts the card at each exchange of a reading with
// terminal authentication, with certificates in one command and in chains:
// always card gone, never a refusal.
func TestTornDuringInspection(t *testing.T) {
	for name, tc := range map[string]struct {
		kind    kindOf
		profile *emu.Profile
	}{
		"one command": {elliptic(cvc.ECDSASHA256, ec.P256()), eac(nil)},
		"chains":      {modulus(cvc.PSSSHA256, 2048), eac(func(p *emu.Profile) { p.NoExtended = true })},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthority(t, tc.kind)
			c := guarded(t, tc.profile, a.root())
			o := inspecting(t, a.inspector(a.verifier(), a.terminal()))
			if tc.profile.NoExtended {
				o.MaxChunk = apdu.MaxShortLe
			}
			whole := inspect(t, c, o)
			wantsFingers(t, whole)
			tearEverywhere(t, c, o, whole.Stats.APDUs)
		})
	}
}

func tearEverywhere(t *testing.T, c *emu.Chip, o emrtd.Options, exchanges int) {
	t.Helper()
	r := emu.NewReaders(readerName)
	for n := 1; n <= exchanges; n++ {
		if err := r.Place(readerName, c); err != nil {
			t.Fatal(err)
		}
		card := connect(t, r)
		if err := r.TearAt(readerName, n); err != nil {
			t.Fatal(err)
		}
		doc, err := emrtd.Read(t.Context(), card, o)
		if !errors.Is(err, apdu.ErrCardGone) || doc.Trust.Verdict != emrtd.Unreadable || doc.Stats.APDUs != n {
			t.Fatalf("torn at exchange %d: %v, %v after %d", n, err, doc.Trust, doc.Stats.APDUs)
		}
		if doc.TerminalAuth != nil && doc.TerminalAuth.Refusal != "" {
			t.Errorf("torn at exchange %d: told as %s", n, doc.TerminalAuth.Refusal)
		}
	}
	t.Logf("torn at each of %d exchanges", exchanges)
}
