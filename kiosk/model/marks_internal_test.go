package model

import "testing"

// TestMarks types names and addresses as people do: the letters, and each mark after
// the letter or the word that it belongs to. 1 to 5 are the keys of the tones acute,
// grave, hook, tilde and dot; ^ ( and ' those of circumflex, breve and horn.
func TestMarks(t *testing.T) {
	keys := map[rune][2]rune{
		'1': {acute, 'á'}, '2': {grave, 'à'}, '3': {hook, 'ả'}, '4': {tilde, 'ã'}, '5': {dotBelow, 'ạ'},
		'^': {circumflex, 'â'}, '(': {breve, 'ă'}, '\'': {horn, 'ơ'},
	}
	for in, want := range map[string]string{
		"Nguye^4n":            "Nguyễn",
		"Nguye^n4":            "Nguyễn",
		"Thi5":                "Thị",
		"Phuong'":             "Phương",
		"Phu'o'ng":            "Phương",
		"Uye^n":               "Uyên",
		"hoa2":                "hòa",
		"hoa2n":               "hoàn",
		"cua3":                "của",
		"quy1":                "quý",
		"qua1":                "quá",
		"gia2":                "già",
		"gi2":                 "gì",
		"giu'4":               "giữ",
		"nguoi'2":             "người",
		"thuy3":               "thủy",
		"khuya":               "khuya",
		"ba11":                "ba",
		"ba12":                "bà",
		"to^5":                "tộ",
		"a5^":                 "ậ",
		"a^(":                 "ă",
		"1":                   "á",
		"Th1":                 "Thá",
		"^":                   "â",
		"b'":                  "bơ",
		"đuo'ng2 so^1":        "đường số",
		"Bhi(m Nie^":          "Bhĭm Niê",
		"e^(":                 "ê\u0306",
		"ĐA4":                 "ĐÃ",
		"so^1 9, pho^1 Hue^1": "số 9, phố Huế",
	} {
		got := ""
		for _, r := range in {
			if k, ok := keys[r]; ok {
				got = marked(got, k[0], k[1])
				continue
			}
			got = typed(got, r)
		}
		if got != want {
			t.Errorf("%s: %q (%+q), want %q", in, got, got, want)
		}
	}
}
