package session_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/drivers/emu/vaccination"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/mrz"
	"motcua/protocol/signedlist"
)

// ward verifies certificates of one issuer, held by the person of the kit's cards.
type ward struct {
	*kit
	issuer   *vaccination.Issuer
	lists    hc1.Lists
	notes    []session.Note
	verified int
}

// Note makes the ward an audit log.
func (w *ward) Note(n session.Note) { w.notes = append(w.notes, n) }

// atWard runs a story at a kiosk whose lists were issued an hour ago.
func atWard(t *testing.T, story func(w *ward), changes ...func(*session.Config)) {
	t.Helper()
	w := &ward{}
	policy := hc1.Policy{SignersAge: 24 * time.Hour, RevocationsAge: 24 * time.Hour}
	verify := func(c *hc1.Certificate, holder *hc1.Holder) hc1.Verdict {
		w.verified++
		return hc1.Verify(c, w.lists, policy, holder, time.Now())
	}
	changes = append([]func(*session.Config){func(c *session.Config) { c.Verify, c.Audit = verify, w }}, changes...)
	visit(t, func(k *kit) {
		w.kit = k
		k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) { return bearer(o), nil }
		w.issuer = newSigner(t)
		w.list(time.Hour)
		story(w)
	}, changes...)
}

// bearer is the person of the kit's cards, with a zone as it stands on the chip.
func bearer(o emrtd.Options) *emrtd.Document {
	doc := document(o, emrtd.Genuine)
	doc.MRZ.Lines = []string{"", "", "NGUYEN<<VAN<MAU"}
	return doc
}

