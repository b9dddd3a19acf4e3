package birthfile_test

import (
	"errors"
	"testing"

	"motcua/protocol/code/birthfile"
)

const token birthfile.Token = "0123456789ABCDEFGHJKMNPQ"

func TestToken(t *testing.T) {
	code := token.Code()
	got, err := birthfile.Parse(code)
	if err != nil || got != token || !birthfile.Recognised(code) {
		t.Errorf("%s: %v %v", code, got, err)
	}
	for text, want := range map[string]error{
		"":                         birthfile.ErrNotFile,
		"MC1:h001:7K2P9M4T9512":    birthfile.ErrNotFile,
		"MB2:" + code[4:]:          birthfile.ErrVersion,
		code[:len(code)-1]:         birthfile.ErrNotFile,
		code + "0":                 birthfile.ErrNotFile,
		"MB1:1" + code[5:]:         birthfile.ErrCheck,
		"MB1:10" + code[6:]:        birthfile.ErrCheck,
		"MB1:U" + code[5:]:         birthfile.ErrNotFile, // no letter of the alphabet
		code[:len(code)-2] + "0é":  birthfile.ErrNotFile,
		"MB1:" + code[4:10] + "01": birthfile.ErrNotFile,
	} {
		if _, err := birthfile.Parse(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(token.Code())
	f.Add("MB1:")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := birthfile.Parse(text); err == nil && (got.Code() != text || !got.Valid()) {
			t.Errorf("%q is read as %q", text, got)
		}
	})
}
