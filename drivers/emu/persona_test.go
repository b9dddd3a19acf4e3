package emu_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"motcua/drivers/emu"
)

func TestBuiltInPersonas(t *testing.T) {
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	want := "an binh cuc dung em giang hoa ida khanh linh minh nam nga oanh phuc quy rosa son"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("personas %s, want %s", got, want)
	}
}

func TestPersonaKeys(t *testing.T) {
	p := persona(t, "an")
	if got, want := p.CAN(), "001123"; got != want {
		t.Errorf("CAN %q, want %q", got, want)
	}
	document, birth, expiry := p.MRZKey()
	if got, want := document+" "+birth+" "+expiry, "201001123 010102 410102"; got != want {
		t.Errorf("MRZ key %q, want %q", got, want)
	}
	want := "099201001123|099123456|Nguyễn Văn An|02012001|Nam|Số 1, Đường Thử, Phường Mẫu, Tỉnh Thử Nghiệm|01052024"
	if got := p.QR(); got != want {
		t.Errorf("QR %q, want %q", got, want)
	}
}

func TestPersonaSaysNothingOfThePerson(t *testing.T) {
	p := persona(t, "an")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("placed", "persona", p)
	for _, text := range []string{fmt.Sprint(p), fmt.Sprintf("%+v", p), log.String()} {
		for _, secret := range []string{p.Number, p.Name, p.CAN(), p.Residence} {
			if strings.Contains(text, secret) {
				t.Errorf("%q tells of the person", text)
			}
		}
	}
}

func TestPersonaMistakesAreAllTold(t *testing.T) {
	good, err := os.ReadFile("personas/an.json")
	if err != nil {
		t.Fatal(err)
	}
	change := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(string(good)) }
	tests := []struct {
		name, json string
		want       []string
	}{
		{"real province", change(`"099201001123"`, `"001201001123"`), []string{"number"}},
		{"sex and year do not fit", change(`"Nam"`, `"Nữ"`), []string{"digits 4 to 6 have to be 301"}},
		{"misspelt field", change(`"religion"`, `"religon"`), []string{`unknown field "religon"`}},
		{"two mistakes", change(`"Kinh"`, `""`, `"verdict": "genuine"`, `"verdict": "fine"`), []string{"ethnicity: missing", "expect.verdict"}},
		{"decomposed text", change("Nguyễn Văn An", "Nguye\u0302\u0303n Văn An"), []string{"NFC"}},
		{"letter without a form", change("Nguyễn Văn An", "Nguyễn 王 An"), []string{"machine readable zone"}},
		{"unknown chip", change(`"chip": {}`, `"chip": {"pace": ["P-521"], "forge": "dg99", "max_chunk": 3}`), []string{"chip.pace", "chip.forge", "chip.max_chunk"}},
		{"no way in", change(`"chip": {}`, `"chip": {"pace": [], "bac": false}`), []string{"neither"}},
		{"bad day", change("2001-01-02", "2001-02-30"), []string{"YYYY-MM-DD"}},
		{"insurance without a card", change(`"code": "000"`, `"code": "004"`), []string{"new_card_no"}},
		{"two objects", string(good) + "{}", []string{"something follows"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.json == string(good) {
				t.Fatal("the case changes nothing")
			}
			_, err := emu.ParsePersona([]byte(tt.json))
			if !errors.Is(err, emu.ErrPersona) {
				t.Fatalf("got %v, want an invalid persona", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not mention %q", err, want)
				}
			}
		})
	}
}

func TestPersonaFolder(t *testing.T) {
	good, err := os.ReadFile("personas/an.json")
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{"p/an.json": {Data: good}, "p/bo.json": {Data: good}}
	if _, err := emu.LoadPersonasFS(folder, "p"); err == nil || !strings.Contains(err.Error(), `p/bo.json: id is "an"`) {
		t.Errorf("got %v, want the wrong name told", err)
	}
	folder["p/bo.json"] = &fstest.MapFile{Data: []byte(strings.Replace(string(good), `"id": "an"`, `"id": "bo"`, 1))}
	if _, err := emu.LoadPersonasFS(folder, "p"); err == nil || !strings.Contains(err.Error(), "an and bo have the same number") {
		t.Errorf("got %v, want the number told", err)
	}
	if _, err := emu.LoadPersonasFS(fstest.MapFS{}, "p"); !errors.Is(err, emu.ErrPersona) {
		t.Errorf("got %v, want an empty folder told", err)
	}
}

func FuzzPersona(f *testing.F) {
	good, err := os.ReadFile("personas/linh.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"id":"x","number":"099","birth":"2001-01-02"}`))
	f.Add([]byte(`{"chip":{"pace":["P-256/AES-256"]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := emu.ParsePersona(b)
		if err == nil && (p.CAN() == "" || p.QR() == "") {
			t.Error("a valid persona without keys")
		}
	})
}

// persona picks a built-in one.
func persona(t testing.TB, id string) *emu.Persona {
	t.Helper()
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	p, err := emu.FindPersona(all, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
