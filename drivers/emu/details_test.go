package emu_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/emrtd/portrait"
)

// TestEveryDataGroupIsReadBack reads the card that holds them all and compares
// what the terminal understands with what the persona's file says.
func TestEveryDataGroupIsReadBack(t *testing.T) {
	p := persona(t, "rosa")
	o := options(t, p)
	o.Groups = []int{5, 7, 11, 12, 16}
	doc, err := emrtd.Read(t.Context(), emu.NewMeter(issue(t, "rosa", emu.CardOptions{}), emu.Link{}), o)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Trust.Verdict != emrtd.Genuine {
		t.Errorf("%v", doc.Trust)
	}
	portraits, err := lds.ParseDG5(doc.DG(5))
	same(t, "displayed portraits", len(portraits), 1, err)
	signatures, err := lds.ParseDG7(doc.DG(7))
	same(t, "displayed signatures", len(signatures), 1, err)
	person, err := lds.ParseDG11(doc.DG(11))
	same(t, "name", person.Name.Primary+" "+person.Name.Secondary, p.Name, err)
	same(t, "other names", len(person.OtherNames), 1, err)
	same(t, "personal number", person.PersonalNumber.Shown, p.Number, err)
	same(t, "lines of the address", len(person.Address), 3, err)
	document, err := lds.ParseDG12(doc.DG(12))
	same(t, "authority", document.Authority.Shown, "DEMO INVENTED", err)
	same(t, "day of issue", document.Issued, lds.Date{Year: 2022, Month: 2, Day: 2}, err)
	contacts, err := lds.ParseDG16(doc.DG(16))
	same(t, "contacts", len(contacts), 2, err)
	if len(contacts) == 2 {
		same(t, "first contact", contacts[0].Name.Primary+" "+contacts[0].Name.Secondary, p.Father, nil)
	}
}

func same[T comparable](t *testing.T, what string, got, want T, err error) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("%s: %v (%v), want %v", what, got, err, want)
	}
}

// TestEveryKindOfPhoto reads faces in both standards and all codecs, in the sizes
// that cards have.
func TestEveryKindOfPhoto(t *testing.T) {
	for _, photo := range []emu.Photo{
		{Seed: 1, Size: 15_000},
		{Seed: 1, Size: 24_000, Codec: emu.CodecJP2},
		{Seed: 1, Size: 40_000, Codec: emu.CodecCodestream},
		{Seed: 1, Size: 24_000, Standard: emu.PhotoISO39794},
		{Seed: 1, Size: 70_000, Standard: emu.PhotoISO39794, Codec: emu.CodecJP2},
	} {
		t.Run(fmt.Sprint(photo), func(t *testing.T) {
			p := *persona(t, "minh")
			p.Photo = photo
			chip, err := issuer(t).Issue(&p, emu.CardOptions{})
			if err != nil {
				t.Fatal(err)
			}
			doc, err := emrtd.Read(t.Context(), emu.NewMeter(chip, emu.Link{}), options(t, &p))
			if err != nil {
				t.Fatal(err)
			}
			dg2, err := lds.ParseDG2(doc.DG(2))
			if err != nil || len(dg2.Faces) != 1 || len(doc.DG(2)) != photo.Size {
				t.Fatalf("%d faces in %d bytes: %v", len(dg2.Faces), len(doc.DG(2)), err)
			}
			face := dg2.Faces[0]
			want := lds.PictureJPEG
			if photo.Codec != emu.CodecJPEG {
				want = lds.PictureJPEG2000
			}
			if face.Format != want || face.Declared != want || face.Width != 240 || face.Height != 320 {
				t.Errorf("picture of kind %v, declared %v, %d by %d", face.Format, face.Declared, face.Width, face.Height)
			}
			if (photo.Standard == emu.PhotoISO39794) != (face.Standard != lds.FaceISO19794) || !bytes.Contains(face.Picture, []byte("DEMO")) {
				t.Errorf("record of %s", face.Standard)
			}
			signed, err := doc.Face()
			if err != nil {
				t.Fatal(err)
			}
			shown, err := portrait.NewDecoder(1, portrait.DefaultLimits()).Decode(t.Context(), signed)
			if err != nil || shown.Bounds() != image.Rect(0, 0, face.Width, face.Height) {
				t.Errorf("decoding: %v", err)
			}
		})
	}
}

// TestNoFaceOfAForgedCard: what no good signature covers is not given to a
// decoder.
func TestNoFaceOfAForgedCard(t *testing.T) {
	for _, forge := range []emu.Forgery{"dg2", emu.ForgeSignature, emu.ForgeDG1} {
		_, card := place(t, with(t, func(p *emu.Profile) { p.Forge = forge }))
		doc, err := emrtd.Read(t.Context(), card, options(t, persona(t, "an")))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := doc.Face(); doc.DG(2) == nil || !errors.Is(err, emrtd.ErrUnproven) {
			t.Errorf("%s: %v", forge, err)
		}
	}
}

// TestSourcesOfACardAgree holds zone and DG13 of every persona against each
// other, unless one of them was forged.
func TestSourcesOfACardAgree(t *testing.T) {
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		_, card := place(t, issue(t, p.ID, emu.CardOptions{}))
		doc, err := emrtd.Read(t.Context(), card, options(t, p))
		if err != nil {
			t.Fatal(err)
		}
		if doc.Trust.Verdict == emrtd.Forged {
			continue
		}
		if differences, err := cccd.Check(doc, nil); err != nil || len(differences) > 0 {
			t.Errorf("%s: %v, %v", p.ID, differences, err)
		}
	}
}
