package vectors_test

import (
	"testing"

	"motcua/protocol/vectors"
)

func TestEveryVectorLoads(t *testing.T) {
	bac, err := vectors.LoadBAC()
	if err != nil {
		t.Fatal(err)
	}
	if len(bac.KEnc) != 16 || len(bac.Messages) != 3 || bac.Source == "" {
		t.Errorf("appendix D: %d key bytes, %d messages, source %q", len(bac.KEnc), len(bac.Messages), bac.Source)
	}
	for _, name := range []string{vectors.G1, vectors.G2, vectors.H1, vectors.H2, vectors.I1} {
		p, err := vectors.LoadPACE(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.OID) != 10 || len(p.KSEnc) != 16 || len(p.TokenChip) != 8 {
			t.Errorf("%s is incomplete", name)
		}
	}
	own, err := vectors.LoadAccess()
	if err != nil {
		t.Fatal(err)
	}
	if len(own.PACE) == 0 || len(own.ChipAuthentication) == 0 || own.Source == "" {
		t.Error("the own vectors are incomplete")
	}
	card, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	if len(card.MRZ) != 3 || len(card.CardAccess) != 54 || len(card.DG13) == 0 {
		t.Error("the invented card is incomplete")
	}
}

func TestUnknownExampleIsAnError(t *testing.T) {
	if _, err := vectors.LoadPACE("Z.9"); err == nil {
		t.Error("no error")
	}
}