func newSigner(t *testing.T) *vaccination.Issuer {
	t.Helper()
	i, err := vaccination.NewIssuer("DEMO signer", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// list signs the lists as if some time ago.
func (w *ward) list(ago time.Duration, revoked ...string) {
	w.t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	issued := time.Now().Add(-ago)
	head := signedlist.Head{Serial: 41, Issued: issued, Expires: issued.AddDate(0, 0, 7)}
	l, err := vaccination.SignLists(head, key, []*vaccination.Issuer{w.issuer}, revoked...)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.lists.Signers, _, err = hc1.OpenSigners(l.Signers, public); err != nil {
		w.t.Fatal(err)
	}
	if w.lists.Revocations, err = hc1.OpenRevocations(l.Revocations, public); err != nil {
		w.t.Fatal(err)
	}
}

func ofBearer() vaccination.Certificate {
	return vaccination.Certificate{
		Name: "Nguyễn Văn Mẫu", Birth: "2001-01-02", ID: "URN:UVCI:01:VN:0001",
		Issued: time.Now().AddDate(0, -1, 0), Expires: time.Now().AddDate(0, 11, 0),
	}
}

// certificate signs one, with changes.
func (w *ward) certificate(changes ...func(*vaccination.Certificate)) string {
	w.t.Helper()
	c := ofBearer()
	for _, change := range changes {
		change(&c)
	}
	text, err := w.issuer.Sign(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// verdict checks what the screen says a certificate is worth.
func (w *ward) verdict(want hc1.Status, also ...string) *local.Certificate {
	w.t.Helper()
	v := w.at(local.StepVerdict)
	if v.Certificate == nil || v.Certificate.Status != string(want) || !slices.Equal(v.Certificate.Also, also) {
		w.t.Fatalf("the certificate is %+v, want %s and %v", v.Certificate, want, also)
	}
	if v.Person != nil || v.Service != catalogue.VerifyVaccine {
		w.t.Errorf("the screen shows %v in service %s", v.Person, v.Service)
	}
	return v.Certificate
}

// audited checks that the log has the verdict once, and what else it says.
func (w *ward) audited(want hc1.Status, text string) {
	w.t.Helper()
	c, err := hc1.Decode(text)
	if err != nil {
		w.t.Fatal(err)
	}
	var got []session.Note
	for _, n := range w.notes {
		if n.About == session.AboutCertificate {
			got = append(got, n)
		}
	}
	if len(got) != 1 || got[0].Outcome != string(want) || got[0].Detail != c.Digest || !slices.Equal(got[0].Lists, []uint64{41, 41}) {
		w.t.Errorf("audited %+v", got)
	}
	if len(w.saved) > 0 {
		w.t.Errorf("%d requests", len(w.saved))
	}
}

// The person's own good certificate: scan, card, code of the card, verdict. The card
// may go, and nothing about the person is shown or kept.
func TestCertificateOfItsHolder(t *testing.T) {
	atWard(t, func(w *ward) {
		text := w.certificate()
		w.scan(text)
		w.at(local.StepPlace)
		w.word(local.CodeCertificate)
		w.place()
		w.at(local.StepKey)
		w.act(local.VerbKey, "001234")
		c := w.verdict(hc1.Valid)
		if c.ListsAt != w.lists.Signers.Issued.UnixMilli() || c.Print {
			t.Errorf("%+v", c)
		}
		if v := w.at(local.StepVerdict); !v.CardPresent || !v.MayRemove {
			t.Error("the card has to stay")
		}
		w.audited(hc1.Valid, text)
		for _, secret := range []string{"Mẫu", "NGUYEN", "099201001234", "UVCI", "001234"} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("%q is in the log", secret)
			}
		}
		w.act(local.VerbFinish, "")
		w.at(session.Attract)
	})
}

// What is worth nothing, whoever holds it, is told at once: no card is asked for.
func TestCertificateWithoutACard(t *testing.T) {
	for status, text := range map[hc1.Status]func(w *ward) string{
		hc1.Expired: func(w *ward) string {
			return w.certificate(func(c *vaccination.Certificate) { c.Expires = time.Now().Add(-time.Hour) })
		},
		hc1.NotYetValid: func(w *ward) string {
			return w.certificate(func(c *vaccination.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })
		},
		hc1.Revoked: func(w *ward) string {
			text := w.certificate()
			w.list(time.Hour, text)
			return text
		},
		hc1.Tampered: func(w *ward) string {
			says := ofBearer()
			says.Name = "Trần Thị Khác"
			text, err := w.issuer.Tampered(ofBearer(), says)
			if err != nil {
				w.t.Fatal(err)
			}
			return text
		},
		hc1.UntrustedIssuer: func(w *ward) string {
			text, err := newSigner(w.t).Sign(ofBearer())
			if err != nil {
				w.t.Fatal(err)
			}
			return text
		},
		hc1.ListTooOld: func(w *ward) string {
			w.list(24*time.Hour + time.Minute)
			return w.certificate()
		},
	} {
		t.Run(string(status), func(t *testing.T) {
			atWard(t, func(w *ward) {
				code := text(w)
				w.scan(code)
				w.verdict(status)
				w.word("")
				w.audited(status, code)
				if w.reads > 0 {
					t.Error("a card was read")
				}
				w.act(local.VerbStaff, "")
				w.at(local.StepStaff)
			})
		})
	}
}

// Everything that is found is told, the gravest first.
func TestCertificateWithTwoFaults(t *testing.T) {
	atWard(t, func(w *ward) {
		text := w.certificate(func(c *vaccination.Certificate) { c.Expires = time.Now().Add(-time.Hour) })
		w.list(time.Hour, text)
		w.scan(text)
		w.verdict(hc1.Revoked, string(hc1.Expired))
	})
}

func TestCertificateOfSomebodyElse(t *testing.T) {
	atWard(t, func(w *ward) {
		text := w.certificate(func(c *vaccination.Certificate) { c.Name = "Trần Thị Khác" })
		w.scan(text)
		w.scan(strings.Replace(cardCode, "099090001234", "099201001234", 1))
		w.word(local.CodeCard)
		w.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			doc := bearer(o)
			doc.MRZ = mrz.Document{
				Format: mrz.TD1, Issuer: "VNM", Optional: "099201001234", Surname: "NGUYEN", Given: "VAN MAU",
				Birth: "900201", Expiry: "410102", Sex: "M", Lines: []string{"", "", "NGUYEN<<VAN<MAU"},
			}
			return doc, nil
		}
		w.place()
		w.verdict(hc1.NotHolder)
		w.audited(hc1.NotHolder, text)
	})
}

// A list that comes between scan and card counts.
func TestCertificateRevokedMeanwhile(t *testing.T) {
	atWard(t, func(w *ward) {
		text := w.certificate()
		w.scan(text)
		w.place()
		w.at(local.StepKey)
		w.list(0, text)
		w.act(local.VerbKey, "001234")
		w.verdict(hc1.Revoked)
	})
}

// A card that does not prove who holds it, and a copy of one, say nothing about a
// certificate: staff do.
func TestCertificateNeedsAProvenCard(t *testing.T) {
	for name, weaken := range map[string]func(d *emrtd.Document){
		"no proof of the chip": func(d *emrtd.Document) { d.Trust.ChipProof = "" },
		"no anchor":            func(d *emrtd.Document) { d.Trust.Verdict = emrtd.IntegrityOnly },
		"expired card":         func(d *emrtd.Document) { d.MRZ.Expiry = "250101" },
	} {
		t.Run(name, func(t *testing.T) {
			atWard(t, func(w *ward) {
				w.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
					doc := bearer(o)
					weaken(doc)
					return doc, nil
				}
				w.scan(w.certificate())
				w.place()
				w.act(local.VerbKey, "001234")
				p := w.problem(fault.WeakEvidence)
				if !slices.Equal(p.Exits, []local.Verb{local.VerbStaff}) {
					t.Errorf("exits %v", p.Exits)
				}
				if w.verified != 1 {
					t.Errorf("verified %d times", w.verified)
				}
			})
		})
	}
}

