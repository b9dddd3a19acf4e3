package session_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/go-text/typesetting/font"
	"golang.org/x/text/unicode/norm"

	"motcua/daemon/session"
	"motcua/drivers/emu"
	"motcua/protocol/checkin"
	"motcua/protocol/emrtd"
	"motcua/protocol/local"
	"motcua/protocol/notosans"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// names are invented; together they have every letter of Vietnamese with every tone,
// and letters of the Central Highlands.
func names() []string {
	return []string{
		"Đàm Ằng Ẳn Ẵm Ắc Ặt Ăn", "Ầm Ẩn Ẫm Ấp Ậu Âu", "Bà Cả Dã Đá Gạ Ha", "Kè Lẻ Mẽ Né Pẹ Que", "Rề Sể Tễ Vế Xệ Yêm",
		"Bì Chỉ Đĩ Hí Khị Li", "Gò Nhỏ Phõ Ró Sọ To", "Đồ Hổ Lỗ Mố Nộ Ông", "Bờ Cở Dỡ Đớ Lợ Mơ", "Thù Phủ Cũ Sú Trụ Vu",
		"Ngừ Sử Dữ Tứ Vự Xưa", "Lỳ Mỷ Ỹ Ý Kỵ Vy", "H’Čĭm Ƀuôn Yă", "Rơ Mah Đê Kpă Ñŏ",
	}
}

// missed are the letters with tones that no name has, large or small.
func missed() (all []string) {
	var has strings.Builder
	for _, n := range names() {
		has.WriteString(strings.ToLower(n))
	}
	for _, v := range "aăâeêioôơuưy" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			if letter := norm.NFC.String(string(v) + tone); !strings.Contains(has.String(), letter) {
				all = append(all, letter)
			}
		}
	}
	for _, l := range "bcdđghklmnpqrstvx" {
		if !strings.ContainsRune(has.String(), l) {
			all = append(all, string(l))
		}
	}
	return all
}

// TestEveryLetterOfAName: from the chip through the form and the sealed envelope into
// the hospital's record, and in the letters that screen and ticket are set in.
func TestEveryLetterOfAName(t *testing.T) {
	if m := missed(); len(m) > 0 {
		t.Fatalf("no name has %q", m)
	}
	issuer, err := emu.NewIssuer(rand.Reader, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	an, err := emu.FindPersona(all, "an")
	if err != nil {
		t.Fatal(err)
	}
	anchors, err := pki.NewAnchors(issuer.CSCAs()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names() {
		p, profile := *an, emu.DefaultProfile()
		p.Name, profile.ActiveAuth = name, emu.ActiveAuthECDSA
		chip, err := issuer.Issue(&p, emu.CardOptions{Profile: &profile})
		if err != nil {
			t.Fatal(err)
		}
		visit(t, func(k *kit) {
			k.read = readChip(chip)
			k.place()
			k.act(local.VerbKey, p.CAN())
			if shown := k.at(local.StepIdentify).Person.Name; !same(shown, name) {
				t.Errorf("%s is shown as %s", name, shown)
			}
			k.act(local.VerbYes, "")
			k.at(local.StepAsking)
			k.result(k.last("H09"), request.ClassOK, k.insured(request.ClassOK))
			k.act(local.VerbContinue, "")
			k.act(local.VerbSubmit, "")
			k.at(local.StepDone)
			sent := k.last("H01")
			record, err := checkin.New(checkin.Made{Stay: "s1", Facility: sent.outer.Facility, Subject: *sent.inner.Subject, At: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			file, err := record.XML()
			if err != nil {
				t.Fatal(err)
			}
			if told, err := checkin.Parse(file); err != nil || !same(told.Name, name) {
				t.Errorf("%s is told as %s: %v", name, told.Name, err)
			}
			drawn(t, sent.inner.Subject.Name)
		}, func(c *session.Config) { c.Anchors = anchors })
	}
}

// same compares names but for the case, which cards do not keep.
func same(a, b string) bool { return strings.EqualFold(a, b) && norm.NFC.IsNormalString(a) }

// readChip reads an emulated chip with what the session asks for.
func readChip(chip *emu.Chip) func(context.Context, emrtd.Options) (*emrtd.Document, error) {
	return func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
		readers := emu.NewReaders(reader)
		if err := readers.Place(reader, chip); err != nil {
			return nil, err
		}
		card, err := readers.Connect(ctx, reader)
		if err != nil {
			return nil, err
		}
		defer func() { _ = card.Close() }()
		return emrtd.Read(ctx, card, o)
	}
}

// drawn tells whether the fonts have every letter.
func drawn(t *testing.T, name string) {
	t.Helper()
	for _, file := range [][]byte{notosans.Regular(), notosans.Bold()} {
		face, err := font.ParseTTF(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range name {
			if _, ok := face.NominalGlyph(r); !ok && !unicode.IsSpace(r) {
				t.Errorf("%s: nothing can draw %q", name, r)
			}
		}
	}
}
