package emrtd

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

// examples are the worked examples of Doc 9303 part 11, with the key that opens
// them. The examples by MRZ give its information without the names of fields.
var examples = []struct {
	name    string
	key     func() (Key, error)
	mapping Mapping
}{
	{vectors.G1, func() (Key, error) { return MRZ("T22000129", "640812", "101031") }, MappingGeneric},
	{vectors.G2, func() (Key, error) { return MRZ("T22000129", "640812", "101031") }, MappingGeneric},
	{vectors.H1, nil, MappingIntegrated},
	{vectors.H2, nil, MappingIntegrated},
	{vectors.I1, func() (Key, error) { return MRZ("C11T002JM", "960812", "231031") }, MappingAuthenticated},
}

// exampleCard answers as the chip of a worked example did.
type exampleCard struct {
	t *testing.T
	v vectors.PACE
}

func (c *exampleCard) Transmit(_ context.Context, b []byte) ([]byte, error) {
	cmd, err := apdu.ParseCommand(b)
	if err != nil {
		c.t.Fatal(err)
	}
	r := apdu.Response{Status: apdu.StatusOK}
	if cmd.INS == apdu.InsManageSecurityEnv {
		return r.Bytes(), nil
	}
	outer, err := tlv.Parse(cmd.Data, TagDynamicData)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := func(tag tlv.Tag, value []byte) []byte { return tlv.Encode(tag, value) }
	var inside []byte
	item, _ := outer.Items().Next()
	switch item.Tag {
	case 0:
		inside = answer(TagNonce, c.v.EncryptedNonce)
	case TagMapTerminal:
		inside = answer(TagMapChip, c.v.MapPublic) // empty in integrated mapping
	case TagPublicTerminal:
		inside = answer(TagPublicChip, c.v.EphemeralPublic)
	case TagTokenTerminal:
		if !bytes.Equal(item.Value, c.v.TokenTerminal) {
			c.t.Errorf("token of the terminal %X, want %X", item.Value, c.v.TokenTerminal)
			return apdu.Response{Status: apdu.StatusAuthFailed}.Bytes(), nil
		}
		inside = answer(TagTokenChip, c.v.TokenChip)
		if c.v.ChipData != nil {
			inside = append(inside, answer(TagChipData, c.v.ChipData)...)
		}
	}
	r.Data = tlv.Encode(TagDynamicData, inside)
	return r.Bytes(), nil
}

// The terminal runs against a chip that answers as in the worked example, with
// the example's private keys and nonce: it must send the example's token, accept
// the chip's, and derive the example's keys.
func TestTerminalRunsTheWorkedExamples(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			v, err := vectors.LoadPACE(e.name)
			if err != nil {
				t.Fatal(err)
			}
			var key Key
			if e.key != nil { // others give only the key made of the password
				if key, err = e.key(); err != nil {
					t.Fatal(err)
				}
			}
			offer := PACEOffer(e.mapping, SuiteAES128, v.ParameterID)
			if !bytes.Equal(offer.OID, v.OID) || !offer.Supported() {
				t.Fatalf("%v is %X, want %X", offer, offer.OID, v.OID)
			}
			runExample(t, v, key, offer)
		})
	}
}

// The same over the project's own vectors.
func TestTerminalRunsTheOwnVectors(t *testing.T) {
	own, err := vectors.LoadAccess()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range own.PACE {
		t.Run(v.Mapping+" "+v.Domain+" "+v.Suite, func(t *testing.T) {
			key, err := CAN(v.CAN)
			if err != nil {
				t.Fatal(err)
			}
			mapping := map[string]Mapping{"GM": MappingGeneric, "IM": MappingIntegrated, "CAM": MappingAuthenticated}[v.Mapping]
			offer := PACEOffer(mapping, suiteNamed(t, v.Suite), v.ParameterID)
			if !bytes.Equal(offer.OID, v.OID) || !offer.Supported() || !strings.HasSuffix(offer.Channel(), v.Suite+" "+v.Domain) {
				t.Fatalf("%v is %X, want %X", offer, offer.OID, v.OID)
			}
			runExample(t, v.PACE, key, offer)
			g, _ := offer.Group()
			checkChipAgreement(t, g, offer.Suite, v.PACE)
			if v.ChipData != nil {
				sealed, err := EncryptChipData(offer.Suite, v.KSEnc, v.ChipAuthData)
				if err != nil || !bytes.Equal(sealed, v.ChipData) {
					t.Errorf("encrypted chip authentication data %X: %v", sealed, err)
				}
			}
		})
	}
}

func suiteNamed(t *testing.T, name string) Suite {
	t.Helper()
	for s := Suite3DES; s <= SuiteAES256; s++ {
		if s.String() == name {
			return s
		}
	}
	t.Fatalf("no suite %q", name)
	return 0
}

