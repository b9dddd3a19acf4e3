package main

import (
	"context"
	"fmt"
)

const cardHelp = `Usage: emulator card --world DIR --persona ID [flags]

Issues the card of an invented person and lays it on the virtual reader of pcscd
(Debian's vsmartcard-vpcd) until interrupted. It waits a few seconds for a reader
that is not there yet, and comes back when pcscd is restarted.
`

func runCard(ctx context.Context, args []string, s streams) int {
	f := newFlags("card", cardHelp, s)
	dir, addr, link := f.worldFlag(), f.vpcdFlag(), f.linkFlag()
	id := f.String("persona", "", "`id` of the person; emulator personas lists them")
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	for name, value := range map[string]string{"world": *dir, "persona": *id} {
		if code, ok := f.need(name, value); !ok {
			return code
		}
	}
	t, err := openTable(*dir, *addr, *link)
	if err != nil {
		return f.fail(err)
	}
	p, err := t.find(*id)
	if err != nil {
		return f.fail(err)
	}
	if err := t.place(ctx, p); err != nil {
		return f.fail(err)
	}
	defer func() { _ = t.lift() }() // fails only without a card
	fmt.Fprintf(s.stdout, "card of %s on the reader at %s; digits %s\n", p.ID, *addr, p.CAN())
	<-ctx.Done()
	return exitOK
}
