package session_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/tlv"
)

// faced is a card with a picture of one colour, twice as large as a screen takes it,
// which is read where it is wanted.
func faced(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
	doc := document(o, emrtd.Genuine)
	if !o.Photo {
		return doc, nil
	}
	m := image.NewGray(image.Rect(0, 0, 2*local.PictureWidth, 2*local.PictureHeight))
	for i := range m.Pix {
		m.Pix[i] = 0x99
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, m, nil); err != nil {
		return nil, err
	}
	doc.Groups[2] = dg2(picture.Bytes())
	doc.Trust.Groups = []emrtd.GroupResult{{Number: 2, Hash: bytes.Repeat([]byte{2}, 32), Read: true, Match: true}}
	return doc, nil
}

// dg2 wraps a picture as ISO/IEC 19794-5:2005 and Doc 9303 part 10 do.
func dg2(picture []byte) []byte {
	record := []byte("FAC\x00010\x00")
	record = binary.BigEndian.AppendUint32(record, uint32(14+32+len(picture)))
	record = binary.BigEndian.AppendUint16(record, 1)
	record = binary.BigEndian.AppendUint32(record, uint32(32+len(picture)))
	record = append(record, make([]byte, 28)...)
	record = append(record, picture...)
	header := tlv.Encode(0xA1, tlv.Encode(0x81, []byte{2}), tlv.Encode(0x87, []byte{1, 1}), tlv.Encode(0x88, []byte{0, 8}))
	return tlv.Encode(0x75, tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{1}), tlv.Encode(0x7F60, header, tlv.Encode(0x5F2E, record))))
}

// beside is a kiosk at which an officer is on duty, and a person has said "that is me" in
// a visit about the pension.
func beside(t *testing.T, r *roll, n *notes, story func(k *kit, g *glass)) {
	t.Helper()
	g := newGlass()
	r.open, r.strangers = true, true
	visit(t, func(k *kit) {
		g.laid, g.fails = make(chan string), make(chan error) // of this bubble
		k.session.SetDevices([]local.PartState{{Part: "finger-reader", State: "ready"}})
		k.read = faced
		k.identified(catalogue.Pension)
		story(k, g)
	}, offering(catalogue.CheckIn, catalogue.Pension), func(c *session.Config) { c.Duty, c.Fingers, c.Audit = r, g, n })
}

// pension answers the questions, sends the request and gives its evidence.
func (k *kit) pension() request.Evidence {
	k.t.Helper()
	k.answer("act", "confirm")
	k.answer("phone", "")
	s, _ := k.sent(catalogue.Pension)
	return s.inner.Evidence
}

// comparisons is what the audit log has of a comparison.
func comparisons(n *notes) (all []session.Note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, note := range n.all {
		if note.About == session.AboutComparison {
			note.Visit = ""
			all = append(all, note)
		}
	}
	return all
}

func TestAnOfficerComparesByPIN(t *testing.T) {
	var n notes
	beside(t, &roll{}, &n, func(k *kit, _ *glass) {
		v := k.at(local.StepCompare)
		if v.Desk || v.Person == nil || v.Compare == nil || v.Compare.Fault != nil {
			t.Errorf("desk %v, %+v", v.Desk, v.Compare)
		}
		p, shown := k.session.Picture(k.t.Context(), v.ID)
		if !shown || p.W != local.PictureWidth || p.H != local.PictureHeight || p.RGB[0] < 0x90 || p.RGB[0] > 0xA0 {
			t.Errorf("shown %v, %d by %d", shown, p.W, p.H)
		}
		if _, shown := k.session.Picture(k.t.Context(), "v-0000000000000000"); shown {
			t.Error("another visit shows the picture")
		}
		k.act(local.VerbYes, "")
		k.at(local.StepVouch)
		if _, shown := k.session.Picture(k.t.Context(), v.ID); shown {
			t.Error("the picture is shown where nobody compares")
		}
		k.vouch("000000")
		if v := k.at(local.StepVouch); v.Key == nil || v.Key.Failed != 1 {
			t.Errorf("%+v", v.Key)
		}
		k.vouch(officerPIN)
		e := k.pension()
		want := request.Biometric{
			Modality: "face", Method: request.Attended, Matched: true, Liveness: request.LivenessUnchecked, Session: onDuty.Session, Confirmed: request.MethodPIN,
		}
		if b := e.Facts.Biometric; b == nil || *b != want || e.Level != request.E3 {
			t.Errorf("%s, %+v", e.Level, b)
		}
		if !slices.ContainsFunc(e.Groups, func(g request.GroupHash) bool { return g.Group == 2 }) {
			t.Error("the evidence does not say that the picture was read")
		}
		if _, shown := k.session.Picture(k.t.Context(), v.ID); shown {
			t.Error("the picture is there still")
		}
		notes := comparisons(&n)
		if len(notes) != 1 || notes[0].Outcome != "same-person" || notes[0].Level != "E3" || !slices.Equal(notes[0].Reasons, []string{"officer-op-17", "by-pin"}) {
			t.Errorf("%+v", notes)
		}
		if strings.Contains(k.log.String(), officerPIN) {
			t.Error("the PIN is in the log")
		}
	})
}

