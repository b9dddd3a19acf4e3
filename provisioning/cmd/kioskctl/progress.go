package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"motcua/protocol/emrtd"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// progressLine shows how far a reading is, on one line that is written over.
type progressLine struct {
	w     io.Writer
	on    bool
	shown bool
}

// Written before and after the line: its beginning, and its end wiped.
const (
	lineStart = "\r"
	wipeRest  = "\x1b[K"
)

var stageText = map[emrtd.Stage]string{
	emrtd.StageOpening:   "opening the chip",
	emrtd.StageIdentity:  "reading identity",
	emrtd.StageVerifying: "verifying",
	emrtd.StagePhoto:     "reading the photo",
	emrtd.StageGroups:    "reading further data groups",
}

func (l *progressLine) show(p emrtd.Progress) {
	if !l.on {
		return
	}
	l.shown = true
	text := stageText[p.Stage] + " …"
	if p.Total > 0 {
		text = fmt.Sprintf("%s %d of %d bytes", text, p.Bytes, p.Total)
	}
	fmt.Fprint(l.w, lineStart, text, wipeRest)
}

func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.w, lineStart, wipeRest)
	}
}