// runExample runs the terminal with the private keys of v against a chip that
// answers like v's.
func runExample(t *testing.T, v vectors.PACE, key Key, offer PACEInfo) {
	t.Helper()
	private := [][]byte{v.MapPrivate, v.EphemeralPrivate}
	if offer.Mapping == MappingIntegrated {
		private = private[1:]
	}
	g, _ := offer.Group()
	run := &paceRun{
		ch: &channel{card: &exampleCard{t: t, v: v}, stats: &Stats{}, habits: &Habits{}}, key: key, offer: offer, group: g, left: -1,
		random: bytes.NewReader(v.TerminalNonce),
		draw: func(*group.Group) ([]byte, error) {
			next := bytes.Clone(private[0])
			private = private[1:]
			return next, nil
		},
	}
	if v.PasswordKey != nil {
		nonce, err := DecryptNonce(offer.Suite, v.PasswordKey, v.EncryptedNonce)
		if err != nil || !bytes.Equal(nonce, v.Nonce) {
			t.Fatalf("nonce %X: %v", nonce, err)
		}
	}
	session, err := run.finish(t, v)
	if err != nil {
		t.Fatal(err)
	}
	want, err := NewSession(offer.Suite, v.KSEnc, v.KSMac, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameSession(t, session, want)
	if offer.Mapping == MappingAuthenticated {
		checkExampleProof(t, run, g, v)
	}
}

// finish runs PACE, from the nonce on where the example has no password.
func (p *paceRun) finish(t *testing.T, v vectors.PACE) (*Session, error) {
	if v.PasswordKey == nil {
		return p.do(t.Context())
	}
	generator, err := p.mapNonce(t.Context(), v.Nonce)
	if err != nil {
		return nil, err
	}
	public, err := generator.Public()
	if err != nil {
		return nil, err
	}
	want := []byte(v.Generator)
	if p.group.Elliptic() {
		want = bytes.Join([][]byte{{4}, v.GeneratorX, v.GeneratorY}, nil)
	}
	if !bytes.Equal(public, want) {
		t.Errorf("generator %X, want %X", public, want)
	}
	return p.agree(t.Context(), generator)
}

func sameSession(t *testing.T, got, want *Session) {
	t.Helper()
	c := apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Data: []byte("encrypted"), Le: 16}
	a, errA := got.Protect(c)
	b, errB := want.Protect(c)
	if errA != nil || errB != nil || !bytes.Equal(a.Data, b.Data) {
		t.Errorf("other keys than the example's: %v %v", errA, errB)
	}
}

func checkExampleProof(t *testing.T, run *paceRun, g *group.Group, v vectors.PACE) {
	t.Helper()
	if !bytes.Equal(run.cam.data, v.ChipAuthData) {
		t.Errorf("chip authentication data %X, want %X", run.cam.data, v.ChipAuthData)
	}
	public, err := g.Parse(v.ChipPublic)
	if err != nil {
		t.Fatal(err)
	}
	if !run.cam.by(ChipKey{Elliptic: true, Group: g, Public: public, KeyID: 13}) {
		t.Error("the chip's proof is not taken")
	}
	other := ChipKey{Elliptic: true, Group: g, Public: g.Generator(), KeyID: 13}
	if run.cam.by(other) || run.cam.by(ChipKey{}) {
		t.Error("the proof is taken for another key")
	}
}

// The chip's side of the same examples, where they give its private keys.
func TestChipSideOfTheWorkedExamples(t *testing.T) {
	for _, e := range examples {
		v, err := vectors.LoadPACE(e.name)
		if err != nil {
			t.Fatal(err)
		}
		s := SuiteAES128
		kpi := v.PasswordKey
		if kpi == nil {
			key, err := e.key()
			if err != nil {
				t.Fatal(err)
			}
			kpi = key.PACEKey(s)
		}
		z, err := EncryptNonce(s, kpi, v.Nonce)
		if err != nil || !bytes.Equal(z, v.EncryptedNonce) {
			t.Errorf("%s: encrypted nonce %X: %v", e.name, z, err)
		}
		g, _ := group.ByParameter(v.ParameterID)
		if v.ChipPrivate != nil {
			checkChipAgreement(t, g, SuiteAES128, v)
		}
		if v.ChipData == nil {
			continue
		}
		sealed, err := EncryptChipData(s, v.KSEnc, v.ChipAuthData)
		if err != nil || !bytes.Equal(sealed, v.ChipData) {
			t.Errorf("%s: encrypted chip authentication data %X: %v", e.name, sealed, err)
		}
	}
}

func checkChipAgreement(t *testing.T, g *group.Group, s Suite, v vectors.PACE) {
	t.Helper()
	var base group.Element
	var err error
	if v.TerminalNonce != nil {
		base, err = MapIntegrated(g, s, v.Nonce, v.TerminalNonce)
	} else {
		terminal := g.Generator().Mult(v.MapPrivate)
		base, err = MapGeneric(v.Nonce, terminal.Mult(v.ChipMapPrivate))
	}
	if err != nil {
		t.Fatal(err)
	}
	own, err := base.Mult(v.ChipPrivate).Public()
	if err != nil || !bytes.Equal(own, v.EphemeralPublic) {
		t.Errorf("%X: the chip's public key %X: %v", v.OID, own, err)
	}
	terminal := base.Mult(v.EphemeralPrivate)
	public, err := terminal.Public()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := Agree(terminal, v.ChipPrivate)
	if err != nil {
		t.Fatal(err)
	}
	kenc, kmac := SessionKeys(s, secret)
	if !bytes.Equal(kenc, v.KSEnc) || !bytes.Equal(kmac, v.KSMac) || v.SharedSecret != nil && !bytes.Equal(secret, v.SharedSecret) {
		t.Errorf("%X: the chip derives other keys", v.OID)
	}
	token, err := AuthToken(s, kmac, v.OID, public)
	if err != nil || !bytes.Equal(token, v.TokenChip) {
		t.Errorf("%X: the chip's token %X: %v", v.OID, token, err)
	}
}

func TestChannelNamesAreThoseOfTheStandard(t *testing.T) {
	for want, offer := range map[string]PACEInfo{
		"PACE-ECDH-CAM AES-128 brainpoolP256r1": PACEOffer(MappingAuthenticated, SuiteAES128, 13),
		"PACE-DH-IM 3DES MODP-2048/256":         PACEOffer(MappingIntegrated, Suite3DES, 2),
	} {
		if got := offer.Channel(); got != want || !strings.HasPrefix(got, "PACE") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