// vouch types the officer's PIN and waits until it was checked.
func (k *kit) vouch(digits string) {
	k.t.Helper()
	k.act(local.VerbPIN, digits)
	k.at(local.StepVouchCheck)
	time.Sleep(100 * time.Millisecond)
}

func TestAnOfficerComparesByFinger(t *testing.T) {
	var n notes
	beside(t, &roll{finger: "son"}, &n, func(k *kit, g *glass) {
		k.at(local.StepCompare)
		k.act(local.VerbYes, "")
		k.at(local.StepVouchFinger)
		g.lay("an") // the person's own
		k.fingerAt(local.StepVouchFinger, local.FingerWrong)
		g.lift()
		g.lay("son")
		e := k.pension()
		if b := e.Facts.Biometric; b == nil || b.Confirmed != request.MethodFinger || b.Reader != request.ReaderL0 || e.Level != request.E3 {
			t.Errorf("%s, %+v", e.Level, b)
		}
	})
}

// A finger that will not do leads to the PIN, and so does a tap.
func TestAFingerThatWillNotDo(t *testing.T) {
	for story, lead := range map[string]func(k *kit, g *glass){
		"a tap": func(k *kit, _ *glass) { k.act(local.VerbOtherWay, "") },
		"three others": func(k *kit, g *glass) {
			g.lay("an")
			g.lift()
			g.lay("an")
			g.lift()
			g.lay("an")
		},
		"nobody lays one down": func(*kit, *glass) { time.Sleep(31 * time.Second) },
	} {
		t.Run(story, func(t *testing.T) {
			beside(t, &roll{finger: "son"}, &notes{}, func(k *kit, g *glass) {
				k.act(local.VerbYes, "")
				k.at(local.StepVouchFinger)
				lead(k, g)
				k.at(local.StepVouch)
				k.vouch(officerPIN)
				if e := k.pension(); e.Facts.Biometric == nil || e.Facts.Biometric.Confirmed != request.MethodPIN {
					t.Errorf("%+v", e.Facts.Biometric)
				}
			})
		})
	}
}

// Another person: nothing is sent, staff are called, and it is written down.
func TestAnotherPerson(t *testing.T) {
	var n notes
	beside(t, &roll{}, &n, func(k *kit, _ *glass) {
		k.at(local.StepCompare)
		k.act(local.VerbNo, "")
		if v := k.at(local.StepStaff); v.Person != nil || !k.state().Kiosk.StaffCalled {
			t.Errorf("person %v, staff called %v", v.Person, k.state().Kiosk.StaffCalled)
		}
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
		if notes := comparisons(&n); len(notes) != 1 || notes[0].Outcome != "another-person" || notes[0].Service != catalogue.Pension {
			t.Errorf("%+v", notes)
		}
		if len(k.saved) != 0 {
			t.Errorf("%d requests", len(k.saved))
		}
	})
}

// Whoever cannot tell leaves it to the counter, as without an officer.
func TestAnOfficerCannotTell(t *testing.T) {
	var n notes
	beside(t, &roll{}, &n, func(k *kit, _ *glass) {
		k.at(local.StepCompare)
		k.act(local.VerbOtherWay, "")
		if v := k.at(local.StepQuestion); !v.Desk {
			t.Error("nobody says that the counter decides")
		}
		if e := k.pension(); e.Level != request.E2 || e.Facts.Biometric != nil {
			t.Errorf("%s, %+v", e.Level, e.Facts.Biometric)
		}
		if notes := comparisons(&n); len(notes) != 1 || notes[0].Outcome != "cannot-tell" {
			t.Errorf("%+v", notes)
		}
	})
}