// Until the card is read a check-in may become the check of a certificate; later a
// certificate is of no use.
func TestCertificateInAVisit(t *testing.T) {
	atWard(t, func(w *ward) {
		w.act(local.VerbBegin, "")
		w.scan(w.certificate())
		w.word(local.CodeCertificate)
		w.place()
		w.at(local.StepKey)
		w.act(local.VerbKey, "001234")
		w.verdict(hc1.Valid)
		w.act(local.VerbFinish, "")
		w.lift()

		w.place()
		w.scan(w.certificate())
		w.at(local.StepKey)
		w.act(local.VerbKey, "001234")
		w.verdict(hc1.Valid)
		w.scan(w.certificate())
		w.word(local.CodeNotNow)
		w.act(local.VerbFinish, "")
		w.lift()

		w.place()
		w.act(local.VerbKey, "001234")
		w.at(local.StepIdentify)
		w.scan(w.certificate())
		w.word(local.CodeNotNow)
		w.at(local.StepIdentify)
	})
}

// A card that was lifted, and a wrong key, lead back to the certificate.
func TestCertificateAfterTrouble(t *testing.T) {
	atWard(t, func(w *ward) {
		good := w.read
		w.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			w.read = good
			return nil, emrtd.ErrWrongKey
		}
		w.scan(w.certificate())
		w.place()
		w.act(local.VerbKey, "999999")
		w.problem(fault.WrongKey)
		w.act(local.VerbRetry, "")
		w.act(local.VerbKey, "001234")
		w.verdict(hc1.Valid)
	})
}

// An officer's own certificate is checked like anybody's: no PIN is asked for.
func TestCertificateOfAnOfficer(t *testing.T) {
	atWard(t, func(w *ward) {
		w.scan(w.certificate())
		w.place()
		w.act(local.VerbKey, "001234")
		w.verdict(hc1.Valid)
	}, func(c *session.Config) { c.Duty = &roll{} })
}

// The next person's card ends the verdict of the one before.
func TestCertificateOfTheNextPerson(t *testing.T) {
	atWard(t, func(w *ward) {
		w.scan(w.certificate(func(c *vaccination.Certificate) { c.Expires = time.Now().Add(-time.Hour) }))
		w.verdict(hc1.Expired)
		w.place()
		if v := w.at(local.StepKey); v.Service != catalogue.CheckIn || v.Certificate != nil {
			t.Errorf("%s, %+v", v.Service, v.Certificate)
		}
	})
}

// The verdict stays no longer than anything else that is shown.
func TestVerdictGoesByItself(t *testing.T) {
	atWard(t, func(w *ward) {
		w.scan(w.certificate(func(c *vaccination.Certificate) { c.Expires = time.Now().Add(-time.Hour) }))
		w.verdict(hc1.Expired)
		time.Sleep(81 * time.Second)
		w.at(session.Attract)
	})
}

// On paper stands what was found, when and by which lists; not whose it is.
func TestVerdictOnPaper(t *testing.T) {
	p := &press{}
	atWard(t, func(w *ward) {
		text := w.certificate(func(c *vaccination.Certificate) { c.Expires = time.Now().Add(-time.Hour) })
		w.list(time.Hour, text)
		w.scan(text)
		if c := w.verdict(hc1.Revoked, string(hc1.Expired)); !c.Print {
			t.Error("printing is not offered")
		}
		w.act(local.VerbPrint, "")
		if err := w.try(local.VerbPrint, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("printed twice: %v", err)
		}
		time.Sleep(6 * time.Second) // within the minute
		if v := w.at(local.StepVerdict); v.Slip != local.SlipPrinted {
			t.Errorf("slip %q", v.Slip)
		}
		w.act(local.VerbFinish, "")
		all := p.printed()
		if len(all) != 1 {
			t.Fatalf("%d slips", len(all))
		}
		for _, want := range []string{"Revoked", "Expired", paperTime(time.Now().Add(-time.Hour)), paperTime(time.Now()), "invented"} {
			if !strings.Contains(all[0], want) {
				t.Errorf("%q is not on the slip %s", want, all[0])
			}
		}
		for _, secret := range []string{"Mẫu Văn", "NGUYEN", "Nguyễn", "UVCI", "2001", "MC1:"} {
			if strings.Contains(all[0], secret) {
				t.Errorf("%q is on the slip", secret)
			}
		}
	}, with(p))
}

func paperTime(t time.Time) string { return t.Format("15:04, 02/01/2006") }

// A kiosk without lists says that it verifies none.
func TestCertificateWithoutLists(t *testing.T) {
	visit(t, func(k *kit) {
		text, err := newSigner(t).Sign(ofBearer())
		if err != nil {
			t.Fatal(err)
		}
		k.scan(text)
		k.at(session.Attract)
		k.word(local.CodeVaccination)
	})
}

// Every status has words of its own for paper.
func TestEveryStatusHasAWord(t *testing.T) {
	said := map[string]hc1.Status{}
	for _, s := range []hc1.Status{hc1.ListTooOld, hc1.Tampered, hc1.UntrustedIssuer, hc1.Revoked, hc1.NotHolder, hc1.NotYetValid, hc1.Expired, hc1.Valid} {
		for _, lang := range catalogue.Languages() {
			words := catalogue.VerdictText(string(s)).In(lang)
			if other, twice := said[words]; twice {
				t.Errorf("%s and %s are both called %q", s, other, words)
			}
			said[words] = s
		}
	}
}
