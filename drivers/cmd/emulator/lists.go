package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"motcua/drivers/emu/world"
)

const listsHelp = `Usage: emulator lists --world DIR [flags] [PERSONA/KIND ...]

Signs the lists of the world anew: whose vaccination certificates are believed, and
which count no more. The certificates that are named are revoked; see emulator scan.
gatewayd brings the lists to the kiosk within seconds. They count for 24 hours.
`

func runLists(_ context.Context, args []string, s streams) int {
	f := newFlags("lists", listsHelp, s)
	dir := f.worldFlag()
	age := f.Duration("age", 0, "`time` since they were signed")
	words, code, ok := f.parse(args, anyWords)
	if !ok {
		return code
	}
	if code, ok := f.need("world", *dir); !ok {
		return code
	}
	l := world.Lists{Issued: time.Now().Add(-*age)}
	for _, w := range words {
		persona, kind, _ := strings.Cut(w, "/")
		text, err := world.Certificate(*dir, persona, kind)
		if err != nil {
			return f.fail(err)
		}
		l.Revoked = append(l.Revoked, text)
	}
	serial, err := world.SignLists(*dir, l)
	if err != nil {
		return f.fail(err)
	}
	fmt.Fprintf(s.stdout, "lists %d are signed\n", serial)
	return exitOK
}
