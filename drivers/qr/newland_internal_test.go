package qr

import "testing"

// A command whose answer was late is asked again, and answered twice: what comes late
// is no part of the code behind it, and a code that only looks similar is whole.
func TestLateAnswersAreNoCode(t *testing.T) {
	const answer = "\x02\x010000#SCNTRG1\x06;\x03"
	for _, c := range []struct{ said, code string }{
		{"a code\r\n", "a code"},
		{answer + "a code\r\n", "a code"},
		{answer + answer + "a code\r\n", "a code"},
		{"0000#SCNTRG1;a code\r\n", "0000#SCNTRG1;a code"},
		{"a code\x02\x010000#SCNTRG1\r\n", "a code\x02\x010000#SCNTRG1"},
	} {
		split, data := behindAnswers(silenced(newlandTail)), []byte(c.said)
		var code []byte
		for silent := false; code == nil && len(data) > 0; {
			n, got, err := split(data, silent)
			if err != nil {
				t.Fatalf("%q: %v", c.said, err)
			}
			silent = n == 0
			code, data = got, data[n:]
		}
		if string(code) != c.code {
			t.Errorf("%q: code %q, want %q", c.said, code, c.code)
		}
	}
}
