package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
)

func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	l := progressLine{w: &out, on: true}
	l.clear()
	if out.Len() > 0 {
		t.Errorf("cleared a line that was not shown: %q", out.String())
	}
	l.show(emrtd.Progress{Stage: emrtd.StageIdentity})
	l.show(emrtd.Progress{Stage: emrtd.StagePhoto, Bytes: 446, Total: 14900})
	l.clear()
	want := "\rreading identity …\x1b[K\rreading the photo … 446 of 14900 bytes\x1b[K\r\x1b[K"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset()
	quiet := progressLine{w: &out}
	quiet.show(emrtd.Progress{Stage: emrtd.StageIdentity})
	quiet.clear()
	if out.Len() > 0 {
		t.Errorf("no terminal, and yet %q", out.String())
	}
}

func TestEveryStageAndReasonHasWords(t *testing.T) {
	for _, s := range []emrtd.Stage{emrtd.StageOpening, emrtd.StageIdentity, emrtd.StageVerifying, emrtd.StagePhoto} {
		if stageText[s] == "" {
			t.Errorf("stage %q has no words", s)
		}
	}
	if got := reasonTexts([]emrtd.Reason{"new-one"}); got[0] != "new-one" {
		t.Errorf("a reason without words is shown as %q", got[0])
	}
	for r, text := range reasonText {
		if r.Verdict() == emrtd.Genuine && !strings.HasSuffix(text, "(note)") {
			t.Errorf("%s changes no verdict, and its words do not say so", r)
		}
	}
}

// Each fault that a reading can end with has the exit code of the manual.
func TestExitCodes(t *testing.T) {
	for code, want := range map[fault.Code]int{
		fault.WrongKey: exitWrongKey, fault.KeyBlocked: exitWrongKey, fault.CardGone: exitRemoved,
		fault.NoReader: exitNoCard, fault.NoService: exitNoCard, fault.Denied: exitNoCard, fault.LibMismatch: exitNoCard,
		fault.CardBusy: exitNoCard, fault.ReaderMute: exitNoCard,
		fault.ReadTimeout: exitInternal, fault.CardForeign: exitInternal, fault.Unreadable: exitInternal, fault.Internal: exitInternal,
	} {
		if got := exitCodeOf(fault.Wrap(code, errors.New("x"))); got != want {
			t.Errorf("%s: exit code %d, want %d", code, got, want)
		}
	}
}

// TestManual keeps the manual's words equal to the program's.
func TestManual(t *testing.T) {
	manual, err := os.ReadFile("../../../docs/kioskctl.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs() {
		var help bytes.Buffer
		v.usage(&help)
		if !strings.Contains(string(manual), help.String()) {
			t.Errorf("docs/kioskctl.md does not hold what kioskctl help %s says", v.name)
		}
	}
	for r := range reasonText {
		if !strings.Contains(string(manual), "`"+string(r)+"`") {
			t.Errorf("docs/kioskctl.md does not explain the reason %s", r)
		}
	}
}