// Nobody is compared by nobody, by a technician, by themselves, for a service that does
// not need it, or with a card that has no picture: everything goes on as it did.
func TestNobodyIsCompared(t *testing.T) {
	for _, c := range []struct {
		story   string
		service string
		change  func(r *roll, k *kit)
	}{
		{"nobody on duty", catalogue.Pension, func(r *roll, _ *kit) { r.open = false }},
		{"a technician on duty", catalogue.Pension, func(r *roll, _ *kit) { r.role = "technician" }},
		{"a service that the card is enough for", catalogue.StayNotice, func(*roll, *kit) {}},
		{"a service that a comparison is not enough for", catalogue.CriminalRecord, func(*roll, *kit) {}},
		{"a card without a picture", catalogue.Pension, func(_ *roll, k *kit) { k.read = k.genuine }},
		{"a card whose issuer nobody knows", catalogue.Pension, func(_ *roll, k *kit) {
			k.read = func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
				doc, err := faced(ctx, o)
				doc.Trust.Verdict = emrtd.IntegrityOnly
				return doc, err
			}
		}},
		{"a picture that is none", catalogue.Pension, func(_ *roll, k *kit) {
			k.read = func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
				doc, err := faced(ctx, o)
				if o.Photo {
					clear(doc.Groups[2][80:])
				}
				return doc, err
			}
		}},
	} {
		t.Run(c.story, func(t *testing.T) {
			r := &roll{open: true, strangers: true}
			visit(t, func(k *kit) {
				k.read = faced
				c.change(r, k)
				k.identified(c.service)
				if v := k.at(local.StepQuestion); v.Desk != (c.service != catalogue.StayNotice) {
					t.Errorf("desk: %v", v.Desk)
				}
			}, offering(catalogue.CheckIn, c.service), func(cfg *session.Config) { cfg.Duty = r })
		})
	}
}

// The officer on duty, here as a patient, is not compared by themselves.
func TestAnOfficerIsNotTheSubject(t *testing.T) {
	r := &roll{open: true}
	visit(t, func(k *kit) {
		k.read = faced
		k.act(local.VerbBegin, catalogue.Pension)
		k.act(local.VerbContinue, "")
		k.place()
		k.act(local.VerbKey, "000123")
		k.at(local.StepPIN)
		k.act(local.VerbOtherWay, "")
		if v := k.at(local.StepIdentify); !v.Desk {
			t.Error("nobody says that the counter decides")
		}
		k.act(local.VerbYes, "")
		k.at(local.StepQuestion)
	}, offering(catalogue.CheckIn, catalogue.Pension), func(c *session.Config) { c.Duty = r })
}

// A card that was read before anybody knew what for is read once more, with its picture.
func TestTheCardIsReadAnewForItsPicture(t *testing.T) {
	for _, lifted := range []bool{false, true} {
		r := &roll{open: true, strangers: true}
		visit(t, func(k *kit) {
			k.read = faced
			k.place()
			k.act(local.VerbKey, "000123")
			k.at(local.StepMenu)
			if lifted {
				k.lift()
			}
			k.act(local.VerbService, catalogue.Pension)
			if v := k.at(local.StepAbout); v.Desk {
				t.Error("the counter is to decide, although an officer compares")
			}
			k.act(local.VerbContinue, "")
			if lifted {
				k.at(local.StepPlace)
				k.place()
			}
			k.at(local.StepIdentify)
			if k.reads != 2 {
				t.Errorf("read %d times", k.reads)
			}
			k.act(local.VerbYes, "")
			k.at(local.StepCompare)
		}, offering(catalogue.Pension, catalogue.StayNotice), func(c *session.Config) { c.Duty = r })
	}
}

// A session that ends on the way confirms nothing, and what was confirmed in it counts
// in no other.
func TestTheSessionEndsOnTheWay(t *testing.T) {
	t.Run("before the PIN", func(t *testing.T) {
		r := &roll{}
		beside(t, r, &notes{}, func(k *kit, _ *glass) {
			k.act(local.VerbYes, "")
			r.open = false
			r.fails = fault.NotOnRoster
			k.vouch(officerPIN)
			if v := k.at(local.StepCompare); v.Compare.Fault == nil || v.Compare.Fault.Code != fault.NotOnRoster {
				t.Errorf("%+v", v.Compare.Fault)
			}
			k.act(local.VerbYes, "")
			if e := k.pension(); e.Level != request.E2 {
				t.Errorf("%s", e.Level)
			}
		})
	})
	t.Run("after it", func(t *testing.T) {
		r := &roll{}
		beside(t, r, &notes{}, func(k *kit, _ *glass) {
			k.act(local.VerbYes, "")
			k.vouch(officerPIN)
			k.at(local.StepQuestion)
			r.other = true
			if e := k.pension(); e.Level != request.E2 || e.Facts.Biometric != nil {
				t.Errorf("%s, %+v", e.Level, e.Facts.Biometric)
			}
		})
	})
}

// A locked PIN is told to the officer, who may still leave it to the counter.
func TestALockedOfficer(t *testing.T) {
	beside(t, &roll{fails: fault.OfficerLocked}, &notes{}, func(k *kit, _ *glass) {
		k.act(local.VerbYes, "")
		k.vouch(officerPIN)
		if v := k.at(local.StepCompare); v.Compare.Fault == nil || v.Compare.Fault.Code != fault.OfficerLocked {
			t.Errorf("%+v", v.Compare.Fault)
		}
		k.act(local.VerbOtherWay, "")
		k.at(local.StepQuestion)
	})
}
